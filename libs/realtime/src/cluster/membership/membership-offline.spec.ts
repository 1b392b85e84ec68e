/** `Membership` while the store is unreachable, after a reconnect, and after the process was suspended. */
import { NodeIdentity } from '@aeturnis/platform';
import { cutOff, itOnNodes as it, reconnect } from '../../../../../test/conformance/membership-test-node';
import { MemoryMembershipStore } from '../stores/memory-membership-store';
import { LEASE_TIMING } from './lease-timing';

const { renewMs, ttlMs, sweepMs, retryMs } = LEASE_TIMING;

describe('Membership while the store is unreachable', () => {
  it('decides and announces offline, and announces nothing twice after a reconnect', async ({ a, b }) => {
    await a.membership.join('g', 'stays', 's1');
    await a.membership.join('g', 'goes', 's2');
    a.takeEvents();
    await cutOff(a);
    expect(await a.membership.join('g', 'comes', 's3')).toEqual({ outcome: 'entered', isLocal: true });
    expect(await a.membership.leave('g', 'goes', 's2')).toEqual({ outcome: 'left', isLocal: true });
    expect(a.takeEvents()).toEqual(['g comes entered', 'g goes left']);
    expect(await a.membership.count('g')).toEqual({ count: 2, isLocal: true });
    expect(await a.membership.members('g')).toEqual({ users: ['stays', 'comes'], isLocal: true });
    expect(await b.membership.areMembers('g', ['goes', 'comes'])).toEqual([true, false]);
    await reconnect(a);
    expect(a.takeEvents()).toEqual([]);
    expect(await b.membership.areMembers('g', ['stays', 'goes', 'comes'])).toEqual([true, false, true]);
    expect(await a.membership.count('g')).toEqual({ count: 2, isLocal: false });
    expect(a.log).toEqual(['away', 'back']);
  });

  it('resolves pending operations when the store stops answering, and announces them once', async ({ a, b }) => {
    a.storeLink = 'deaf';
    expect(await a.membership.join('g', 'u', 's')).toEqual({ outcome: 'entered', isLocal: true });
    await reconnect(a);
    expect(a.events).toEqual(['g u entered']);
    expect(await b.membership.count('g')).toEqual({ count: 1, isLocal: false });
    a.storeLink = 'deaf';
    expect(await a.membership.leave('g', 'u', 's')).toEqual({ outcome: 'left', isLocal: true });
    await reconnect(a);
    expect(a.events).toEqual(['g u entered', 'g u left']);
    expect(await b.membership.count('g')).toEqual({ count: 0, isLocal: false });
  });

  it('corrects an announced leave when another node holds the user', async ({ a, b }) => {
    await a.membership.join('g', 'u', 's1');
    await b.membership.join('g', 'u', 's2');
    await cutOff(a);
    await a.membership.leave('g', 'u', 's1');
    expect(a.takeEvents()).toEqual(['g u entered', 'g u left']);
    await reconnect(a);
    expect(a.takeEvents()).toEqual(['g u entered']);
  });

  it('applies operations made during a reconnect to the store', async ({ a, b }) => {
    await a.membership.join('g', 'goes', 's1');
    await cutOff(a);
    a.storeLink = 'held';
    await jest.advanceTimersByTimeAsync(retryMs);
    await a.membership.leave('g', 'goes', 's1');
    await a.membership.join('g', 'comes', 's2');
    await reconnect(a);
    expect(a.events).toEqual(['g goes entered', 'g goes left', 'g comes entered']);
    expect((await b.membership.members('g')).users).toEqual(['comes']);
    expect(a.log).toEqual(['away', 'back']);
  });

  it('enforces a capacity by its own members while offline', async ({ a }) => {
    await cutOff(a);
    const join = (user: string) => a.membership.join('room:1', user, user, { capacity: 1 });
    expect([await join('u1'), await join('u2')].map(({ outcome }) => outcome)).toEqual(['entered', 'full']);
    expect(a.membership.isMemberHere('room:1', 'u2')).toBe(false);
  });

  it('announces the users of a suspended node as left once, and later as entered', async ({ a, b, newNode }) => {
    await a.membership.join('g', 'u', 's1');
    a.takeEvents();
    const c = newNode('c');
    await c.membership.start();
    await jest.advanceTimersByTimeAsync(ttlMs);
    a.storeLink = 'held';
    await jest.advanceTimersByTimeAsync(ttlMs + sweepMs);
    expect([...b.takeEvents(), ...c.takeEvents()]).toEqual(['g u left']);
    a.storeLink = 'open';
    await jest.advanceTimersByTimeAsync(renewMs);
    expect(a.takeEvents()).toEqual(['g u entered']);
    expect(a.log).toEqual([]);
    expect((await b.membership.members('g')).users).toEqual(['u']);
    await c.membership.stop();
  });

  it('applies a join that found the lease lost after opening a new incarnation', async ({ cluster, a }) => {
    await a.membership.join('room:1', 'u1', 's1');
    for (const holder of cluster.incarnations.values()) holder.expiresAt += 2 * ttlMs;
    for (const [name, holder] of cluster.incarnations) if (name.startsWith('a:')) holder.expiresAt = 0;
    const sweeper = new MemoryMembershipStore(cluster, new NodeIdentity({ nodeId: 'sweeper' }));
    await sweeper.open();
    expect((await sweeper.sweep()).changes).toHaveLength(1);
    const answers = await Promise.all(
      ['u2', 'u3'].map((user) => a.membership.join('room:1', user, user, { capacity: 2 })),
    );
    expect(answers).toEqual([
      { outcome: 'entered', isLocal: false },
      { outcome: 'full', isLocal: false },
    ]);
    expect(a.events).toEqual(['room:1 u1 entered', 'room:1 u1 entered', 'room:1 u2 entered']);
  });

  it('sweeps no other node until a full TTL has passed since its own reconnect', async ({ a, b }) => {
    await b.membership.join('g', 'u', 's1');
    await Promise.all([cutOff(a), cutOff(b)]);
    await jest.advanceTimersByTimeAsync(2 * ttlMs);
    await reconnect(a);
    await jest.advanceTimersByTimeAsync(ttlMs - renewMs);
    expect(a.takeEvents()).toEqual([]);
    expect(await a.membership.count('g')).toEqual({ count: 1, isLocal: false });
    await jest.advanceTimersByTimeAsync(renewMs + sweepMs);
    expect(a.takeEvents()).toEqual(['g u left']);
  });

  it('starts without the store, and connects to it later', async ({ a, newNode }) => {
    const c = newNode('c');
    c.storeLink = 'cut';
    await c.membership.start();
    await c.membership.join('g', 'u', 's');
    expect(await c.membership.nodes()).toEqual([]);
    await reconnect(c);
    expect(c.events).toEqual(['g u entered']);
    expect((await a.membership.members('g')).users).toEqual(['u']);
    await c.membership.stop();
    expect(c.log).toEqual(['away', 'back']);
  });
});
