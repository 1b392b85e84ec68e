/** The clock of a node: by the shared clock, whatever the one of its machine says, and whoever sets that. */
import { SharedClock } from './shared-clock';

/** A machine whose clock a test sets; the monotonic one goes on by itself. */
class Machine {
  wall = 1_700_000_000_000;
  monotonic = 5_000;

  constructor() {
    jest.spyOn(Date, 'now').mockImplementation(() => Math.floor(this.wall));
    jest.spyOn(performance, 'now').mockImplementation(() => this.monotonic);
  }

  pass(ms: number): void {
    this.wall += ms;
    this.monotonic += ms;
  }

  /** Asks the shared clock, which is ahead of this machine by so much. */
  ask(clock: SharedClock, aheadMs: number, { there = 0.2, back = 0.2 } = {}): void {
    const askedAt = this.monotonic;
    this.pass(there);
    const sharedMs = this.wall + aheadMs;
    this.pass(back);
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

/** What the clock says ahead of the machine. */
const ahead = (): number => clock.now() - Date.now();

it('is the clock of the machine where no shared clock is read, also when that is set', () => {
  expect(ahead()).toBe(0);
  machine.wall -= 60_000;
  expect(ahead()).toBe(0);
});

it('leaves a machine alone whose clock agrees with the shared one as far as can be told', () => {
  machine.ask(clock, 0.8);
  machine.ask(clock, -30, { there: 80, back: 2 });
  expect(ahead()).toBe(0);
});

it.each([-120_000, -6_000, -40, 40, 6_000, 120_000])('follows a shared clock that is %i ms ahead', (aheadMs) => {
  machine.ask(clock, aheadMs);
  expect(Math.abs(ahead() - aheadMs)).toBeLessThanOrEqual(1);
});

it('knows the difference as exactly as the quickest answer was quick, and no slow one moves it', () => {
  machine.ask(clock, 6_000, { there: 900, back: 0 });
  machine.ask(clock, 6_000, { there: 0, back: 900 });
  machine.ask(clock, 6_000);
  for (const slow of [100, 700, 2_500]) {
    machine.ask(clock, 6_000, { there: slow, back: 0 });
    machine.ask(clock, 6_000, { there: 0, back: slow });
    expect(Math.abs(ahead() - 6_000)).toBeLessThanOrEqual(2);
  }
});

it.each([-60_000, -500, 500, 60_000])('goes on when the clock of the machine is set by %i ms', (byMs) => {
  machine.ask(clock, 6_000);
  const before = clock.now();
  machine.pass(1_000);
  machine.wall += byMs;
  expect(Math.abs(clock.now() - before - 1_000)).toBeLessThanOrEqual(1);
  machine.pass(10);
  expect(Math.abs(clock.now() - before - 1_010)).toBeLessThanOrEqual(1);
  machine.ask(clock, 6_000 - byMs);
  expect(Math.abs(clock.now() - before - 1_010)).toBeLessThanOrEqual(2);
});

it('follows the shared clock when that is set, or the two drift apart', () => {
  machine.ask(clock, 0);
  machine.ask(clock, 3_000);
  expect(Math.abs(ahead() - 3_000)).toBeLessThanOrEqual(1);
  for (let driftMs = 3_000; driftMs < 3_100; driftMs += 0.5) machine.ask(clock, driftMs);
  expect(Math.abs(ahead() - 3_100)).toBeLessThanOrEqual(3);
});
