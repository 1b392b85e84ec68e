/** The contract of the membership store, for memory and Redis alike. */
import { LeaseLostError, type MembershipOp } from '../../libs/realtime/src/cluster/membership/membership-store';
import { recoverLease } from '../../libs/realtime/src/cluster/membership/lease-recovery';
import {
  allMembers,
  collectChanges,
  describeClusters,
  join,
  leave,
  openNode,
  pollUntil,
  type TestStore,
} from './membership-clusters';

const entered = (group: string, userId: string) => ({ group, userId, kind: 'entered' });
const left = (group: string, userId: string) => ({ group, userId, kind: 'left' });

async function outcomes(store: TestStore, ...ops: MembershipOp[]): Promise<string[]> {
  return (await store.apply(ops)).map(({ outcome }) => outcome);
}

describeClusters('memberships', (it) => {
  it('reports only the first join of a user on any node, and the last leave', async ({ a, b, c }) => {
    expect(await outcomes(a, join('zone:x', 'u1'))).toEqual(['entered']);
    expect(await outcomes(b, join('zone:x', 'u1'))).toEqual(['unchanged']);
    expect(await outcomes(a, leave('zone:x', 'u1'))).toEqual(['unchanged']);
    expect(await c.memberCounts(['zone:x', 'zone:y'])).toEqual([1, 0]);
    expect(await outcomes(b, leave('zone:x', 'u1'))).toEqual(['left']);
    expect(await c.memberCounts(['zone:x'])).toEqual([0]);
  });

  it('applies a batch in order, and a repetition changes nothing', async ({ a, b }) => {
    const batch = [join('g', 'u'), join('g', 'u'), leave('g', 'u'), leave('g', 'u'), join('g', 'u')];
    expect(await outcomes(a, ...batch)).toEqual(['entered', 'unchanged', 'left', 'unchanged', 'entered']);
    expect(await outcomes(a, join('g', 'u'))).toEqual(['unchanged']);
    expect(await outcomes(b, leave('g', 'u'))).toEqual(['unchanged']);
    expect(await a.memberCounts(['g'])).toEqual([1]);
  });

  it('admits exactly as many users as the capacity allows, however many join at once', async ({ a, b, c }) => {
    const stores = [a, b, c];
    const attempts = Array.from({ length: 50 }, (_, i) => outcomes(stores[i % 3]!, join('room:1', `u${i}`, 7)));
    const answers = (await Promise.all(attempts)).flat();
    expect(answers.filter((outcome) => outcome === 'entered')).toHaveLength(7);
    expect(answers.filter((outcome) => outcome === 'full')).toHaveLength(43);
    expect(await a.memberCounts(['room:1'])).toEqual([7]);
    const inside = (await allMembers(a, 'room:1'))[0]!;
    await Promise.all(
      stores.map(async (store) => expect(await outcomes(store, join('room:1', inside, 7))).toEqual(['unchanged'])),
    );
  });

  it('reports what a killed node held exactly once while three nodes sweep', async ({ cluster, a, b, c }) => {
    const victim = await openNode(cluster, 'victim');
    const users = Array.from({ length: 1_200 }, (_, i) => `u${i}`);
    for (let i = 0; i < users.length; i += 400)
      await victim.apply(users.slice(i, i + 400).map((user) => join('g', user)));
    await victim.apply([join('zone:x', 'u0'), join('zone:x', 'u1')]);
    await a.apply([join('g', 'u0')]);
    await cluster.expireLeases('victim');
    const changes = (await Promise.all([a, b, c].map((store) => collectChanges(() => store.sweep())))).flat();
    expect(changes).toHaveLength(1_201);
    expect(new Set(changes.map(({ group, userId }) => `${group} ${userId}`)).size).toBe(1_201);
    expect(changes).not.toContainEqual(left('g', 'u0'));
    expect(await b.memberCounts(['g', 'zone:x'])).toEqual([1, 0]);
    expect((await b.nodes()).map(({ nodeId }) => nodeId).sort()).toEqual(['a', 'b', 'c']);
  });

  it('continues a sweep that another node has left unfinished', async ({ cluster, a, b }) => {
    const victim = await openNode(cluster, 'victim');
    for (let i = 0; i < 3; i++) await victim.apply(Array.from({ length: 300 }, (_, j) => join('g', `u${i}-${j}`)));
    await cluster.expireLeases('victim');
    const first = await a.sweep();
    expect(first.hasMore).toBe(true);
    const rest = await collectChanges(() => b.sweep());
    expect(new Set([...first.changes, ...rest].map(({ userId }) => userId)).size).toBe(900);
    expect(first.changes.length + rest.length).toBe(900);
  });

  it('ends a lease that is not renewed, and no other', async ({ cluster, a }) => {
    const short = await openNode(cluster, 'short', 200);
    await short.apply([join('g', 'u')]);
    await pollUntil(() => collectChanges(() => a.sweep()), [left('g', 'u')]);
    expect(await short.renew()).toBe('lost');
    expect(await a.renew()).toBe('held');
  });

  it('renews an expired lease that no node has swept', async ({ cluster, a, b }) => {
    await a.apply([join('g', 'u')]);
    await cluster.expireLeases('a');
    expect(await a.renew()).toBe('held');
    expect(await collectChanges(() => b.sweep())).toEqual([]);
    expect(await b.memberCounts(['g'])).toEqual([1]);
  });

  it('does not sweep on behalf of a node whose own lease has expired', async ({ cluster, a, b }) => {
    await b.apply([join('g', 'u')]);
    await Promise.all([cluster.expireLeases('a'), cluster.expireLeases('b')]);
    expect(await collectChanges(() => a.sweep())).toEqual([]);
    expect(await b.renew()).toBe('held');
  });

  it('rejects changes of a node that stalled past its lease, until it reopens', async ({ cluster, a, b }) => {
    await a.apply([join('g', 'stays'), join('g', 'also elsewhere')]);
    await b.apply([join('g', 'also elsewhere')]);
    await cluster.expireLeases('a');
    expect(await collectChanges(() => b.sweep())).toEqual([left('g', 'stays')]);
    await expect(a.apply([join('g', 'new')])).rejects.toThrow(LeaseLostError);
    expect(await a.renew()).toBe('lost');
    expect(await b.memberCounts(['g'])).toEqual([1]);
    const changes: unknown[] = [];
    const state = [join('g', 'stays'), join('g', 'also elsewhere')];
    await recoverLease(a, state, undefined, (batch) => changes.push(...batch));
    expect(changes).toEqual([entered('g', 'stays')]);
    expect(await outcomes(a, join('g', 'new'))).toEqual(['entered']);
  });

  it('reports on reopening what has changed, and nothing about memberships that remain', async ({ a, b }) => {
    const remaining = Array.from({ length: 1_100 }, (_, i) => join('g', `u${i}`));
    for (let i = 0; i < remaining.length; i += 500) await a.apply(remaining.slice(i, i + 500));
    await a.apply([join('g', 'leaver')]);
    const changes: unknown[] = [];
    const state = [...remaining, join('g', 'newcomer')];
    await recoverLease(a, state, undefined, (batch) => changes.push(...batch));
    expect(changes).toEqual([entered('g', 'newcomer'), left('g', 'leaver')]);
    expect((await b.nodes()).filter(({ nodeId }) => nodeId === 'a')).toHaveLength(1);
  });

  it('leaves nothing behind after an orderly shutdown', async ({ a, b }) => {
    await a.apply([join('g', 'u1'), join('g', 'u2'), join('zone:x', 'u1')]);
    await b.apply([join('g', 'u2')]);
    const changes = await collectChanges(() => a.retire('all'));
    expect(changes).toHaveLength(2);
    expect(changes).toEqual(expect.arrayContaining([left('g', 'u1'), left('zone:x', 'u1')]));
    await expect(a.apply([join('g', 'late')])).rejects.toThrow(LeaseLostError);
    expect((await b.nodes()).map(({ nodeId }) => nodeId).sort()).toEqual(['b', 'c']);
  });

  it('pages through the members, and answers which users are members', async ({ a, b }) => {
    const users = Array.from({ length: 1_000 }, (_, i) => `user-${i}`);
    for (const half of [users.slice(0, 500), users.slice(500)]) await a.apply(half.map((user) => join('g', user)));
    expect(await allMembers(b, 'g', 50)).toEqual([...users].sort());
    expect((await b.members('g', { limit: 50 })).next).toBeDefined();
    expect(await b.areMembers('g', ['user-3', 'stranger', 'user-4'])).toEqual([true, false, true]);
    expect(await b.areMembers('g', [])).toEqual([]);
    expect(await b.members('nothing')).toEqual({ users: [] });
  });

  it('lists nodes with the remaining time of their leases', async ({ cluster, b }) => {
    const [first] = await b.nodes();
    expect(first?.incarnation.startsWith(`${first.nodeId}:`)).toBe(true);
    expect(first?.expiresInMs).toBeGreaterThan(0);
    await cluster.expireLeases('a');
    expect((await b.nodes()).find(({ nodeId }) => nodeId === 'a')?.expiresInMs).toBeLessThan(0);
  });

  it('lists the other nodes holding a user, also crashed ones that are not swept', async ({ cluster, a, b, c }) => {
    const victim = await openNode(cluster, 'victim');
    await Promise.all([a, b, victim].map((store) => store.apply([join('g', 'u')])));
    await a.apply([join('other', 'u'), join('g', 'v')]);
    expect((await c.otherNodesHolding('g', 'u')).sort()).toEqual(['a', 'b', 'victim']);
    expect((await b.otherNodesHolding('g', 'u')).sort()).toEqual(['a', 'victim']);
    expect(await c.otherNodesHolding('g', 'v')).toEqual(['a']);
    expect(await c.otherNodesHolding('g', 'nobody')).toEqual([]);
    await b.apply([leave('g', 'u')]);
    expect((await c.otherNodesHolding('g', 'u')).sort()).toEqual(['a', 'victim']);
    await victim.retire('all');
    expect(await c.otherNodesHolding('g', 'u')).toEqual(['a']);
  });

  it('lists a holder of the same name, but no earlier incarnation of the asking node', async ({ cluster, a }) => {
    const namesake = await openNode(cluster, 'a');
    await a.apply([join('g', 'u')]);
    expect([await a.otherNodesHolding('g', 'u'), await namesake.otherNodesHolding('g', 'u')]).toEqual([[], ['a']]);
    await a.open();
    expect(await a.otherNodesHolding('g', 'u')).toEqual([]);
  });
});
