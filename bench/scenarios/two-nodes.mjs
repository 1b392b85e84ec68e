// Chat in rooms that are spread over two nodes: this library with recovery, beside Socket.IO's adapters for Redis.
import { clustered } from '../load/nodes.mjs';
import { MEMBERS, Rooms } from '../load/rooms.mjs';
import { onStage } from '../support/stage.mjs';

const NODES = 2;
const EVEN = 20_000;

export const twoNodes = {
  name: 'two-nodes',
  title: 'Two nodes',
  about:
    'The rooms of the fan-out, half of each on either node. `ours` loses no event to who is away for a moment; `pubsub` and ' +
    '`sharded` are bare Socket.IO servers with `@socket.io/redis-adapter`, `streams` with `@socket.io/redis-streams-adapter`. ' +
    'The CPU of both nodes counts, and the deliveries of both. `20,000/s`: each event pays its own way. `saturated`: what ' +
    'comes together is sent to Redis together.',
  sides: ['ours + Redis', 'ours sharded', 'pubsub', 'sharded', 'streams'],
  quickSides: ['ours + Redis', 'pubsub'],
  reference: 'pubsub',
  parts: ['saturated', '20,000/s'],
  figures: {
    usPerDelivery: { title: 'server CPU, µs per delivery', digits: 2, compared: true, drawn: true },
    redisUsPerEvent: { title: 'Redis CPU, µs per event', digits: 1 },
    deliveriesPerSecond: { title: 'deliveries/s', digits: 0 },
  },
  limitMs: 90_000,

  run(side, { quick, profile }) {
    const timing = quick ? { warmMs: 1_000, windowMs: 1_500 } : { warmMs: 2_000, windowMs: 5_000 };
    return onStage(side, { count: NODES, profile }, async (stage) => {
      const rooms = await Rooms.fill(stage);
      const most = await rooms.measure(() => rooms.saturate(), stage.meter, { ...timing, warmMs: 2 * timing.warmMs });
      const even = await rooms.measure(() => rooms.pace(EVEN / MEMBERS), stage.meter, timing);
      rooms.drop();
      return [
        { part: 'saturated', ...clustered(most, NODES) },
        { part: '20,000/s', ...clustered(even, NODES) },
      ];
    });
  },
};
