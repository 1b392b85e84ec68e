// Chat in 20 rooms of 50 on one node: what a delivery costs the server when it is busy, at an even pace, and at half its pace.
import { MEMBERS, Rooms } from '../load/rooms.mjs';
import { onStage } from '../support/stage.mjs';

const EVEN = 20_000;

export const fanOut = {
  name: 'fan-out',
  title: 'Fan-out of chat',
  about:
    '20 rooms of 50 players on one node; somebody says something with an ack, and about 100 bytes go to everybody in the room. ' +
    '`saturated`: four events of each room are always on their way. `20,000/s`: 400 events a second by the clock. ' +
    '`half`: half the pace that was reached when saturated.',
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
    return onStage(side, { profile }, async (stage) => {
      const rooms = await Rooms.fill(stage);
      const parts = [];
      const take = async (part, begin, times = timing) => {
        const measured = await rooms.measure(begin, stage.meter, times);
        parts.push({ part, ...told(measured) });
        return measured.perSecond;
      };
      // The full load first: it warms the code up for the others.
      const most = await take('saturated', () => rooms.saturate(), { ...timing, warmMs: timing.warmMs * 2 });
      await take('20,000/s', () => rooms.pace(EVEN / MEMBERS));
      await take('half', () => rooms.pace(most / 2 / MEMBERS));
      rooms.drop();
      return parts;
    });
  },
};

const told = ({ spent, count, ages, perSecond }) => ({
  foreign: spent.foreign,
  figures: {
    usPerDelivery: spent.servers / count,
    deliveriesPerSecond: perSecond,
    ...ages,
    busy: 100 * spent.busy,
    loadBusy: 100 * spent.loadBusy,
  },
});
