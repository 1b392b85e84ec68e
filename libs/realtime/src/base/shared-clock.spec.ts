/** SharedClock: follows the shared clock, also if the clock of the machine is wrong or is set. */
import { SharedClock } from './shared-clock';

/** A machine whose wall clock a test can set; its monotonic clock only advances. */
class Machine {
  wall = 1_700_000_000_000;
  monotonic = 5_000;

  constructor() {
    jest.spyOn(Date, 'now').mockImplementation(() => Math.floor(this.wall));
    jest.spyOn(performance, 'now').mockImplementation(() => this.monotonic);
  }

  advance(ms: number): void {
    this.wall += ms;
    this.monotonic += ms;
  }

  /** Reads the shared clock, which is `aheadMs` ahead of this machine, with these latencies of request and answer. */
  read(clock: SharedClock, aheadMs: number, { requestMs = 0.2, answerMs = 0.2 } = {}): void {
    const askedAt = this.monotonic;
    this.advance(requestMs);
    const sharedMs = this.wall + aheadMs;
    this.advance(answerMs);
    clock.observe({ sharedMs, askedAt, answeredAt: this.monotonic });
  }
}

let machine: Machine;
let clock: SharedClock;

beforeEach(() => {
  machine = new Machine();
  clock = new SharedClock();
});
afterEach(() => jest.restoreAllMocks());

/** How far the clock is ahead of the machine, in milliseconds. */
const ahead = (): number => clock.now() - Date.now();

it('follows the clock of the machine as long as no shared clock is read, also if that clock is set', () => {
  expect(ahead()).toBe(0);
  machine.wall -= 60_000;
  expect(ahead()).toBe(0);
});

it('makes no correction if the clocks agree within the accuracy of the readings', () => {
  machine.read(clock, 0.8);
  machine.read(clock, -30, { requestMs: 80, answerMs: 2 });
  expect(ahead()).toBe(0);
});

it.each([-120_000, -6_000, -40, 40, 6_000, 120_000])('follows a shared clock that is %i ms ahead', (aheadMs) => {
  machine.read(clock, aheadMs);
  expect(Math.abs(ahead() - aheadMs)).toBeLessThanOrEqual(1);
});

it('is as accurate as the fastest reading, and slow readings do not change the offset', () => {
  machine.read(clock, 6_000, { requestMs: 900, answerMs: 0 });
  machine.read(clock, 6_000, { requestMs: 0, answerMs: 900 });
  machine.read(clock, 6_000);
  for (const latencyMs of [100, 700, 2_500]) {
    machine.read(clock, 6_000, { requestMs: latencyMs, answerMs: 0 });
    machine.read(clock, 6_000, { requestMs: 0, answerMs: latencyMs });
    expect(Math.abs(ahead() - 6_000)).toBeLessThanOrEqual(2);
  }
});

it.each([-60_000, -500, 500, 60_000])('advances steadily if the clock of the machine is set by %i ms', (byMs) => {
  machine.read(clock, 6_000);
  const before = clock.now();
  machine.advance(1_000);
  machine.wall += byMs;
  expect(Math.abs(clock.now() - before - 1_000)).toBeLessThanOrEqual(1);
  machine.advance(10);
  expect(Math.abs(clock.now() - before - 1_010)).toBeLessThanOrEqual(1);
  machine.read(clock, 6_000 - byMs);
  expect(Math.abs(clock.now() - before - 1_010)).toBeLessThanOrEqual(2);
});

it('follows the shared clock if that clock is set, or if the two drift apart', () => {
  machine.read(clock, 0);
  machine.read(clock, 3_000);
  expect(Math.abs(ahead() - 3_000)).toBeLessThanOrEqual(1);
  for (let driftMs = 3_000; driftMs < 3_100; driftMs += 0.5) machine.read(clock, driftMs);
  expect(Math.abs(ahead() - 3_100)).toBeLessThanOrEqual(3);
});
