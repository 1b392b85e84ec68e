/** The membership loop with the store at hand: what reaches the store, what is told, and when. */
import { TestNode } from '../../../../test/conformance/membership-nodes';
import { MemoryCluster } from './memory-cluster';
import { MemoryMembershipStore } from './memory-membership-store';
import { ONLINE } from './membership-store';

const LINGER_MS = 2_000;

describe('Membership', () => {
  let cluster: MemoryCluster;
  let a: TestNode;
  let b: TestNode;

  beforeEach(async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    cluster = new MemoryCluster(() => Date.now());
    [a, b] = [newNode('a'), newNode('b')];
    await Promise.all([a.membership.start(), b.membership.start()]);
  });

  afterEach(async () => {
    await Promise.all([a.membership.stop(), b.membership.stop()]);
    jest.useRealTimers();
  });

  function newNode(nodeId: string): TestNode {
    return new TestNode(nodeId, new MemoryMembershipStore(cluster, nodeId), { lingerMs: LINGER_MS });
  }

  it('sends only the first join and the last leave of a user on this node', async () => {
    const { membership } = a;
    expect(await membership.join('zone:x', 'u', 's1')).toEqual({ outcome: 'entered', local: false });
    expect(await membership.join('zone:x', 'u', 's2')).toEqual({ outcome: 'unchanged', local: false });
    expect(await membership.join('zone:x', 'u', 's2')).toEqual({ outcome: 'unchanged', local: false });
    expect(await membership.leave('zone:x', 'u', 's1')).toEqual({ outcome: 'unchanged', local: false });
    expect(await membership.leave('zone:x', 'u', 's1')).toEqual({ outcome: 'unchanged', local: false });
    expect(await membership.leave('zone:x', 'u', 's2')).toEqual({ outcome: 'left', local: false });
    expect(a.applied).toHaveLength(2);
    expect(a.told).toEqual(['zone:x u entered', 'zone:x u left']);
  });

  it('sends all of one turn in one call, in order', async () => {
    const { membership } = a;
    const answers = await Promise.all([
      membership.join('g', 'u1', 's1'),
      membership.join('g', 'u2', 's2'),
      membership.leave('g', 'u1', 's1'),
      membership.join('g', 'u1', 's3'),
    ]);
    expect(answers.map(({ outcome }) => outcome)).toEqual(['entered', 'entered', 'left', 'entered']);
    expect(a.applied.map((ops) => ops.length)).toEqual([4]);
    expect(await membership.count('g')).toEqual({ count: 2, local: false });
  });

  it('splits what is too much for one call', async () => {
    await Promise.all(Array.from({ length: 1_200 }, (_, i) => a.membership.join('g', `u${i}`, 's')));
    expect(a.applied.map((ops) => ops.length)).toEqual([500, 500, 200]);
    expect(await b.membership.count('g')).toEqual({ count: 1_200, local: false });
  });

  it('tells each change on one node only', async () => {
    await a.membership.join('g', 'u', 's1');
    await b.membership.join('g', 'u', 's2');
    await a.membership.leave('g', 'u', 's1');
    await b.membership.leave('g', 'u', 's2');
    expect(a.told).toEqual(['g u entered']);
    expect(b.told).toEqual(['g u left']);
  });

  it('refuses all who asked for a place that is taken, and remembers none of them', async () => {
    await b.membership.join('room:1', 'first', 's0');
    const tabs = ['s1', 's2'].map((tab) => a.membership.join('room:1', 'second', tab, { capacity: 1 }));
    expect((await Promise.all(tabs)).map(({ outcome }) => outcome)).toEqual(['full', 'full']);
    expect(a.membership.holds('room:1', 'second')).toBe(false);
    await b.membership.leave('room:1', 'first', 's0');
    expect((await a.membership.join('room:1', 'second', 's1', { capacity: 1 })).outcome).toBe('entered');
  });

  it('lets a user linger online, and cancels that when a socket comes back', async () => {
    await a.membership.join(ONLINE, 'u', 's1');
    await a.membership.leave(ONLINE, 'u', 's1');
    await jest.advanceTimersByTimeAsync(LINGER_MS - 1);
    await a.membership.join(ONLINE, 'u', 's2');
    await jest.advanceTimersByTimeAsync(10 * LINGER_MS);
    expect(a.heard()).toEqual(['online u entered']);
    expect(await b.membership.sockets('u')).toEqual([{ nodeId: 'a', socketId: 's2' }]);
    await a.membership.leave(ONLINE, 'u', 's2');
    await jest.advanceTimersByTimeAsync(LINGER_MS);
    await a.membership.join('g', 'later', 's3');
    expect(a.heard()).toEqual(['online u left', 'g later entered']);
    expect(await b.membership.sockets('u')).toEqual([]);
  });

  it('tells with the going of a user which attributes they had', async () => {
    await a.membership.join(ONLINE, 'u', 's1');
    await a.membership.setAttributes('u', { status: 'busy', zone: 'x' });
    await a.membership.setAttributes('u', { zone: null });
    expect(await b.membership.attributes(['u', 'v'])).toEqual([{ status: 'busy' }, {}]);
    await a.membership.leave(ONLINE, 'u', 's1');
    await a.membership.stop();
    expect(a.changes.at(-1)).toMatchObject({
      group: ONLINE,
      userId: 'u',
      kind: 'left',
      attributes: { status: 'busy' },
    });
    expect(await b.membership.attributes(['u'])).toEqual([{}]);
  });

  it('takes all it holds out of the store when it stops', async () => {
    await Promise.all([a.membership.join('g', 'u1', 's1'), a.membership.join('g', 'u2', 's2')]);
    await b.membership.join('g', 'u2', 's3');
    a.heard();
    const last = a.membership.join('g', 'u3', 's4');
    await a.membership.stop();
    expect((await last).outcome).toBe('entered');
    expect(a.heard()).toEqual(['g u3 entered', 'g u1 left', 'g u3 left']);
    expect(await a.membership.leave('g', 'u1', 's1')).toEqual({ outcome: 'unchanged', local: true });
    expect(a.heard()).toEqual([]);
    expect((await b.membership.members('g')).users).toEqual(['u2']);
    expect((await b.membership.nodes()).map(({ nodeId }) => nodeId)).toEqual(['b']);
  });

  it('does not let one listener keep the news from the next', async () => {
    const heard: string[] = [];
    a.membership.onChange(() => {
      throw new Error('broken listener');
    });
    a.membership.onChange(([change]) => heard.push(change!.userId));
    await a.membership.join('g', 'u', 's');
    expect(heard).toEqual(['u']);
    expect(a.log).toEqual(['failed listener']);
  });
});
