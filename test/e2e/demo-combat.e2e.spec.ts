/** The demonstration of a fight runs to its end by itself, and verifies the fight. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const SCRIPT = join(__dirname, '..', '..', 'scripts', 'demo', 'demo-combat.mjs');

it('lets two players fight a rat while a spectator watches, and verifies every roll', async () => {
  // `execFile` rejects if the exit code is not 0.
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [SCRIPT]);
  expect(stderr).toBe('');
  for (const line of [
    /attacks a rat/,
    /round 1:/,
    /the fight is over: /,
    /reveals its seed: /,
    /every roll is as it must be/,
  ])
    expect(stdout).toMatch(line);
  const [, watched] = /has watched: (\d+) entries/.exec(stdout) ?? [];
  expect(Number(watched)).toBeGreaterThan(0);
  expect(stdout).not.toContain('CONFLICT');
}, 180_000);
