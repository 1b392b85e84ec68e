/** The long run of the fuzzer: FUZZ_FRAMES frames for each of FUZZ_SEEDS seeds, and a tenth of that with limits on. */
import { appendFileSync } from 'node:fs';
import { FrameFuzz, type FuzzResult } from './fuzz/frame-fuzz';
import { ATTACK_SEED } from './support/random';

const FRAMES = Number(process.env['FUZZ_FRAMES'] ?? 100_000);
const SEEDS = Number(process.env['FUZZ_SEEDS'] ?? 3);
const ONLY = process.env['ATTACK_ONLY'] ?? '';
const LIMIT_MS = 3_600_000;
const AT_ONCE = 96;
/** Room for compiled code and metrics per name. A leak of one object per frame would be many times larger. */
const MAX_GROWTH_MB = 8;

const seeds = Array.from({ length: SEEDS }, (_, n) => ATTACK_SEED + n);
const rows = [...seeds.map((seed) => ['off', seed, FRAMES] as const), ['on', ATTACK_SEED, FRAMES / 10] as const];
const chosen = ONLY === '' || 'fuzz'.includes(ONLY) ? rows : [];

it.each(chosen.length > 0 ? chosen : [['off', ATTACK_SEED, 100] as const])(
  'fuzz: nodes with and without the fast path behave the same (LIMITS=%s, seed %i, %i frames)',
  async (limits, seed, frames) => {
    const fuzz = await FrameFuzz.start({ LIMITS: limits });
    try {
      const result = await fuzz.run(seed, frames, { atOnce: AT_ONCE, compares: limits === 'off' });
      record(`fuzz LIMITS=${limits} seed ${seed}`, result);
      const { differences, areAlive } = result;
      expect({ seed, differences, areAlive }).toEqual({ seed, differences: [], areAlive: true });
      for (const [early, late] of result.heldMb) expect(late - early).toBeLessThan(MAX_GROWTH_MB);
    } finally {
      await fuzz.stop();
    }
  },
  LIMIT_MS,
);

function record(title: string, { frames, scripts, differences, unstable, heldMb }: FuzzResult): void {
  const file = process.env['ATTACK_REPORT'];
  if (file === undefined) return;
  const held = heldMb.map(([early, late]) => `${early} → ${late} MB`).join(', ');
  const line = `${title}: ${frames} frames, ${scripts} scripts, ${differences.length} differences, ${unstable} unstable, held ${held}`;
  appendFileSync(file, `${JSON.stringify({ fuzz: line })}\n`);
}
