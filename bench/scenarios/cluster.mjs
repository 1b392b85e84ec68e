// The same load on 2, 4 and 8 nodes: how the CPU time of each node and of Redis grows with the cluster.
import { clusterFigures } from '../load/cluster-figures.mjs';
import { MEMBERS_PER_ROOM, ChatRooms } from '../load/chat-rooms.mjs';
import { withServers } from '../support/with-servers.mjs';

const PACED_DELIVERIES_PER_SECOND = 20_000;
const CLUSTER_SIZES = [2, 4, 8];
const QUICK_CLUSTER_SIZES = [2, 4];
const label = (nodes) => `${nodes} nodes`;

export const cluster = {
  name: 'cluster',
  title: 'A growing cluster',
  about:
    'The rooms of the fan-out spread over all nodes, with 400 events and 20,000 deliveries a second on each cluster size. ' +
    'Every room has members on every node, so every event reaches every node: the worst case. All nodes share one core.',
  sides: ['ours + Redis', 'ours sharded'],
  quickSides: ['ours + Redis'],
  parts: CLUSTER_SIZES.map(label),
  repetitions: 2,
  figures: {
    usPerDelivery: { title: 'server CPU, µs per delivery', digits: 2, drawn: true },
    usPerEventAndNode: { title: 'CPU of each node, µs per event', digits: 0, drawn: true },
    busyPerNode: { title: 'each node busy %', digits: 1 },
    redisUsPerEvent: { title: 'Redis CPU, µs per event', digits: 1, drawn: true },
  },
  limitMs: 180_000,

  async run(side, { quick, profile }) {
    const timing = quick ? { warmMs: 1_000, windowMs: 1_500 } : { warmMs: 3_000, windowMs: 6_000 };
    const parts = [];
    for (const nodes of quick ? QUICK_CLUSTER_SIZES : CLUSTER_SIZES) {
      const measured = await withServers(
        side,
        { count: nodes, profile: profile && `${profile}-${nodes}` },
        async (stage) => {
          const rooms = await ChatRooms.fill(stage);
          const paced = await rooms.measure(
            () => rooms.pace(PACED_DELIVERIES_PER_SECOND / MEMBERS_PER_ROOM),
            stage.meter,
            timing,
          );
          rooms.drop();
          return paced;
        },
      );
      parts.push({ part: label(nodes), ...clusterFigures(measured, nodes) });
    }
    return parts;
  },
};
