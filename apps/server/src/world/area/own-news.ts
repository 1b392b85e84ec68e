/** What a node tells the others of its own characters in one zone. */
import type { CharacterClass } from '@aeturnis/contracts';
import type { Inhabitant } from './inhabitant';

type Where = [id: string, x: number, y: number, facing: number];
/** With who it is, where others may not know yet. */
export type Here = Where | [...Where, name: string, characterClass: CharacterClass, level: number, status: string];

export interface Told {
  readonly node: string;
  readonly zone: string;
  readonly here: readonly Here[];
  readonly gone: readonly string[];
}

/** In so many full messages it is said once more who has gone. */
const GONE_REPEATS = 3;
/** As many as a zone holds. Past it the others find out by themselves who is not there any more, after 11 s. */
export const MOST_GONE = 5_000;

export class OwnNews {
  private here: Here[] = [];
  /** How often it is still to be said. */
  private readonly gone = new Map<string, number>();
  private untold = false;
  private readonly introduced = new WeakSet<object>();

  moved(one: Inhabitant): void {
    this.here.push(this.entry(one, false));
  }

  left(id: string): void {
    // To the end, so that the first is the one that left the longest ago.
    this.gone.delete(id);
    this.gone.set(id, GONE_REPEATS);
    // A node that is alone, or cut off, announces nothing and would keep them all.
    const [oldest] = this.gone.size > MOST_GONE ? this.gone.keys() : [];
    if (oldest !== undefined) this.gone.delete(oldest);
    this.untold = true;
  }

  isBack(id: string): void {
    this.gone.delete(id);
  }

  /** What has changed since the last time, or null; in a full message, where `all` are. */
  take(all: readonly Inhabitant[] | null): Pick<Told, 'here' | 'gone'> | null {
    const here = all?.map((one) => this.entry(one, true)) ?? this.here;
    const gone = all || this.untold ? [...this.gone.keys()] : [];
    this.here = [];
    this.untold = false;
    if (all) {
      for (const [id, times] of this.gone) {
        if (times > 1) this.gone.set(id, times - 1);
        else this.gone.delete(id);
      }
    }
    return here.length + gone.length > 0 ? { here, gone } : null;
  }

  private entry({ about, x, y, facing }: Inhabitant, full: boolean): Here {
    if (!('class' in about) || (!full && this.introduced.has(about))) return [about.id, x, y, facing];
    this.introduced.add(about);
    return [about.id, x, y, facing, about.name, about.class, about.level, about.status ?? ''];
  }
}
