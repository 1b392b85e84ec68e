/** The latest word about each thing, for the memory of a single node. */
import { type Word, WORD_KEPT_MS } from './recovery-store';

interface Said {
  turn: number;
  says: string | undefined;
  at: number;
}

export class LatestWords {
  private readonly said = new Map<string, Said>();

  /** Notes it. @returns whether something later was said before, or the same. */
  overtakes({ about, turn, says }: Word, now: number): boolean {
    const last = this.said.get(about);
    if (last && turn < last.turn) return true;
    const known = says !== undefined && last !== undefined && (turn === last.turn || says === last.says);
    this.said.set(about, { turn, says: says ?? last?.says, at: now });
    return known;
  }

  prune(now: number): void {
    for (const [about, { at }] of this.said) if (now - at > WORD_KEPT_MS) this.said.delete(about);
  }
}
