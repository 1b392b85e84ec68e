// Sends the largest request to every command and route, and the worst-case text to every text field, and prints what each
// costs the server. `npm run audit:bounds -- --only message` selects those whose name contains `message`.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildArgv, runCLI } from 'jest';
import { root } from '../build-if-needed.mjs';
import { endWithLauncher } from '../launcher.mjs';
import { temporaryFolder } from '../temporary-folder.mjs';

const SuiteReporter = createRequire(import.meta.url)('../../test/support/reporter.cjs');
const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
const report = join(temporaryFolder(), 'bounds.jsonl');
process.env.BOUNDS_ONLY = values.only;
process.env.BOUNDS_REPORT = report;

async function run() {
  endWithLauncher();
  SuiteReporter.announceAtExit();
  const { results } = await runCLI(await buildArgv(['--selectProjects', 'bounds', '--runInBand']), [root]);
  console.log(table());
  return results.success;
}

function table() {
  if (!existsSync(report)) return 'Nothing was measured.';
  const lines = readFileSync(report, 'utf8').trim().split('\n');
  const rows = lines.map((line) => JSON.parse(line)).map(rowOf);
  const head = ['command or route', 'bytes in', 'rows', 'bytes out', 'heap grown kB', 'loop held ms'];
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
  const padded = (cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]));
  return [head, ...rows].map((row) => row.map(padded).join('  ')).join('\n');
}

const rowOf = ({ name, requestBytes, rows, bytes, grownBytes, blockedMs }) => [
  name,
  String(requestBytes),
  String(rows),
  String(bytes),
  String(Math.round(grownBytes / 1000)),
  blockedMs.toFixed(1),
];

run().then(
  (success) => process.exit(success ? 0 : 1),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
);
