/** Seeded random numbers: the same ATTACK_SEED repeats the choices of an attack or a fuzzer script. */

export const ATTACK_SEED = Number(process.env['ATTACK_SEED'] ?? 20_261_128);

/** Mulberry32. */
export class SeededRandom {
  private state: number;

  constructor(readonly seed: number) {
    this.state = seed | 0;
  }

  /** @returns an integer from 0 to `end` - 1. */
  below(end: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }

  bytes(length: number): Buffer {
    const drawn = Buffer.alloc(length);
    for (let at = 0; at < length; at++) drawn[at] = this.below(256);
    return drawn;
  }

  /** A generator of its own, so that concurrent actors do not depend on each other's timing. */
  fork(): SeededRandom {
    return new SeededRandom(this.below(2 ** 31));
  }
}
