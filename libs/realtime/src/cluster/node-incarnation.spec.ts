/** The names of membership leases are unique, and contain the id of the node. */
import { NodeIdentity } from '@aeturnis/platform';
import { leaseIncarnation, nodeIdOf } from './node-incarnation';

it('lease names: differ for each lease and each start of a node, and contain the node id', () => {
  const [first, restarted] = [new NodeIdentity({ nodeId: 'eu:west' }), new NodeIdentity({ nodeId: 'eu:west' })];
  const names = [first, restarted].flatMap((identity) =>
    [1, 2, 12].map((serial) => leaseIncarnation(identity, serial)),
  );
  expect(new Set(names).size).toBe(6);
  expect(new Set(names.map(nodeIdOf))).toEqual(new Set(['eu:west']));
  expect(names[0]).toBe(`eu:west:${first.shortIncarnation}`);
});
