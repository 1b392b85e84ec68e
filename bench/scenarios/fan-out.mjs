// Chat in 20 rooms of 50 on one node: server CPU per delivery when saturated, at a fixed pace, and at half its maximum.
import { MEMBERS_PER_ROOM, ChatRooms } from '../load/chat-rooms.mjs';
import { withServers } from '../support/with-servers.mjs';

const PACED_DELIVERIES_PER_SECOND = 20_000;

export const fanOut = {
  name: 'fan-out',
  title: 'Fan-out of chat',
  about:
    '20 rooms of 50 players on one node. A player sends a message with an ack, and every member of the room receives about ' +
    '100 bytes. `saturated`: four messages of each room are always in flight. `20,000/s`: 400 messages a second, independent ' +
    'of the deliveries. `half`: half the rate that `saturated` reached.',
  sides: ['ours', 'ours, no cork', 'ours + Redis', 'bare', 'ws', 'colyseus', 'nest'],
  quickSides: ['ours', 'bare', 'ws', 'colyseus', 'nest'],
  reference: 'bare',
  parts: ['saturated', '20,000/s', 'half'],
  figures: {
    usPerDelivery: { title: 'server CPU, µs per delivery', digits: 2, compared: true, drawn: true },
    deliveriesPerSecond: { title: 'deliveries/s', digits: 0 },
    p50: { title: 'p50 ms', digits: 1 },
    p95: { title: 'p95 ms', digits: 1 },
    p99: { title: 'p99 ms', digits: 1 },
    busy: { title: 'server busy %', digits: 0 },
    loadBusy: { title: 'load busy %', digits: 0 },
  },
  limitMs: 90_000,

  run(side, { quick, profile }) {
    const timing = quick ? { warmMs: 700, windowMs: 1_300 } : { warmMs: 1_500, windowMs: 4_000 };
    return withServers(side, { profile }, async (stage) => {
      const rooms = await ChatRooms.fill(stage);
      const parts = [];
      const measurePart = async (part, begin, times = timing) => {
        const measured = await rooms.measure(begin, stage.meter, times);
        parts.push({ part, ...resultOf(measured) });
        return measured.perSecond;
      };
      // The full load comes first, because it warms the code up for the others.
      const maximum = await measurePart('saturated', () => rooms.saturate(), { ...timing, warmMs: timing.warmMs * 2 });
      await measurePart('20,000/s', () => rooms.pace(PACED_DELIVERIES_PER_SECOND / MEMBERS_PER_ROOM));
      await measurePart('half', () => rooms.pace(maximum / 2 / MEMBERS_PER_ROOM));
      rooms.drop();
      return parts;
    });
  },
};

const resultOf = ({ spent, count, ages, perSecond }) => ({
  foreign: spent.foreign,
  figures: {
    usPerDelivery: spent.servers / count,
    deliveriesPerSecond: perSecond,
    ...ages,
    busy: 100 * spent.busy,
    loadBusy: 100 * spent.loadBusy,
  },
});
