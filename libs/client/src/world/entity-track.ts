/** Where one entity has been lately, and where it is at a moment between two ticks. */
import { lastItem } from '../base/last-item';

export interface ShownPose {
  readonly x: number;
  readonly y: number;
  readonly facing: number;
}

interface Sample extends ShownPose {
  readonly time: number;
}

/** Longer than the picture is behind, with lost ticks. */
const KEPT_MS = 1_500;
/** A longer step is no walk: the entity appears at its end. */
const MAX_STEP = 20;
const TURN = 2 * Math.PI;

export class EntityTrack {
  /** Ascending. */
  private samples: Sample[] = [];

  add(time: number, pose: ShownPose): void {
    const last = lastItem(this.samples);
    if (last && time <= last.time) return;
    if (last && Math.hypot(pose.x - last.x, pose.y - last.y) > MAX_STEP) this.samples = [];
    this.samples.push({ ...pose, time });
    while (this.samples.length > 2 && (this.samples[1]?.time ?? time) < time - KEPT_MS) this.samples.shift();
  }

  at(time: number): ShownPose {
    const index = this.samples.findIndex((sample) => sample.time >= time);
    const [before, after] = [this.samples[index - 1], this.samples[index]];
    const only = after ?? lastItem(this.samples);
    if (!only) return { x: 0, y: 0, facing: 0 };
    if (!before || !after) return { x: only.x, y: only.y, facing: only.facing };
    const share = (time - before.time) / (after.time - before.time);
    return {
      x: before.x + (after.x - before.x) * share,
      y: before.y + (after.y - before.y) * share,
      facing: before.facing + shortestTurn(before.facing, after.facing) * share,
    };
  }
}

function shortestTurn(from: number, to: number): number {
  const turn = (((to - from) % TURN) + TURN) % TURN;
  return turn > Math.PI ? turn - TURN : turn;
}
