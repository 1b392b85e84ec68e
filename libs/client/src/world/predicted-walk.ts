/** The user's own character: it walks at once, on the ground that the server allows, and is corrected if they disagree. */
import type { ShownPose } from './entity-track';

export interface ObstacleBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What of a zone matters for walking; `GET /api/zones/:id`. */
export interface WalkingMap {
  readonly width: number;
  readonly height: number;
  readonly obstacles: readonly ObstacleBox[];
  /** A character is a square: its centre keeps this far from obstacles. */
  readonly bodyHalfSize: number;
}

/** Steps a second that the server accepts. */
const STEP_MS = 100;
/** Of one frame: a longer pause is not walked afterwards. */
const MAX_FRAME_MS = 250;
/** Below the server's limit of 0.5 %: rounding and clocks must not make an honest client too fast. */
const PACE = 0.998;

const rounded = (value: number): number => Math.round(value * 100) / 100;

export class PredictedWalk {
  private pose: ShownPose = { x: 0, y: 0, facing: 0 };
  private direction: { readonly x: number; readonly y: number } = { x: 0, y: 0 };
  private lastAt: number | undefined;
  private sinceStep = STEP_MS;
  private lastStep = '';
  private zone: WalkingMap | undefined;
  private speed = 0;
  private seq = 0;

  /** @param sendStep returns false if the step was not sent. */
  constructor(private readonly sendStep: (step: { seq: number } & ShownPose) => boolean) {}

  place(position: Pick<ShownPose, 'x' | 'y'>, speed: number, facing = this.pose.facing): void {
    this.pose = { x: position.x, y: position.y, facing };
    this.speed = speed;
    this.lastStep = '';
  }

  enter(zone: WalkingMap | undefined): void {
    this.zone = zone;
  }

  /** The direction in which the user walks, of any finite length; (0, 0), and what is no direction, stands still. */
  walk(dx: number, dy: number): void {
    const length = Math.hypot(dx, dy);
    this.direction = length > 0 && length < Infinity ? { x: dx / length, y: dy / length } : { x: 0, y: 0 };
  }

  correct({ x, y }: Pick<ShownPose, 'x' | 'y'>): void {
    this.pose = { ...this.pose, x, y };
    this.lastStep = '';
  }

  /**
   * Walks on to this moment, and reports the position ten times a second.
   * @param now milliseconds, always of one clock; what is no time changes nothing.
   */
  at(now: number): ShownPose {
    if (!Number.isFinite(now)) return this.pose;
    const passed = now - (this.lastAt ??= now);
    // The time of a frame may be a little before the latest call. A clock that was set back goes on from there.
    if (passed > 0 || passed < -MAX_FRAME_MS) this.lastAt = now;
    const elapsed = Math.min(MAX_FRAME_MS, Math.max(0, passed));
    this.sinceStep += elapsed;
    if (this.direction.x !== 0 || this.direction.y !== 0) this.advance((elapsed * this.speed * PACE) / 1_000);
    if (this.sinceStep >= STEP_MS) this.report();
    return this.pose;
  }

  private advance(distance: number): void {
    const { x: dx, y: dy } = this.direction;
    const facing = Math.atan2(dy, dx);
    const { x, y } = this.pose;
    const [nextX, nextY] = [x + dx * distance, y + dy * distance];
    // Along an obstacle, the part of the step that is free.
    const free = [
      { x: nextX, y: nextY },
      { x: nextX, y },
      { x, y: nextY },
    ].find((place) => this.isFree(place));
    this.pose = { ...(free ?? { x, y }), facing };
  }

  private isFree({ x, y }: Pick<ShownPose, 'x' | 'y'>): boolean {
    const { zone } = this;
    if (!zone) return true;
    if (x < 0 || y < 0 || x > zone.width || y > zone.height) return false;
    // A hundredth more than the server asks: positions are rounded on their way.
    const margin = zone.bodyHalfSize + 0.01;
    return !zone.obstacles.some(
      (box) =>
        x > box.x - margin && x < box.x + box.width + margin && y > box.y - margin && y < box.y + box.height + margin,
    );
  }

  private report(): void {
    const [x, y, facing] = [rounded(this.pose.x), rounded(this.pose.y), rounded(this.pose.facing)];
    const step = `${x} ${y} ${facing}`;
    if (step === this.lastStep) return;
    if (!this.sendStep({ seq: (this.seq += 1), x, y, facing })) return;
    this.lastStep = step;
    this.sinceStep = 0;
  }
}
