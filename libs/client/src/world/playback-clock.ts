/**
 * Which tick is shown at which moment. Ticks arrive late and unevenly: the picture is a little behind the latest one, and
 * runs slightly faster or slower to stay there. It never steps back, and leaps only when it is far off, as after a pause.
 */

const TICK_MS = 100;
/** How far the picture is behind the latest tick. */
export const DELAY_MS = 150;
/** The playback speed differs from real time by this share at most. */
const MAX_STRETCH = 0.1;
/** The share of the deviation that is corrected in a second. */
const GAIN = 0.5;
/** A larger deviation is not worth catching up with. */
const MAX_LAG_MS = 1_000;
/** Without ticks for longer, the picture stands still. */
const MAX_LEAD_MS = 250;

export class PlaybackClock {
  /** In milliseconds of ticks. */
  private shown: number | undefined;
  private lastAt = 0;
  private latest: number | undefined;
  private latestAt = 0;

  /** A new picture: what was shown before does not matter. */
  reset(): void {
    this.shown = undefined;
    this.latest = undefined;
  }

  onTick(tick: number, now: number): void {
    const time = tick * TICK_MS;
    // Of ticks that arrive in a burst, the time follows the one that was delayed least.
    if (this.latest !== undefined && time - this.latest <= now - this.latestAt && time <= this.latest) return;
    this.latest = time;
    this.latestAt = now;
  }

  /** @param now milliseconds by the clock of the device; what is no time changes nothing. @returns the time to show, in milliseconds of ticks. */
  at(now: number): number {
    if (this.latest === undefined || !Number.isFinite(now)) return this.shown ?? 0;
    const sinceTick = Math.min(Math.max(now - this.latestAt, 0), MAX_LEAD_MS);
    const target = this.latest + sinceTick - DELAY_MS;
    const elapsed = Math.max(0, now - this.lastAt);
    this.lastAt = now;
    if (this.shown === undefined || target - this.shown - elapsed > MAX_LAG_MS) return (this.shown = target);
    const deviation = target - (this.shown + elapsed);
    const correction = Math.max(-MAX_STRETCH, Math.min(MAX_STRETCH, (deviation * GAIN) / 1_000));
    const next = this.shown + elapsed * (1 + correction);
    // Beyond the latest tick nothing is known: wait for it there.
    this.shown = Math.max(this.shown, Math.min(next, this.latest + MAX_LEAD_MS));
    return this.shown;
  }
}
