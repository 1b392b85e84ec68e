/** What is proved to have arrived by the answers to pings, those of the engine among them. */
import { DeliveryProbe } from './delivery-probe';

let pings: number;
let engine: { readyState: 'open' | 'closed'; pingTimeoutTimer: object | null; sendPacket(): unknown };
let probe: DeliveryProbe;

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
  pings = 0;
  engine = { readyState: 'open', pingTimeoutTimer: null, sendPacket: () => (pings += 1) };
  probe = new DeliveryProbe(engine);
});
afterEach(() => {
  jest.runAllTimers();
  jest.useRealTimers();
});

const until = (): number => probe.delivered.until;
/** What the engine makes of each answer to a ping. */
function answer(): boolean {
  const expected = probe.answered();
  engine.pingTimeoutTimer = null;
  return expected;
}

it('delivery probe: an event counts as delivered once the ping behind it is answered', () => {
  expect(probe.wrote(5)).toBe(true);
  expect(probe.delivered).toEqual({ from: 5, until: 5 });
  expect(answer()).toBe(true);
  expect(probe.delivered).toEqual({ from: 5, until: 6 });
});

it('delivery probe: an answer proves nothing of what was written after its ping, which another ping is sent for', () => {
  probe.wrote(5);
  expect([probe.wrote(8), probe.wrote(7)]).toEqual([false, false]);
  answer();
  expect(until()).toBe(7);
  jest.runOnlyPendingTimers();
  expect(pings).toBe(1);
  answer();
  expect(until()).toBe(9);
});

it('delivery probe: an answer that comes late is followed by the next ping at once', () => {
  probe.wrote(5);
  probe.wrote(6);
  jest.runOnlyPendingTimers();
  expect(pings).toBe(0);
  answer();
  expect(pings).toBe(1);
});

it('delivery probe: an event that was made earlier and written later is not delivered with the others', () => {
  probe.wrote(5);
  probe.wrote(3);
  expect(probe.delivered).toEqual({ from: 3, until: 3 });
  answer();
  expect(until()).toBe(3);
});

it('delivery probe: the answer to a ping that the engine sent before proves nothing', () => {
  engine.pingTimeoutTimer = {};
  probe.wrote(5);
  answer();
  expect(until()).toBe(5);
  answer();
  expect(until()).toBe(6);
});

it('delivery probe: the answer to a ping that the engine sent in between is not taken for that to the next ping', () => {
  probe.wrote(5);
  engine.pingTimeoutTimer = {};
  probe.wrote(8);
  jest.runOnlyPendingTimers();
  answer();
  expect([pings, until()]).toEqual([1, 8]);
  // To the engine, from before the second event was written.
  answer();
  expect(until()).toBe(8);
  answer();
  expect(until()).toBe(9);
});

it('delivery probe: answers to pings of the engine alone are not its own', () => {
  engine.pingTimeoutTimer = {};
  expect(answer()).toBe(false);
});

it('delivery probe: sends few pings however much is written, and none to a connection that has closed', () => {
  let sent = 0;
  for (let n = 0; n < 100; n++) {
    if (probe.wrote(n)) sent++;
    answer();
  }
  expect(sent).toBe(1);
  jest.runOnlyPendingTimers();
  expect(pings).toBe(1);
  answer();
  probe.wrote(200);
  engine.readyState = 'closed';
  jest.runOnlyPendingTimers();
  expect(pings).toBe(1);
});

it('delivery probe: one timer serves all connections, and none runs where nothing was written', () => {
  const others = Array.from({ length: 100 }, () => new DeliveryProbe(engine));
  expect(jest.getTimerCount()).toBe(0);
  for (const each of [probe, ...others]) each.wrote(5);
  expect(jest.getTimerCount()).toBe(1);
  for (const each of [probe, ...others]) each.wrote(6);
  for (const each of [probe, ...others]) each.answered();
  expect(jest.getTimerCount()).toBe(1);
  jest.runOnlyPendingTimers();
  expect(pings).toBe(101);
});

it('delivery probe: tells of what has been delivered once', () => {
  expect(probe.takeDelivered()).toBeNull();
  probe.wrote(5);
  expect(probe.takeDelivered()).toBeNull();
  answer();
  expect(probe.takeDelivered()).toEqual({ from: 5, until: 6 });
  expect(probe.takeDelivered()).toBeNull();
});
