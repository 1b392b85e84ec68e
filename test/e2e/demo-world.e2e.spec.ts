/** The demonstration of a zone runs to its end by itself and draws what it announces. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const SCRIPT = join(__dirname, '..', '..', 'scripts', 'demo', 'demo-world.mjs');

it('draws two players, thirty bots and the moving monsters, and exits by itself', async () => {
  // `execFile` rejects if the exit code is not 0.
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [SCRIPT, '--seconds', '4']);
  expect(stderr).toBe('');
  const frames = stdout.split(/^\+-+\+$/m).filter((part) => part.startsWith('\n|'));
  expect(frames.length).toBeGreaterThan(1);
  // One entity may hide another in a frame, so every sign is expected in some frame.
  for (const sign of ['A', 'B', 'o', 'r', 's', '#']) expect(frames.join('')).toContain(sign);
  expect(new Set(frames).size).toBe(frames.length);
  const [legend = []] = [...stdout.matchAll(/o (\d+) of 30 bots, (\d+) monsters/g)].reverse();
  const [, bots, monsters] = legend.map(Number);
  expect(monsters).toBe(9);
  expect(bots).toBeGreaterThan(0);
}, 120_000);
