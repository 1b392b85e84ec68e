/** `Membership` with a reachable store: which operations reach the store, and which changes are announced when. */
import { itOnNodes as it } from '../../../../../test/conformance/membership-test-node';

describe('Membership', () => {
  it('sends only the first join and the last leave of a user on this node to the store', async ({ a }) => {
    const { membership } = a;
    expect(await membership.join('zone:x', 'u', 's1')).toEqual({ outcome: 'entered', isLocal: false });
    expect(await membership.join('zone:x', 'u', 's2')).toEqual({ outcome: 'unchanged', isLocal: false });
    expect(await membership.join('zone:x', 'u', 's2')).toEqual({ outcome: 'unchanged', isLocal: false });
    expect(await membership.leave('zone:x', 'u', 's1')).toEqual({ outcome: 'unchanged', isLocal: false });
    expect(await membership.leave('zone:x', 'u', 's1')).toEqual({ outcome: 'unchanged', isLocal: false });
    expect(await membership.leave('zone:x', 'u', 's2')).toEqual({ outcome: 'left', isLocal: false });
    expect(a.applied).toHaveLength(2);
    expect(a.events).toEqual(['zone:x u entered', 'zone:x u left']);
  });

  it('sends all operations of one event-loop iteration in one call, in order', async ({ a }) => {
    const { membership } = a;
    const answers = await Promise.all([
      membership.join('g', 'u1', 's1'),
      membership.join('g', 'u2', 's2'),
      membership.leave('g', 'u1', 's1'),
      membership.join('g', 'u1', 's3'),
    ]);
    expect(answers.map(({ outcome }) => outcome)).toEqual(['entered', 'entered', 'left', 'entered']);
    expect(a.applied.map((ops) => ops.length)).toEqual([4]);
    expect(await membership.count('g')).toEqual({ count: 2, isLocal: false });
  });

  it('splits more operations than fit into one call', async ({ a, b }) => {
    await Promise.all(Array.from({ length: 1_200 }, (_, i) => a.membership.join('g', `u${i}`, 's')));
    expect(a.applied.map((ops) => ops.length)).toEqual([500, 500, 200]);
    expect(await b.membership.count('g')).toEqual({ count: 1_200, isLocal: false });
  });

  it('announces each change on one node only', async ({ a, b }) => {
    await a.membership.join('g', 'u', 's1');
    await b.membership.join('g', 'u', 's2');
    await a.membership.leave('g', 'u', 's1');
    await b.membership.leave('g', 'u', 's2');
    expect(a.events).toEqual(['g u entered']);
    expect(b.events).toEqual(['g u left']);
  });

  it('refuses every join to a full group, and keeps no member of it', async ({ a, b }) => {
    await b.membership.join('room:1', 'first', 's0');
    const tabs = ['s1', 's2'].map((tab) => a.membership.join('room:1', 'second', tab, { capacity: 1 }));
    expect((await Promise.all(tabs)).map(({ outcome }) => outcome)).toEqual(['full', 'full']);
    expect(a.membership.isMemberHere('room:1', 'second')).toBe(false);
    await b.membership.leave('room:1', 'first', 's0');
    expect((await a.membership.join('room:1', 'second', 's1', { capacity: 1 })).outcome).toBe('entered');
  });

  it('removes everything it holds from the store when it stops', async ({ a, b }) => {
    await Promise.all([a.membership.join('g', 'u1', 's1'), a.membership.join('g', 'u2', 's2')]);
    await b.membership.join('g', 'u2', 's3');
    a.takeEvents();
    const last = a.membership.join('g', 'u3', 's4');
    await a.membership.stop();
    expect((await last).outcome).toBe('entered');
    expect(a.takeEvents()).toEqual(['g u3 entered', 'g u1 left', 'g u3 left']);
    expect(await a.membership.leave('g', 'u1', 's1')).toEqual({ outcome: 'unchanged', isLocal: true });
    expect(a.takeEvents()).toEqual([]);
    expect((await b.membership.members('g')).users).toEqual(['u2']);
    expect((await b.membership.nodes()).map(({ nodeId }) => nodeId)).toEqual(['b']);
  });

  it('notifies the next listener when one throws', async ({ a }) => {
    const received: string[] = [];
    a.membership.onChange(() => {
      throw new Error('broken listener');
    });
    a.membership.onChange(([change]) => received.push(change!.userId));
    await a.membership.join('g', 'u', 's');
    expect(received).toEqual(['u']);
    expect(a.log).toEqual(['failed listener']);
  });
});
