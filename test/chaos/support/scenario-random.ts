/** Reproducible random numbers: every scenario draws from the seed of the run and its own title. */
import { createHash } from 'node:crypto';

const runSeed = process.env['CHAOS_SEED'] ?? String(Date.now());

export class ScenarioRandom {
  private state: number;

  constructor(private readonly title: string) {
    this.state = createHash('sha256').update(`${runSeed} ${title}`).digest().readUInt32LE();
  }

  get seed(): string {
    return runSeed;
  }

  /** An independent sequence, reproducible from the same seed. */
  derive(number: number): ScenarioRandom {
    return new ScenarioRandom(`${this.title} ${number}`);
  }

  /** An integer from 0 to `end`, exclusive (mulberry32). */
  nextInt(end: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  }

  pick<T>(choices: readonly T[]): T {
    const chosen = choices[this.nextInt(choices.length)];
    if (chosen === undefined) throw new Error('cannot pick from an empty list');
    return chosen;
  }
}
