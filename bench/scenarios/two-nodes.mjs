// Chat in rooms spread over two nodes: this library with recovery, compared with Socket.IO's Redis adapters.
import { clusterFigures } from '../load/cluster-figures.mjs';
import { MEMBERS_PER_ROOM, ChatRooms } from '../load/chat-rooms.mjs';
import { withServers } from '../support/with-servers.mjs';

const NODES = 2;
const PACED_DELIVERIES_PER_SECOND = 20_000;

export const twoNodes = {
  name: 'two-nodes',
  title: 'Two nodes',
  about:
    'The rooms of the fan-out, with half of the members of each on either node. `ours` replays missed events to clients that ' +
    'reconnect; `pubsub` and `sharded` are bare Socket.IO servers with `@socket.io/redis-adapter`, `streams` with ' +
    '`@socket.io/redis-streams-adapter`. The CPU time and the deliveries of both nodes count. `20,000/s`: events reach Redis ' +
    'one by one. `saturated`: events reach Redis in batches.',
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
    return withServers(side, { count: NODES, profile }, async (stage) => {
      const rooms = await ChatRooms.fill(stage);
      const full = await rooms.measure(() => rooms.saturate(), stage.meter, { ...timing, warmMs: 2 * timing.warmMs });
      const paced = await rooms.measure(
        () => rooms.pace(PACED_DELIVERIES_PER_SECOND / MEMBERS_PER_ROOM),
        stage.meter,
        timing,
      );
      rooms.drop();
      return [
        { part: 'saturated', ...clusterFigures(full, NODES) },
        { part: '20,000/s', ...clusterFigures(paced, NODES) },
      ];
    });
  },
};
