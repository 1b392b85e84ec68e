/**
 * Who came into a view and who went out of it lately. Each change is told several times, for what tells of it may be lost:
 * of twenty packets that lose one, a change is missed by one client in 160,000. A keyframe is not enough for those who
 * left: it may be lost too, and comes late to who looks from another cell by then.
 */
import type { Inhabitant } from './inhabitant';

const TELLINGS = 4;
/** Ticks between two packets of one view: all tellings are over within 0.6 s. */
export const VIEW_EVERY = 2;

/** From where one sees. */
export interface Sight {
  sees(one: Inhabitant): boolean;
}

export interface ViewChange {
  readonly entered: readonly Inhabitant[];
  readonly left: readonly string[];
}

/** Of which telling it is that somebody has been told of. */
let telling = 0;

export class ViewNews {
  // Lists, and no map: the table of one that is long-lived is made anew among the old objects whenever it has filled up.
  /** By how often they have been told. Somebody may be in several of them, and several times in one. */
  private readonly told: Inhabitant[][] = Array.from({ length: TELLINGS }, () => []);
  private count = 0;

  get empty(): boolean {
    return this.count === 0;
  }

  /** Whether it came or went is found out when it is told: it may have turned round by then. */
  note(one: Inhabitant): void {
    this.told[0]?.push(one);
    this.count++;
  }

  /** What somebody would have been told who now looks from elsewhere. */
  inherit({ told, count }: ViewNews): void {
    for (const [times, all] of told.entries()) for (const one of all) this.told[times]?.push(one);
    this.count += count;
  }

  clear(): void {
    for (const all of this.told) all.length = 0;
    this.count = 0;
  }

  /** What is to be told to who looks from there. */
  take(sight: Sight): ViewChange {
    const entered: Inhabitant[] = [];
    const left: string[] = [];
    let isGone = false;
    telling++;
    for (const all of this.told) {
      for (const one of all) {
        if (one.toldIn === telling) continue;
        one.toldIn = telling;
        isGone ||= one.cell === null;
        if (sight.sees(one)) entered.push(one);
        else left.push(one.id);
      }
    }
    this.grow();
    return { entered, left: isGone ? without(left, entered) : left };
  }

  /** All have been told once more, and the first of them often enough. */
  private grow(): void {
    const done = this.told.pop() ?? [];
    this.count -= done.length;
    done.length = 0;
    this.told.unshift(done);
  }
}

/** Who has gone from the zone may have come back since, as another inhabitant. */
function without(left: readonly string[], entered: readonly Inhabitant[]): string[] {
  const ids = new Set(left);
  for (const { id } of entered) ids.delete(id);
  return [...ids];
}
