/** The latest word about each thing, for the memory of a single node. */
import { type Word, WORD_KEPT_MS } from './recovery-store';

/** Past it, the word about what was not spoken of for longest is forgotten. */
const MAX_WORDS = 100_000;

interface Said {
  turn: number;
  says: string | undefined;
  at: number;
}

export class LatestWords {
  private readonly said = new Map<string, Said>();

  constructor(private readonly most = MAX_WORDS) {}

  get size(): number {
    return this.said.size;
  }

  /** Notes it. @returns whether something later was said before, or the same. */
  overtakes({ about, turn, says }: Word, now: number): boolean {
    const last = this.said.get(about);
    if (last && turn < last.turn) return true;
    const known = says !== undefined && last !== undefined && (turn === last.turn || says === last.says);
    // Set anew, it is the last that is forgotten.
    this.said.delete(about);
    this.said.set(about, { turn, says: says ?? last?.says, at: now });
    if (this.said.size > this.most) this.forgetOldest();
    return known;
  }

  private forgetOldest(): void {
    const [oldest] = this.said.keys();
    if (oldest !== undefined) this.said.delete(oldest);
  }

  prune(now: number): void {
    for (const [about, { at }] of this.said) if (now - at > WORD_KEPT_MS) this.said.delete(about);
  }
}
