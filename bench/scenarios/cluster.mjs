// The same load on ever more nodes: how what each of them pays, and Redis, grows with the cluster.
import { clustered } from '../load/nodes.mjs';
import { MEMBERS, Rooms } from '../load/rooms.mjs';
import { onStage } from '../support/stage.mjs';

const EVEN = 20_000;
const SIZES = [2, 4, 8];
const QUICK_SIZES = [2, 4];
const label = (nodes) => `${nodes} nodes`;

export const cluster = {
  name: 'cluster',
  title: 'A growing cluster',
  about:
    'The rooms of the fan-out spread over all nodes, with 400 events and 20,000 deliveries a second whatever their number. ' +
    'Every room has members on every node, so every event reaches every node: the worst case. All nodes share one core.',
  sides: ['ours + Redis', 'ours sharded'],
  quickSides: ['ours + Redis'],
  parts: SIZES.map(label),
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
    for (const nodes of quick ? QUICK_SIZES : SIZES) {
      const measured = await onStage(
        side,
        { count: nodes, profile: profile && `${profile}-${nodes}` },
        async (stage) => {
          const rooms = await Rooms.fill(stage);
          const even = await rooms.measure(() => rooms.pace(EVEN / MEMBERS), stage.meter, timing);
          rooms.drop();
          return even;
        },
      );
      parts.push({ part: label(nodes), ...clustered(measured, nodes) });
    }
    return parts;
  },
};
