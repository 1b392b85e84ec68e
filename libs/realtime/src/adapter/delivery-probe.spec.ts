/** What is proved to have arrived by the answers to pings, those of the engine among them. */
import { DeliveryProbe } from './delivery-probe';
import type { EngineConnection } from './engine-connection';

let pings: number;
let engine: { readyState: string; pingTimeoutTimer: object | null };
let probe: DeliveryProbe;

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
  pings = 0;
  engine = { readyState: 'open', pingTimeoutTimer: null };
  probe = new DeliveryProbe(Object.assign(engine, { sendPacket: () => pings++ }) as unknown as EngineConnection);
});
afterEach(() => jest.useRealTimers());

const confirmedUntil = (): number | null => probe.state.confirmedUntil;

it('knows nothing until something has arrived, and then that all before it has', () => {
  expect(confirmedUntil()).toBeNull();
  expect(probe.wrote(5)).toBe(true);
  expect(confirmedUntil()).toBe(5);
  probe.answered();
  expect(confirmedUntil()).toBe(6);
});

it('an answer proves nothing of what was written after its ping, which another ping is sent for', () => {
  probe.wrote(5);
  expect([probe.wrote(8), probe.wrote(7)]).toEqual([false, false]);
  probe.answered();
  expect(confirmedUntil()).toBe(7);
  jest.runOnlyPendingTimers();
  expect(pings).toBe(1);
  probe.answered();
  expect(confirmedUntil()).toBe(9);
});

it('the answer to a ping of the engine that is under way proves nothing, and comes first', () => {
  engine.pingTimeoutTimer = {};
  probe.wrote(5);
  probe.answered();
  expect(confirmedUntil()).toBe(5);
  probe.answered();
  expect(confirmedUntil()).toBe(6);
});

it('sends few pings however much is written, and none to a connection that has closed', () => {
  let sent = 0;
  for (let n = 0; n < 100; n++) {
    if (probe.wrote(n)) sent++;
    probe.answered();
  }
  expect(sent).toBe(1);
  jest.runOnlyPendingTimers();
  expect(pings).toBe(1);
  probe.answered();
  probe.wrote(200);
  engine.readyState = 'closed';
  jest.runOnlyPendingTimers();
  expect(pings).toBe(1);
});
