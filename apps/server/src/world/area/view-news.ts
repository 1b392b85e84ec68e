/**
 * Who came into a view and who went out of it lately. Each change is told several times, for what tells of it may be lost:
 * of twenty packets that lose one, a change is missed by one client in 160,000. A keyframe is not enough for those who
 * left: it may be lost too, and comes late to who looks from another cell by then.
 */
import type { Inhabitant } from './inhabitant';

const TELLINGS = 4;
/** Ticks between two packets of one view: all tellings are over within 0.6 s. */
export const VIEW_EVERY = 2;

interface Item {
  readonly one: Inhabitant;
  told: number;
}

/** From where one sees. */
export interface Sight {
  sees(one: Inhabitant): boolean;
}

export interface ViewChange {
  readonly entered: readonly Inhabitant[];
  readonly left: readonly string[];
}

export class ViewNews {
  private readonly items = new Map<string, Item>();

  get empty(): boolean {
    return this.items.size === 0;
  }

  /** Whether it came or went is found out when it is told: it may have turned round by then. */
  note(one: Inhabitant): void {
    this.items.set(one.id, { one, told: 0 });
  }

  /** What somebody would have been told who now looks from elsewhere. */
  inherit({ items }: ViewNews): void {
    for (const [id, { one, told }] of items) {
      if ((this.items.get(id)?.told ?? Infinity) > told) this.items.set(id, { one, told });
    }
  }

  clear(): void {
    this.items.clear();
  }

  /** What is to be told to who looks from there. */
  take(sight: Sight): ViewChange {
    const entered: Inhabitant[] = [];
    const left: string[] = [];
    for (const [id, item] of this.items) {
      if (sight.sees(item.one)) entered.push(item.one);
      else left.push(id);
      if (++item.told === TELLINGS) this.items.delete(id);
    }
    return { entered, left };
  }
}
