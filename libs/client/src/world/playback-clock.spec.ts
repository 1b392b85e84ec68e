/** The picture runs evenly, whatever the network does to the ticks. */
import { fc } from '../../../../test/support/properties';
import { DELAY_MS, PlaybackClock } from './playback-clock';

const FRAME_MS = 16;
const TICK_MS = 100;

interface Arrival {
  readonly tick: number;
  readonly at: number;
}

/** Ticks of a server whose clock is `offset` ahead and drifts; each arrives after a delay, or never. */
function arrivals(delays: readonly (number | null)[], offset: number, drift: number): Arrival[] {
  return delays
    .map((delay, tick) => (delay === null ? null : { tick, at: offset + tick * TICK_MS * (1 + drift) + delay }))
    .filter((arrival): arrival is Arrival => arrival !== null)
    .sort((one, other) => one.at - other.at);
}

interface Frame {
  readonly now: number;
  readonly shown: number;
}

function play(ticks: readonly Arrival[], hidden?: { readonly from: number; readonly to: number }): Frame[] {
  const clock = new PlaybackClock();
  const waiting = [...ticks];
  const frames: Frame[] = [];
  const [first, last] = [ticks[0]?.at ?? 0, ticks.at(-1)?.at ?? 0];
  for (let now = first; now < last; now += FRAME_MS) {
    while ((waiting[0]?.at ?? Infinity) <= now) clock.onTick(waiting.shift()?.tick ?? 0, now);
    if (hidden && now > hidden.from && now < hidden.to) continue;
    frames.push({ now, shown: clock.at(now) });
  }
  return frames;
}

const delayed = fc.array(fc.option(fc.integer({ min: 20, max: 120 }), { freq: 12 }), {
  minLength: 100,
  maxLength: 300,
});

it('playback: with lost and late ticks and a drifting clock, it never steps back, and stays within a tenth of real time', () => {
  fc.assert(
    fc.property(delayed, fc.double({ min: -0.005, max: 0.005, noNaN: true }), (delays, drift) => {
      const frames = play(arrivals(delays, 5_000, drift)).slice(20);
      const speeds = frames.slice(1).map(({ now, shown }, at) => {
        const before = frames[at] as Frame;
        return (shown - before.shown) / (now - before.now);
      });
      expect(speeds.filter((speed) => speed < 0 || speed > 1.11)).toEqual([]);
    }),
  );
});

it('playback: on an even network it is a constant time behind the latest tick', () => {
  const frames = play(
    arrivals(
      Array.from({ length: 200 }, () => 50),
      5_000,
      0,
    ),
  );
  const { now, shown } = frames.at(-1) as Frame;
  const serverTime = now - 5_000 - 50;
  expect(serverTime - shown).toBeGreaterThan(DELAY_MS - TICK_MS - FRAME_MS);
  expect(serverTime - shown).toBeLessThan(DELAY_MS + TICK_MS + FRAME_MS);
});

it('playback: after ten seconds in a hidden page it leaps to the present, without running fast', () => {
  const ticks = arrivals(
    Array.from({ length: 200 }, () => 50),
    5_000,
    0,
  );
  const frames = play(ticks, { from: 8_000, to: 18_000 });
  const after = frames.filter(({ now }) => now > 18_000);
  const leaps = after.slice(1).filter(({ shown }, at) => shown - (after[at] as Frame).shown > FRAME_MS * 1.11);
  expect(leaps).toEqual([]);
  const [first] = after as [Frame];
  expect(first.now - 5_000 - 50 - first.shown).toBeLessThan(DELAY_MS + TICK_MS + FRAME_MS);
});

it('playback: without ticks it stands still', () => {
  const clock = new PlaybackClock();
  clock.onTick(1, 1_000);
  clock.onTick(2, 1_100);
  clock.at(1_100);
  const stalled = clock.at(3_000);
  expect(clock.at(5_000)).toBe(stalled);
});

it.each([NaN, Infinity, -Infinity])('playback: runs on after one call with the time %p', (time) => {
  const clock = new PlaybackClock();
  clock.onTick(10, 5_000);
  const shown = clock.at(5_000);
  expect(clock.at(time)).toBe(shown);
  expect(clock.at(5_000 + FRAME_MS)).toBeGreaterThan(shown);
});
