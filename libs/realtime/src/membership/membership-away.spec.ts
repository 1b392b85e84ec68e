/** The membership loop without the store, on its return, and after standing still. */
import { TestNode } from '../../../../test/conformance/membership-nodes';
import { LEASE_TIMING } from './lease-timing';
import { MemoryCluster } from './memory-cluster';
import { MemoryMembershipStore } from './memory-membership-store';
import { ONLINE } from './membership-store';

const { renewMs, ttlMs, sweepMs, retryMs } = LEASE_TIMING;

describe('Membership without its store', () => {
  let cluster: MemoryCluster;
  let a: TestNode;
  let b: TestNode;

  beforeEach(async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    cluster = new MemoryCluster(() => Date.now());
    [a, b] = await Promise.all([started('a'), started('b')]);
  });

  afterEach(async () => {
    for (const node of [a, b]) node.store = 'open';
    await Promise.all([a.membership.stop(), b.membership.stop()]);
    jest.useRealTimers();
  });

  async function started(nodeId: string): Promise<TestNode> {
    const node = new TestNode(nodeId, new MemoryMembershipStore(cluster, nodeId), { lingerMs: 0 });
    await node.membership.start();
    return node;
  }

  async function cutOff(node: TestNode): Promise<void> {
    node.store = 'cut';
    await jest.advanceTimersByTimeAsync(renewMs);
  }

  async function reconnect(node: TestNode): Promise<void> {
    node.store = 'open';
    await jest.advanceTimersByTimeAsync(retryMs);
  }

  it('decides and tells alone, and on return tells nothing twice', async () => {
    await a.membership.join('g', 'stays', 's1');
    await a.membership.join('g', 'goes', 's2');
    a.heard();
    await cutOff(a);
    expect(await a.membership.join('g', 'comes', 's3')).toEqual({ outcome: 'entered', local: true });
    expect(await a.membership.leave('g', 'goes', 's2')).toEqual({ outcome: 'left', local: true });
    expect(a.heard()).toEqual(['g comes entered', 'g goes left']);
    expect(await a.membership.count('g')).toEqual({ count: 2, local: true });
    expect(await a.membership.members('g')).toEqual({ users: ['stays', 'comes'], local: true });
    expect(await b.membership.isMember('g', ['goes', 'comes'])).toEqual([true, false]);
    await reconnect(a);
    expect(a.heard()).toEqual([]);
    expect(await b.membership.isMember('g', ['stays', 'goes', 'comes'])).toEqual([true, false, true]);
    expect(await a.membership.count('g')).toEqual({ count: 2, local: false });
    expect(a.log).toEqual(['away', 'back']);
  });

  it('settles what is under way when the store falls silent, and tells it once', async () => {
    a.store = 'deaf';
    expect(await a.membership.join('g', 'u', 's')).toEqual({ outcome: 'entered', local: true });
    await reconnect(a);
    expect(a.told).toEqual(['g u entered']);
    expect(await b.membership.count('g')).toEqual({ count: 1, local: false });
    a.store = 'deaf';
    expect(await a.membership.leave('g', 'u', 's')).toEqual({ outcome: 'left', local: true });
    await reconnect(a);
    expect(a.told).toEqual(['g u entered', 'g u left']);
    expect(await b.membership.count('g')).toEqual({ count: 0, local: false });
  });

  it('corrects the news of a leave where another node holds the user', async () => {
    await a.membership.join('g', 'u', 's1');
    await b.membership.join('g', 'u', 's2');
    await cutOff(a);
    await a.membership.leave('g', 'u', 's1');
    expect(a.heard()).toEqual(['g u entered', 'g u left']);
    await reconnect(a);
    expect(a.heard()).toEqual(['g u entered']);
  });

  it('makes good what happens while it is coming back', async () => {
    await a.membership.join('g', 'goes', 's1');
    await cutOff(a);
    a.store = 'held';
    await jest.advanceTimersByTimeAsync(retryMs);
    await a.membership.leave('g', 'goes', 's1');
    await a.membership.join('g', 'comes', 's2');
    await reconnect(a);
    expect(a.told).toEqual(['g goes entered', 'g goes left', 'g comes entered']);
    expect((await b.membership.members('g')).users).toEqual(['comes']);
    expect(a.log).toEqual(['away', 'back']);
  });

  it('keeps to a capacity as far as it can see', async () => {
    await cutOff(a);
    const join = (user: string) => a.membership.join('room:1', user, user, { capacity: 1 });
    expect([await join('u1'), await join('u2')].map(({ outcome }) => outcome)).toEqual(['entered', 'full']);
    expect(a.membership.holds('room:1', 'u2')).toBe(false);
  });

  it('knows sockets and attributes of its own users, and brings them back', async () => {
    await a.membership.join(ONLINE, 'u', 's1');
    await a.membership.setAttributes('u', { status: 'away', zone: 'x' });
    await cutOff(a);
    await a.membership.join(ONLINE, 'u', 's2');
    await a.membership.setAttributes('u', { status: 'busy', zone: null });
    expect(await a.membership.attributes(['u'])).toEqual([{ status: 'busy' }]);
    expect((await a.membership.sockets('u')).map(({ socketId }) => socketId)).toEqual(['s1', 's2']);
    expect(await b.membership.attributes(['u'])).toEqual([{ status: 'away', zone: 'x' }]);
    await reconnect(a);
    expect(await b.membership.attributes(['u'])).toEqual([{ status: 'busy' }]);
    expect((await b.membership.sockets('u')).map(({ socketId }) => socketId)).toEqual(['s1', 's2']);
  });

  it('is told as gone when it stands still, once, and as back when it goes on', async () => {
    await a.membership.join('g', 'u', 's1');
    a.heard();
    const c = await started('c');
    await jest.advanceTimersByTimeAsync(ttlMs);
    a.store = 'held';
    await jest.advanceTimersByTimeAsync(ttlMs + sweepMs);
    expect([...b.heard(), ...c.heard()]).toEqual(['g u left']);
    a.store = 'open';
    await jest.advanceTimersByTimeAsync(renewMs);
    expect(a.heard()).toEqual(['g u entered']);
    expect(a.log).toEqual([]);
    expect((await b.membership.members('g')).users).toEqual(['u']);
    await c.membership.stop();
  });

  it('does a join that found the lease lost, after reopening', async () => {
    await a.membership.join('room:1', 'u1', 's1');
    for (const holder of cluster.holders.values()) holder.expiresAt += 2 * ttlMs;
    for (const [name, holder] of cluster.holders) if (name.startsWith('a:')) holder.expiresAt = 0;
    const sweeper = new MemoryMembershipStore(cluster, 'sweeper');
    await sweeper.open();
    expect((await sweeper.sweep()).changes).toHaveLength(1);
    const answers = await Promise.all(
      ['u2', 'u3'].map((user) => a.membership.join('room:1', user, user, { capacity: 2 })),
    );
    expect(answers).toEqual([
      { outcome: 'entered', local: false },
      { outcome: 'full', local: false },
    ]);
    expect(a.told).toEqual(['room:1 u1 entered', 'room:1 u1 entered', 'room:1 u2 entered']);
  });

  it('does not judge others before a full lease has passed since its own return', async () => {
    await b.membership.join('g', 'u', 's1');
    await Promise.all([cutOff(a), cutOff(b)]);
    await jest.advanceTimersByTimeAsync(2 * ttlMs);
    await reconnect(a);
    await jest.advanceTimersByTimeAsync(ttlMs - renewMs);
    expect(a.heard()).toEqual([]);
    expect(await a.membership.count('g')).toEqual({ count: 1, local: false });
    await jest.advanceTimersByTimeAsync(renewMs + sweepMs);
    expect(a.heard()).toEqual(['g u left']);
  });

  it('starts without the store, and finds it later', async () => {
    const c = new TestNode('c', new MemoryMembershipStore(cluster, 'c'));
    c.store = 'cut';
    await c.membership.start();
    await c.membership.join('g', 'u', 's');
    expect(await c.membership.nodes()).toEqual([]);
    await reconnect(c);
    expect(c.told).toEqual(['g u entered']);
    expect((await a.membership.members('g')).users).toEqual(['u']);
    await c.membership.stop();
    expect(c.log).toEqual(['away', 'back']);
  });
});
