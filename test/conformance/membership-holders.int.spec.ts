/** Which other nodes hold a user in a group, as memory and Redis alike say it. */
import type { MembershipOp, MembershipStore } from '../../libs/realtime/src/membership/membership-store';
import { KINDS, openNodes, type TestCluster } from './membership-clusters';

const join = (group: string, userId: string): MembershipOp => ({ kind: 'join', group, userId });
const leave = (group: string, userId: string): MembershipOp => ({ kind: 'leave', group, userId });

describe.each(KINDS)('the holders of a membership in %s', (_kind, create) => {
  let cluster: TestCluster;

  beforeEach(() => {
    cluster = create();
  });
  afterEach(() => cluster.close());

  it('are the other nodes that have the user in the group, those that died included until they are swept', async () => {
    type Nodes = [MembershipStore, MembershipStore, MembershipStore, MembershipStore];
    const [a, b, c, victim] = (await openNodes(cluster, 'a', 'b', 'c', 'victim')) as Nodes;
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

  it('include a node of the same name, and never an earlier life of the node that asks', async () => {
    const [one, other] = (await openNodes(cluster, 'a', 'a')) as [MembershipStore, MembershipStore];
    await one.apply([join('g', 'u')]);
    expect([await one.otherNodesHolding('g', 'u'), await other.otherNodesHolding('g', 'u')]).toEqual([[], ['a']]);
    await one.open();
    expect(await one.otherNodesHolding('g', 'u')).toEqual([]);
  });
});
