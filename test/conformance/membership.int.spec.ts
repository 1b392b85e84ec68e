/** The contract of the membership store, kept by memory and Redis alike. */
import {
  LeaseLostError,
  type MembershipOp,
  type MembershipStore,
  ONLINE,
  type OpResult,
} from '../../libs/realtime/src/membership/membership-store';
import { reopen } from '../../libs/realtime/src/membership/reopen';
import { allMembers, collect, KINDS, openNodes, type TestCluster, until } from './membership-clusters';

const join = (group: string, userId: string, capacity?: number): MembershipOp => ({
  kind: 'join',
  group,
  userId,
  ...(capacity !== undefined && { capacity }),
});
const leave = (group: string, userId: string): MembershipOp => ({ kind: 'leave', group, userId });
const sockets = (userId: string, ...socketIds: string[]): MembershipOp => ({ kind: 'sockets', userId, socketIds });
const entered = (group: string, userId: string) => ({ group, userId, kind: 'entered' });
const left = (group: string, userId: string) => ({ group, userId, kind: 'left' });

async function outcomes(store: MembershipStore, ...ops: MembershipOp[]): Promise<string[]> {
  return (await store.apply(ops)).map(({ outcome }) => outcome);
}

describe.each(KINDS)('memberships in %s', (_kind, create) => {
  let cluster: TestCluster;
  let a: MembershipStore;
  let b: MembershipStore;
  let c: MembershipStore;

  beforeEach(async () => {
    cluster = create();
    [a, b, c] = (await openNodes(cluster, 'a', 'b', 'c')) as [MembershipStore, MembershipStore, MembershipStore];
  });
  afterEach(() => cluster.close());

  it('tells a change only where the first node enters and the last one leaves', async () => {
    expect(await outcomes(a, join('zone:x', 'u1'))).toEqual(['entered']);
    expect(await outcomes(b, join('zone:x', 'u1'))).toEqual(['unchanged']);
    expect(await outcomes(a, leave('zone:x', 'u1'))).toEqual(['unchanged']);
    expect(await c.counts(['zone:x', 'zone:y'])).toEqual([1, 0]);
    expect(await outcomes(b, leave('zone:x', 'u1'))).toEqual(['left']);
    expect(await c.counts(['zone:x'])).toEqual([0]);
  });

  it('applies a batch in order, and a repetition changes nothing', async () => {
    const batch = [join('g', 'u'), join('g', 'u'), leave('g', 'u'), leave('g', 'u'), join('g', 'u')];
    expect(await outcomes(a, ...batch)).toEqual(['entered', 'unchanged', 'left', 'unchanged', 'entered']);
    expect(await outcomes(a, join('g', 'u'))).toEqual(['unchanged']);
    expect(await outcomes(b, leave('g', 'u'))).toEqual(['unchanged']);
    expect(await a.counts(['g'])).toEqual([1]);
  });

  it('lets exactly as many in as there is room, however many ask at once', async () => {
    const stores = [a, b, c];
    const asked = Array.from({ length: 50 }, (_, i) => outcomes(stores[i % 3]!, join('room:1', `u${i}`, 7)));
    const answers = (await Promise.all(asked)).flat();
    expect(answers.filter((outcome) => outcome === 'entered')).toHaveLength(7);
    expect(answers.filter((outcome) => outcome === 'full')).toHaveLength(43);
    expect(await a.counts(['room:1'])).toEqual([7]);
    const inside = (await allMembers(a, 'room:1'))[0]!;
    await Promise.all(
      stores.map(async (store) => expect(await outcomes(store, join('room:1', inside, 7))).toEqual(['unchanged'])),
    );
  });

  it('tells what a killed node held once, though three nodes sweep at once', async () => {
    const [victim] = (await openNodes(cluster, 'victim')) as [MembershipStore];
    const users = Array.from({ length: 1_200 }, (_, i) => `u${i}`);
    for (let i = 0; i < users.length; i += 400)
      await victim.apply(users.slice(i, i + 400).map((user) => join(ONLINE, user)));
    await victim.apply([join('zone:x', 'u0'), join('zone:x', 'u1'), sockets('u0', 's0')]);
    await a.apply([join(ONLINE, 'u0'), sockets('u0', 's1')]);
    await cluster.lapse('victim');
    const told = (await Promise.all([a, b, c].map((store) => collect(() => store.sweep())))).flat();
    expect(told).toHaveLength(1_201);
    expect(new Set(told.map(({ group, userId }) => `${group} ${userId}`)).size).toBe(1_201);
    expect(told).not.toContainEqual(left(ONLINE, 'u0'));
    expect(await b.counts([ONLINE, 'zone:x'])).toEqual([1, 0]);
    expect(await b.sockets('u0')).toEqual([{ nodeId: 'a', socketId: 's1' }]);
    expect((await b.nodes()).map(({ nodeId }) => nodeId).sort()).toEqual(['a', 'b', 'c']);
  });

  it('goes on where a sweeper stopped in the middle', async () => {
    const [victim] = (await openNodes(cluster, 'victim')) as [MembershipStore];
    for (let i = 0; i < 3; i++) await victim.apply(Array.from({ length: 300 }, (_, j) => join('g', `u${i}-${j}`)));
    await cluster.lapse('victim');
    const first = await a.sweep();
    expect(first.more).toBe(true);
    const rest = await collect(() => b.sweep());
    expect(new Set([...first.changes, ...rest].map(({ userId }) => userId)).size).toBe(900);
    expect(first.changes.length + rest.length).toBe(900);
  });

  it('ends a lease that is not renewed, and only that', async () => {
    const short = cluster.node('short', 200);
    await short.open();
    await short.apply([join('g', 'u')]);
    const told = await until(
      () => collect(() => a.sweep()),
      (changes) => changes.length > 0,
    );
    expect(told).toEqual([left('g', 'u')]);
    expect(await short.renew()).toBe('lost');
    expect(await a.renew()).toBe('held');
  });

  it('prolongs an ended lease while nobody has swept it', async () => {
    await a.apply([join('g', 'u')]);
    await cluster.lapse('a');
    expect(await a.renew()).toBe('held');
    expect(await collect(() => b.sweep())).toEqual([]);
    expect(await b.counts(['g'])).toEqual([1]);
  });

  it('does not sweep for a node whose own lease has ended', async () => {
    await b.apply([join('g', 'u')]);
    await Promise.all([cluster.lapse('a'), cluster.lapse('b')]);
    expect(await collect(() => a.sweep())).toEqual([]);
    expect(await b.renew()).toBe('held');
  });

  it('refuses a node that stood still past its lease, until it reopens', async () => {
    await a.apply([join('g', 'stays'), join('g', 'also elsewhere'), sockets('stays', 's1')]);
    await b.apply([join('g', 'also elsewhere')]);
    await cluster.lapse('a');
    expect(await collect(() => b.sweep())).toEqual([left('g', 'stays')]);
    await expect(a.apply([join('g', 'new')])).rejects.toThrow(LeaseLostError);
    expect(await a.renew()).toBe('lost');
    expect(await b.counts(['g'])).toEqual([1]);
    const told: unknown[] = [];
    await reopen(a, [join('g', 'stays'), join('g', 'also elsewhere'), sockets('stays', 's1')], undefined, (changes) =>
      told.push(...changes),
    );
    expect(told).toEqual([entered('g', 'stays')]);
    expect(await outcomes(a, join('g', 'new'))).toEqual(['entered']);
    expect(await b.sockets('stays')).toEqual([{ nodeId: 'a', socketId: 's1' }]);
  });

  it('tells on reopening what ended meanwhile, and nothing of what stays', async () => {
    const stays = Array.from({ length: 1_100 }, (_, i) => join('g', `u${i}`));
    for (let i = 0; i < stays.length; i += 500) await a.apply(stays.slice(i, i + 500));
    await a.apply([join('g', 'goes'), sockets('goes', 's1'), join(ONLINE, 'u0'), sockets('u0', 's2')]);
    const told: unknown[] = [];
    const state = [...stays, join('g', 'comes'), join(ONLINE, 'u0'), sockets('u0', 's2')];
    await reopen(a, state, undefined, (changes) => told.push(...changes));
    expect(told).toEqual([entered('g', 'comes'), left('g', 'goes')]);
    expect(await b.sockets('goes')).toEqual([]);
    expect(await b.sockets('u0')).toEqual([{ nodeId: 'a', socketId: 's2' }]);
    expect((await b.nodes()).filter(({ nodeId }) => nodeId === 'a')).toHaveLength(1);
  });

  it('leaves nothing behind after an orderly end', async () => {
    await a.apply([join('g', 'u1'), join('g', 'u2'), join(ONLINE, 'u1'), sockets('u1', 's1')]);
    await b.apply([join('g', 'u2')]);
    const told = await collect(() => a.retire('all'));
    expect(told).toHaveLength(2);
    expect(told).toEqual(expect.arrayContaining([left('g', 'u1'), expect.objectContaining(left(ONLINE, 'u1'))]));
    await expect(a.apply([join('g', 'late')])).rejects.toThrow(LeaseLostError);
    expect((await b.nodes()).map(({ nodeId }) => nodeId).sort()).toEqual(['b', 'c']);
  });

  it('knows the sockets of a user on all nodes', async () => {
    await a.apply([sockets('u', 's1', 's2')]);
    await b.apply([sockets('u', 's3')]);
    expect((await c.sockets('u')).sort((x, y) => x.socketId.localeCompare(y.socketId))).toEqual([
      { nodeId: 'a', socketId: 's1' },
      { nodeId: 'a', socketId: 's2' },
      { nodeId: 'b', socketId: 's3' },
    ]);
    await a.apply([sockets('u', 's2')]);
    await b.apply([sockets('u')]);
    expect(await c.sockets('u')).toEqual([{ nodeId: 'a', socketId: 's2' }]);
  });

  it('keeps attributes until the user is gone from the cluster, and tells them then', async () => {
    const set = (attributes: Record<string, string | null>, unlessSet = false): MembershipOp => ({
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
    expect(await c.attributes(['u', 'nobody'])).toEqual([{ status: 'büsy ☕' }, {}]);
    expect(await a.apply([leave(ONLINE, 'u')])).toEqual([{ outcome: 'unchanged' }]);
    const turns = { turn: expect.any(Number) as number, came: expect.any(Number) as number };
    expect(await b.apply([leave(ONLINE, 'u')])).toEqual([
      { outcome: 'left', ...turns, attributes: { status: 'büsy ☕' } },
    ]);
    expect(await c.attributes(['u'])).toEqual([{}]);
    await a.apply([join(ONLINE, 'u'), set({ status: 'invisible' }, true)]);
    await cluster.lapse('a');
    expect(await collect(() => b.sweep())).toEqual([
      { ...left(ONLINE, 'u'), ...turns, attributes: { status: 'invisible' } },
    ]);
  });

  it('gives whoever comes and goes a turn, later ones later, on whichever node', async () => {
    const turns: (number | undefined)[] = [];
    for (const store of [a, b, c]) {
      const [came, again, moved, , left] = await store.apply([
        join(ONLINE, 'u'),
        join(ONLINE, 'u'),
        { kind: 'turn', userId: 'u' },
        join('g', 'u'),
        leave(ONLINE, 'u'),
      ]);
      expect(again).toEqual({ outcome: 'unchanged' });
      turns.push(came?.turn, moved?.turn, left?.turn);
    }
    await a.apply([join(ONLINE, 'u')]);
    await cluster.lapse('a');
    turns.push((await collect(() => b.sweep())).find(({ group }) => group === ONLINE)?.turn);
    expect(turns).toEqual([...turns].sort((x, y) => Number(x) - Number(y)));
    expect(new Set(turns).size).toBe(10);
    expect(turns).not.toContain(undefined);
  });

  it('keeps whoever something is to be told of, until it is told or has been told later', async () => {
    const [{ turn: came = 0 } = {}] = await a.apply([join(ONLINE, 'u')]);
    await a.apply([join(ONLINE, 'told'), join('g', 'nobody waits for that')]);
    const names = async (): Promise<string[]> => (await b.untold()).map(({ userId }) => userId).sort();
    await until(names, (users) => users.join() === 'told,u');
    const asked = await until(
      () => c.untold(),
      (users) => users.length === 2,
    );
    const untold = new Map(asked.map(({ userId, turn }) => [userId, turn]));
    expect(untold.get('u')).toBeGreaterThan(came);
    await a.apply([
      { kind: 'told', userId: 'u', turn: came },
      { kind: 'told', userId: 'told', turn: untold.get('told') ?? 0 },
    ]);
    await until(names, (users) => users.join() === 'u');
    await b.apply([{ kind: 'told', userId: 'u', turn: Number.MAX_SAFE_INTEGER }]);
    expect(await names()).toEqual([]);
  });

  it('says with a going at which turn the user came, until it is said that the coming is told', async () => {
    const apply = async (store: MembershipStore, op: MembershipOp): Promise<OpResult> => (await store.apply([op]))[0]!;
    const came = (await apply(a, join(ONLINE, 'u'))).turn ?? 0;
    expect((await apply(b, { kind: 'turn', userId: 'u' })).came).toBe(came);
    await apply(b, { kind: 'told', userId: 'u', turn: came - 1 });
    expect((await apply(a, leave(ONLINE, 'u'))).came).toBe(came);
    expect(
      await until(
        () => c.untold(),
        (users) => users.length > 0,
      ),
    ).toMatchObject([{ userId: 'u', came }]);

    const again = (await apply(a, join(ONLINE, 'u'))).turn ?? 0;
    await apply(b, { kind: 'told', userId: 'u', turn: again });
    expect(await apply(c, { kind: 'turn', userId: 'u' })).not.toHaveProperty('came');
    expect(await apply(a, leave(ONLINE, 'u'))).toEqual({ outcome: 'left', turn: expect.any(Number) as number });

    const [last] = await a.apply([join(ONLINE, 'u'), join('g', 'u')]);
    await cluster.lapse('a');
    const swept = (await collect(() => b.sweep())).sort((x, y) => x.group.length - y.group.length);
    expect(swept.map((change) => change.came)).toEqual([undefined, last?.turn]);
  });

  it('asks one caller at a time, and nobody before those who are to tell had the time for it', async () => {
    const patient = cluster.node('patient', 600_000, 60_000);
    await patient.open();
    await patient.apply(Array.from({ length: 40 }, (_, i) => join(ONLINE, `u${i}`)));
    expect(await patient.untold()).toEqual([]);
    await until(
      () => a.untold(),
      (users) => users.length === 40,
    );
  });

  it('pages through members and answers who is one', async () => {
    const users = Array.from({ length: 1_000 }, (_, i) => `user-${i}`);
    for (const half of [users.slice(0, 500), users.slice(500)]) await a.apply(half.map((user) => join('g', user)));
    expect(await allMembers(b, 'g', 50)).toEqual([...users].sort());
    expect((await b.members('g', { limit: 50 })).next).toBeDefined();
    expect(await b.isMember('g', ['user-3', 'stranger', 'user-4'])).toEqual([true, false, true]);
    expect(await b.isMember('g', [])).toEqual([]);
    expect(await b.members('nothing')).toEqual({ users: [] });
  });

  it('lists nodes with what is left of their leases', async () => {
    const [first] = await b.nodes();
    expect(first?.incarnation.startsWith(`${first.nodeId}:`)).toBe(true);
    expect(first?.expiresInMs).toBeGreaterThan(0);
    await cluster.lapse('a');
    expect((await b.nodes()).find(({ nodeId }) => nodeId === 'a')?.expiresInMs).toBeLessThan(0);
  });
});
