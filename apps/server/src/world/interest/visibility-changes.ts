/**
 * The entities that recently entered or left a view. Each change is sent several times, since packets may be lost: at one
 * lost packet in twenty, one client in 160,000 misses a change. Keyframes alone do not suffice for entities that left: they
 * may be lost too, and they are late for a viewer that has moved to another cell.
 */
import type { Entity } from './entity';

const CHANGE_REPEATS = 4;
/** Ticks between two packets of one view: the last repeat is sent within 0.6 s. */
export const VIEW_INTERVAL_TICKS = 2;

export interface Viewpoint {
  canSee(entity: Entity): boolean;
}

export interface ViewChange {
  readonly entered: readonly Entity[];
  readonly left: readonly string[];
}

/** The number of the running `take`; an entity that carries it is already in the result. */
let currentPass = 0;

export class VisibilityChanges {
  // Arrays instead of a map: a long-lived map reallocates its table in the old generation whenever it is full.
  /** By the number of times they have been sent. An entity may be in several arrays, and several times in one. */
  private readonly changesByRepeat: Entity[][] = Array.from({ length: CHANGE_REPEATS }, () => []);
  private count = 0;

  get isEmpty(): boolean {
    return this.count === 0;
  }

  /** `take` decides whether the entity entered or left: it may have turned round by then. */
  record(entity: Entity): void {
    this.changesByRepeat[0]?.push(entity);
    this.count++;
  }

  /** Adds the pending changes of the cell that a viewer has left. */
  mergeFrom({ changesByRepeat, count }: VisibilityChanges): void {
    for (const [repeat, entities] of changesByRepeat.entries())
      for (const entity of entities) this.changesByRepeat[repeat]?.push(entity);
    this.count += count;
  }

  clear(): void {
    for (const entities of this.changesByRepeat) entities.length = 0;
    this.count = 0;
  }

  /** The changes to send now to viewers at this viewpoint; counts them as sent once more. */
  take(viewpoint: Viewpoint): ViewChange {
    const entered: Entity[] = [];
    const left: string[] = [];
    let hasLeftZone = false;
    currentPass++;
    for (const entities of this.changesByRepeat) {
      for (const entity of entities) {
        if (entity.lastChangePass === currentPass) continue;
        entity.lastChangePass = currentPass;
        hasLeftZone ||= entity.cell === null;
        if (viewpoint.canSee(entity)) entered.push(entity);
        else left.push(entity.id);
      }
    }
    this.advanceRepeats();
    return { entered, left: hasLeftZone ? withoutReentered(left, entered) : left };
  }

  /** Moves each change on by one repeat, and drops those that have been sent often enough. */
  private advanceRepeats(): void {
    const completed = this.changesByRepeat.pop() ?? [];
    this.count -= completed.length;
    completed.length = 0;
    this.changesByRepeat.unshift(completed);
  }
}

/** An id that left the zone may have re-entered as another entity: only its entry is announced. */
function withoutReentered(left: readonly string[], entered: readonly Entity[]): string[] {
  const ids = new Set(left);
  for (const { id } of entered) ids.delete(id);
  return [...ids];
}
