// Runs every known attack against a node and prints its effect on the node, the attackers and a bystander.
// `npm run audit:security -- --seconds 10 --only 'pongs|pings'`, `-- --only fuzz --frames 10000`, `-- --only all`;
// ATTACK_SEED repeats the random choices of an earlier run.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { buildArgv, runCLI } from 'jest';
import { buildIfNeeded, root } from '../build-if-needed.mjs';
import { endWithLauncher } from '../launcher.mjs';
import { temporaryFolder } from '../temporary-folder.mjs';

const SuiteReporter = createRequire(import.meta.url)('../../test/support/reporter.cjs');
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    only: { type: 'string', default: '' },
    frames: { type: 'string', default: '100000' },
    seeds: { type: 'string', default: '3' },
  },
});

process.env.ATTACK_SEED ??= String(20_261_128);
process.env.ATTACK_SECONDS = values.seconds;
process.env.ATTACK_ONLY = values.only;
process.env.FUZZ_FRAMES = values.frames;
process.env.FUZZ_SEEDS = values.seeds;
process.env.ATTACK_REPORT = join(temporaryFolder(), 'report.jsonl');

async function run() {
  endWithLauncher();
  SuiteReporter.announceAtExit();
  buildIfNeeded();
  console.log(`Audit with ATTACK_SEED=${process.env.ATTACK_SEED}, ${values.seconds} s each`);
  const { results } = await runCLI(await buildArgv(['--selectProjects', 'audit', '--runInBand']), [root]);
  console.log(table(), `\nATTACK_SEED=${process.env.ATTACK_SEED}`);
  return results.success;
}

function table() {
  if (!existsSync(process.env.ATTACK_REPORT)) return 'Nothing was measured.';
  const results = readFileSync(process.env.ATTACK_REPORT, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const rows = results.filter(({ attacks }) => attacks).map(rowOf);
  const fuzzed = results.filter(({ fuzz }) => fuzz).map(({ fuzz }) => fuzz);
  return [...aligned(rows), ...fuzzed].join('\n');
}

function aligned(rows) {
  const head = [
    'attack',
    'exceeded',
    'closed after ms',
    'frames/closed',
    'MB before/peak/after',
    'live/ping/connect/chat p95 (idle)',
    'verdict',
  ];
  const widths = head.map((title, column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
  return [head, ...rows].map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join('  '));
}

/** One row per test; for several simultaneous attacks it shows the sums, and the slowest cut-off. */
function rowOf({ title, attacks, beforeMb, peakMb, afterMb, idle, attacked, faults }) {
  const reports = Object.values(attacks);
  const sum = (key) => reports.reduce((total, report) => total + report[key], 0);
  const slowestMs = Math.max(...reports.map(({ closedAfterMs }) => closedAfterMs.max));
  const exceeded = sum('exceeded');
  const p95 = (probe) => `${attacked[probe].p95} (${idle[probe].p95})`;
  return [
    title,
    `${exceeded} of ${sum('opened')}`,
    exceeded === 0 ? '-' : String(slowestMs),
    exceeded === 0 ? '-' : String(Math.round(sum('units') / exceeded)),
    `${beforeMb}/${peakMb}/${afterMb}`,
    ['live', 'ping', 'connect', 'chat'].map(p95).join(' '),
    faults.length === 0 ? 'holds' : faults.join('; '),
  ];
}

run().then(
  (success) => process.exit(success ? 0 : 1),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
);
