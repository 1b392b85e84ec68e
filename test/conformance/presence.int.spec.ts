/** The contract of the presence store, for memory and Redis alike: announcements, sockets and attributes of online users. */
import { randomUUID } from 'node:crypto';
import { ONLINE, type OnlineOpResult, type PresenceOp } from '../../libs/realtime/src/cluster/presence/presence-store';
import { recoverLease } from '../../libs/realtime/src/cluster/membership/lease-recovery';
import type { MembershipOp } from '../../libs/realtime/src/cluster/membership/membership-store';
import {
  collectChanges,
  describeClusters,
  join,
  leave,
  openNode,
  pollUntil,
  type TestStore,
} from './membership-clusters';

const sockets = (userId: string, ...socketIds: string[]): PresenceOp => ({ kind: 'sockets', userId, socketIds });

describeClusters('presence', (it) => {
  it('gives the changes of a user ascending sequence numbers across nodes', async ({ cluster, a, b, c }) => {
    const sequences: (number | undefined)[] = [];
    for (const store of [a, b, c]) {
      const [first, repeated, moved, , last] = await store.apply([
        join(ONLINE, 'u'),
        join(ONLINE, 'u'),
        { kind: 'nextChangeSeq', userId: 'u' },
        join('g', 'u'),
        leave(ONLINE, 'u'),
      ]);
      expect(repeated).toEqual({ outcome: 'unchanged' });
      sequences.push(first?.changeSeq, moved?.changeSeq, last?.changeSeq);
    }
    await a.apply([join(ONLINE, 'u')]);
    await cluster.expireLeases('a');
    sequences.push((await collectChanges(() => b.sweep())).find(({ group }) => group === ONLINE)?.changeSeq);
    expect(sequences).toEqual([...sequences].sort((x, y) => Number(x) - Number(y)));
    expect(new Set(sequences).size).toBe(10);
    expect(sequences).not.toContain(undefined);
  });

  it('returns a user as overdue until its newest change is acknowledged', async ({ presence, a, b }) => {
    const [{ changeSeq: joinSeq = 0 } = {}] = await a.apply([join(ONLINE, 'u')]);
    await a.apply([join(ONLINE, 'ben'), join('g', 'needs no announcement')]);
    const names = async (): Promise<string[]> => (await presence.claimOverdue(0)).map(({ userId }) => userId).sort();
    await pollUntil(names, ['ben', 'u']);
    const claimed = await pollUntil(() => presence.claimOverdue(0), { length: 2 });
    const overdue = new Map(claimed.map(({ userId, changeSeq }) => [userId, changeSeq]));
    expect(overdue.get('u')).toBeGreaterThan(joinSeq);
    await a.apply([
      { kind: 'acknowledge', userId: 'u', changeSeq: joinSeq },
      { kind: 'acknowledge', userId: 'ben', changeSeq: overdue.get('ben') ?? 0 },
    ]);
    await pollUntil(names, ['u']);
    await b.apply([{ kind: 'acknowledge', userId: 'u', changeSeq: Number.MAX_SAFE_INTEGER }]);
    expect(await names()).toEqual([]);
  });

  it('reports the sequence of an online announcement until acknowledged', async ({ cluster, presence, a, b, c }) => {
    const apply = async (store: TestStore, op: MembershipOp | PresenceOp): Promise<OnlineOpResult> =>
      (await store.apply([op]))[0]!;
    const onlineSeq = (await apply(a, join(ONLINE, 'u'))).changeSeq ?? 0;
    expect((await apply(b, { kind: 'nextChangeSeq', userId: 'u' })).pendingOnlineSeq).toBe(onlineSeq);
    await apply(b, { kind: 'acknowledge', userId: 'u', changeSeq: onlineSeq - 1 });
    expect((await apply(a, leave(ONLINE, 'u'))).pendingOnlineSeq).toBe(onlineSeq);
    expect(await pollUntil(() => presence.claimOverdue(0), { length: 1 })).toMatchObject([
      { userId: 'u', pendingOnlineSeq: onlineSeq },
    ]);

    const nextOnlineSeq = (await apply(a, join(ONLINE, 'u'))).changeSeq ?? 0;
    await apply(b, { kind: 'acknowledge', userId: 'u', changeSeq: nextOnlineSeq });
    expect(await apply(c, { kind: 'nextChangeSeq', userId: 'u' })).not.toHaveProperty('pendingOnlineSeq');
    expect(await apply(a, leave(ONLINE, 'u'))).toEqual({ outcome: 'left', changeSeq: expect.any(Number) as number });

    const [last] = await a.apply([join(ONLINE, 'u'), join('g', 'u')]);
    await cluster.expireLeases('a');
    const swept = (await collectChanges(() => b.sweep())).sort((x, y) => x.group.length - y.group.length);
    expect(swept.map((change) => change.pendingOnlineSeq)).toEqual([undefined, last?.changeSeq]);
  });

  it('lets one caller claim an overdue change, after the announcing node had time', async ({ presence, a }) => {
    await a.apply(Array.from({ length: 40 }, (_, i) => join(ONLINE, `u${i}`)));
    expect(await presence.claimOverdue(60_000)).toEqual([]);
    await pollUntil(() => presence.claimOverdue(0), { length: 40 });
    expect(await presence.claimOverdue(60_000)).toEqual([]);
  });

  it('lists the sockets of a user on all nodes', async ({ presence, a, b }) => {
    await a.apply([sockets('u', 's1', 's2')]);
    await b.apply([sockets('u', 's3')]);
    expect((await presence.sockets('u')).sort((x, y) => x.socketId.localeCompare(y.socketId))).toEqual([
      { nodeId: 'a', socketId: 's1' },
      { nodeId: 'a', socketId: 's2' },
      { nodeId: 'b', socketId: 's3' },
    ]);
    await a.apply([sockets('u', 's2')]);
    await b.apply([sockets('u')]);
    expect(await presence.sockets('u')).toEqual([{ nodeId: 'a', socketId: 's2' }]);
  });

  it('keeps attributes until the last leave of the user, and reports them', async ({ cluster, presence, a, b }) => {
    const set = (attributes: Record<string, string | null>, unlessSet = false): PresenceOp => ({
      kind: 'attributes',
      userId: 'u',
      attributes,
      unlessSet,
    });
    await a.apply([
      set({ status: 'ignored' }),
      join(ONLINE, 'u'),
      set({ status: 'büsy ☕', zone: 'x' }),
      set({ zone: null }),
    ]);
    await b.apply([join(ONLINE, 'u'), set({ status: 'late' }, true)]);
    expect(await presence.attributes(['u', 'nobody'])).toEqual([{ status: 'büsy ☕' }, {}]);
    expect(await a.apply([leave(ONLINE, 'u')])).toEqual([{ outcome: 'unchanged' }]);
    const sequences = { changeSeq: expect.any(Number) as number, pendingOnlineSeq: expect.any(Number) as number };
    expect(await b.apply([leave(ONLINE, 'u')])).toEqual([
      { outcome: 'left', ...sequences, attributes: { status: 'büsy ☕' } },
    ]);
    expect(await presence.attributes(['u'])).toEqual([{}]);
    await a.apply([join(ONLINE, 'u'), set({ status: 'invisible' }, true)]);
    await cluster.expireLeases('a');
    expect(await collectChanges(() => b.sweep())).toEqual([
      { group: ONLINE, userId: 'u', kind: 'left', ...sequences, attributes: { status: 'invisible' } },
    ]);
  });

  it('removes the sockets of swept, stopped and reopened nodes', async ({ cluster, presence, a, b }) => {
    const victim = await openNode(cluster, 'victim');
    for (const store of [victim, a, b]) await store.apply([join(ONLINE, 'u'), sockets('u', randomUUID())]);
    await cluster.expireLeases('victim');
    await collectChanges(() => b.sweep());
    await a.retire('all');
    expect(await presence.sockets('u')).toMatchObject([{ nodeId: 'b' }]);
    await recoverLease(b, [join(ONLINE, 'u'), sockets('v', 's3')], undefined, () => undefined);
    const found = await Promise.all([presence.sockets('u'), presence.sockets('v')]);
    expect(found).toEqual([[], [{ nodeId: 'b', socketId: 's3' }]]);
  });
});
