/** Chance that can be had again: every scenario draws from the seed of the run and its own title. */
import { createHash } from 'node:crypto';

const seed = process.env['CHAOS_SEED'] ?? String(Date.now());

export class Chance {
  private state: number;

  constructor(private readonly title: string) {
    this.state = createHash('sha256').update(`${seed} ${title}`).digest().readUInt32LE();
  }

  get seed(): string {
    return seed;
  }

  /** Other chances, of a seed of their own. */
  another(number: number): Chance {
    return new Chance(`${this.title} ${number}`);
  }

  /** From 0 up to and without `end`; mulberry32. */
  below(end: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  }

  pick<T>(choices: readonly T[]): T {
    const chosen = choices[this.below(choices.length)];
    if (chosen === undefined) throw new Error('nothing to pick from');
    return chosen;
  }
}
