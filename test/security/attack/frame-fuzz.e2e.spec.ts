/** A few thousand frames of the fuzzer: both ways in come to the same, with limits and without. `npm run audit:security` sends more. */
import { FrameFuzz } from './fuzz/frame-fuzz';
import { ATTACK_SEED } from './support/random';

const FRAMES = 2_000;
const LIMIT_MS = 120_000;

it.each(['off', 'on'])(
  'whatever frames a client sends, a node comes to the same with the fast path and without it (LIMITS=%s)',
  async (limits) => {
    const fuzz = await FrameFuzz.start({ LIMITS: limits });
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
