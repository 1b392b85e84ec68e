// Runs the chaos scenarios one after the other, and prints the counters of each. Arguments select: `npm run chaos -- storm`.
// CHAOS_SEED repeats the random choices of an earlier run.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildArgv, runCLI } from 'jest';
import { buildIfNeeded, root } from '../build-if-needed.mjs';
import { endWithLauncher } from '../launcher.mjs';
import { temporaryFolder } from '../temporary-folder.mjs';

process.env.CHAOS_SEED ??= String(Date.now());
process.env.CHAOS_REPORT = join(temporaryFolder(), 'report.jsonl');

async function run() {
  endWithLauncher();
  buildIfNeeded();
  console.log(`Chaos with CHAOS_SEED=${process.env.CHAOS_SEED}`);
  const selection = process.argv.slice(2);
  const argv = await buildArgv([...selection, '--selectProjects', 'chaos', '--runInBand']);
  const { results } = await runCLI(argv, [root]);
  console.log(table(), `\nCHAOS_SEED=${process.env.CHAOS_SEED}`);
  return results.success;
}

function table() {
  if (!existsSync(process.env.CHAOS_REPORT)) return 'No scenario passed.';
  const results = readFileSync(process.env.CHAOS_REPORT, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const width = Math.max(...results.map(({ title }) => title.length));
  const counts = (counted) =>
    Object.entries(counted)
      .map(([what, count]) => `${what} ${count}`)
      .join(', ');
  return results
    .map(
      ({ title, ms, counted }) => `${title.padEnd(width)}  ${(ms / 1000).toFixed(1).padStart(6)} s  ${counts(counted)}`,
    )
    .join('\n');
}

run().then(
  (success) => process.exit(success ? 0 : 1),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
);
