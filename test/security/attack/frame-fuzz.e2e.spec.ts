/** A few thousand frames of the fuzzer, against a node with the fast path and one without. `npm run audit:security` sends more. */
import { FrameFuzz } from './fuzz/frame-fuzz';
import { ATTACK_SEED } from './support/random';

const FRAMES = 2_000;
const LIMIT_MS = 120_000;

it(
  'frames of every kind: nodes with and without the fast path behave the same',
  async () => {
    const fuzz = await FrameFuzz.start({ LIMITS: 'off' });
    try {
      const { differences, areAlive } = await fuzz.run(ATTACK_SEED, FRAMES);
      expect({ differences, areAlive, seed: ATTACK_SEED }).toEqual({
        differences: [],
        areAlive: true,
        seed: ATTACK_SEED,
      });
    } finally {
      await fuzz.stop();
    }
  },
  LIMIT_MS,
);

it(
  'frames of every kind with limits on: both nodes survive',
  async () => {
    const fuzz = await FrameFuzz.start({ LIMITS: 'on' });
    try {
      const { areAlive } = await fuzz.run(ATTACK_SEED, FRAMES / 4, { compares: false });
      expect({ areAlive, seed: ATTACK_SEED }).toEqual({ areAlive: true, seed: ATTACK_SEED });
    } finally {
      await fuzz.stop();
    }
  },
  LIMIT_MS,
);
