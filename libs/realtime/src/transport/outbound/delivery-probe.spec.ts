/** The deliveries that pongs confirm, including pongs to pings of the engine. */
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

const until = (): number => probe.delivered?.until ?? NaN;
/** The client sends a pong, on which the engine stops its timeout. */
function receivePong(): boolean {
  const expected = probe.onPong();
  engine.pingTimeoutTimer = null;
  return expected;
}

it('delivery probe: an event counts as delivered once the ping behind it is answered', () => {
  expect(probe.recordWrite(5)).toBe(true);
  expect(probe.delivered).toEqual({ from: 5, until: 5 });
  expect(receivePong()).toBe(true);
  expect(probe.delivered).toEqual({ from: 5, until: 6 });
});

it('delivery probe: a pong does not confirm events written after its ping; another ping is sent for those', () => {
  probe.recordWrite(5);
  expect([probe.recordWrite(8), probe.recordWrite(7)]).toEqual([false, false]);
  receivePong();
  expect(until()).toBe(7);
  jest.runOnlyPendingTimers();
  expect(pings).toBe(1);
  receivePong();
  expect(until()).toBe(9);
});

it('delivery probe: after a late pong, the next ping is sent at once', () => {
  probe.recordWrite(5);
  probe.recordWrite(6);
  jest.runOnlyPendingTimers();
  expect(pings).toBe(0);
  receivePong();
  expect(pings).toBe(1);
});

it('delivery probe: an event that was created earlier but written after the ping is not confirmed by its pong', () => {
  probe.recordWrite(5);
  probe.recordWrite(3);
  expect(probe.delivered).toEqual({ from: 3, until: 3 });
  receivePong();
  expect(until()).toBe(3);
});

it('delivery probe: the pong to an earlier ping of the engine confirms nothing', () => {
  engine.pingTimeoutTimer = {};
  probe.recordWrite(5);
  receivePong();
  expect(until()).toBe(5);
  receivePong();
  expect(until()).toBe(6);
});

it('delivery probe: the pong to a ping that the engine sent after a probe is not taken for that to the next probe', () => {
  probe.recordWrite(5);
  engine.pingTimeoutTimer = {};
  probe.recordWrite(8);
  jest.runOnlyPendingTimers();
  receivePong();
  expect([pings, until()]).toEqual([1, 8]);
  // The pong to the engine, which pinged before the second event was written.
  receivePong();
  expect(until()).toBe(8);
  receivePong();
  expect(until()).toBe(9);
});

it('delivery probe: does not claim a pong if only the engine has pinged', () => {
  engine.pingTimeoutTimer = {};
  expect(receivePong()).toBe(false);
});

it('delivery probe: sends one ping per interval for many events, and none to a closed connection', () => {
  let sent = 0;
  for (let n = 0; n < 100; n++) {
    if (probe.recordWrite(n)) sent++;
    receivePong();
  }
  expect(sent).toBe(1);
  jest.runOnlyPendingTimers();
  expect(pings).toBe(1);
  receivePong();
  probe.recordWrite(200);
  engine.readyState = 'closed';
  jest.runOnlyPendingTimers();
  expect(pings).toBe(1);
});

it('delivery probe: one timer serves all connections, and none runs before the first write', () => {
  const probes = [probe, ...Array.from({ length: 100 }, () => new DeliveryProbe(engine))];
  expect(jest.getTimerCount()).toBe(0);
  for (const item of probes) item.recordWrite(5);
  expect(jest.getTimerCount()).toBe(1);
  for (const item of probes) item.recordWrite(6);
  for (const item of probes) item.onPong();
  expect(jest.getTimerCount()).toBe(1);
  jest.runOnlyPendingTimers();
  expect(pings).toBe(101);
});

it('delivery probe: measures the round trip from its ping to its pong, also without an event', () => {
  expect([probe.startMeasurement(), probe.startMeasurement()]).toEqual([true, false]);
  expect([probe.roundTripMs, probe.delivered]).toEqual([-1, null]);
  probe.recordWrite(5);
  jest.advanceTimersByTime(120);
  receivePong();
  expect([probe.roundTripMs, probe.takeDelivered()]).toEqual([120, null]);
  jest.advanceTimersByTime(130);
  jest.advanceTimersByTime(40);
  receivePong();
  expect([probe.roundTripMs, until()]).toEqual([40, 6]);
});

it('delivery probe: a pong to the engine is not taken for a measurement', () => {
  engine.pingTimeoutTimer = {};
  probe.startMeasurement();
  jest.advanceTimersByTime(70);
  receivePong();
  expect(probe.roundTripMs).toBe(-1);
  receivePong();
  expect(probe.roundTripMs).toBe(70);
});

it('delivery probe: `takeDelivered` returns each delivered range once', () => {
  expect(probe.takeDelivered()).toBeNull();
  probe.recordWrite(5);
  expect(probe.takeDelivered()).toBeNull();
  receivePong();
  expect(probe.takeDelivered()).toEqual({ from: 5, until: 6 });
  expect(probe.takeDelivered()).toBeNull();
});
