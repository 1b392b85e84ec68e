// Runs all benchmarks, or the named ones: `npm run bench`; `--help` lists the options.
import { parseArgs } from 'node:util';
import { endWithLauncher } from '../scripts/launcher.mjs';
import { QUICK_SCENARIOS, SCENARIOS, scenarioNamed } from './scenarios/index.mjs';
import { measureOnce } from './support/child.mjs';
import { installPeers } from './support/peers.mjs';
import { measurementContext, appendLines, appendRun, recordSummary } from './support/records.mjs';
import { tableCells, tableHeads, isFit, summarize } from './support/summary.mjs';
import { formatNumber, printProgress, formatSpread, printTable } from './support/output.mjs';
import { judgeTargets } from './targets.mjs';

const HELP = `npm run bench -- [scenario …] [--quick] [--repetitions N] [--sides a,b] [--parts a,b] [--record label] [--gate] [--profile]
scenarios: ${SCENARIOS.map(({ name }) => name).join(', ')}
--quick        shorter and less precise; without names, ${QUICK_SCENARIOS.map(({ name }) => name).join(', ')}, in three minutes
--sides        only these sides of the scenarios
--parts        only these loads, for scenarios that start a server for each load (movers)
--record       appends medians under this label to bench/history, which is committed
--gate         exits with 1 if a target is missed
--profile      writes CPU profiles of the servers to bench/results/profiles; the figures do not count\n`;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: 'boolean' },
    quick: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    gate: { type: 'boolean', default: false },
    repetitions: { type: 'string' },
    sides: { type: 'string' },
    parts: { type: 'string' },
    record: { type: 'string' },
  },
});
/** Splits at commas without a space behind them: a comma inside a name is followed by one. */
const parseNames = (flag) => flag?.split(/,(?! )/);
/** A side that fails this often is not tried again. */
const MAX_FAILURES = 2;
const ERROR_LINES = 8;

if (flags.help) process.stdout.write(HELP);
else process.exitCode = await main();

async function main() {
  endWithLauncher();
  const all = flags.quick ? QUICK_SCENARIOS : SCENARIOS;
  const scenarios = positionals.length > 0 ? positionals.map(scenarioNamed) : all;
  installPeers();
  const run = {
    run: new Date().toISOString(),
    quick: flags.quick,
    partial: (flags.sides ?? flags.parts) !== undefined,
    ...measurementContext(),
  };
  if (!flags.profile) appendRun(run);
  const judged = [];
  for (const scenario of scenarios) {
    const lines = await measure(scenario, run);
    const rows = summarize(scenario, lines);
    printScenario(scenario, rows);
    judged.push(...judgeTargets(scenario.name, rows));
    if (flags.record !== undefined) recordMedians(scenario, run, rows);
  }
  return printVerdicts(judged);
}

async function measure(scenario, { run, quick }) {
  const all = (quick && scenario.quickSides) || scenario.sides;
  const sides = (flags.sides ? scenario.sides : all).filter((side) => parseNames(flags.sides)?.includes(side) ?? true);
  const wanted = parseNames(flags.parts);
  const repetitions = Number(flags.repetitions ?? (quick ? 1 : (scenario.repetitions ?? 3)));
  const lines = [];
  const failures = {};
  for (let repetition = 1; repetition <= repetitions; repetition++) {
    // Alternates the order, so that drift of the machine affects all sides alike.
    for (const side of repetition % 2 ? sides : sides.toReversed()) {
      if (failures[side] === MAX_FAILURES) continue;
      const title = `${scenario.name}, ${side} #${repetition}/${repetitions}`;
      try {
        const profile = flags.profile ? `${scenario.name}-${side.replaceAll(/\W+/g, '-')}-${repetition}` : undefined;
        const parts = await measureOnce({ scenario: scenario.name, side, quick, profile, wanted }, scenario.limitMs);
        const fresh = parts.map((part) => ({ run, at: new Date().toISOString(), side, repetition, quick, ...part }));
        lines.push(...fresh);
        if (!flags.profile) appendLines(scenario.name, fresh);
        printProgress(`${title}: ${fresh.map((line) => summaryLine(scenario, line)).join('; ')}`);
      } catch (error) {
        failures[side] = (failures[side] ?? 0) + 1;
        printProgress(`${title} FAILED: ${error.message.split('\n').slice(0, ERROR_LINES).join('\n')}`);
      }
    }
  }
  return lines;
}

function summaryLine({ figures }, line) {
  const [key, { title, digits }] = Object.entries(figures).find(([, figure]) => figure.drawn);
  const unfit = isFit(line) ? '' : ` UNFIT: ${formatNumber(100 * line.foreign, 0)} % foreign`;
  return `${line.part} ${formatNumber(line.figures[key], digits)} ${title}${unfit}`;
}

function printScenario({ title, figures, reference }, rows) {
  process.stdout.write(`\n${title}: medians [lowest–highest] of the fit runs\n`);
  const body = rows.map((row) => [
    row.part,
    row.side,
    `${row.fit}/${row.runs}`,
    ...tableCells(row, figures, { spread: formatSpread, number: formatNumber }),
  ]);
  printTable(['load', 'side', 'fit', ...tableHeads(figures, reference)], body);
  process.stdout.write('\n');
}

function recordMedians({ name }, { run: date, revision, quick, machine }, rows) {
  recordSummary(
    name,
    rows.map((row) => ({ label: flags.record, revision, date, quick, machine, ...row })),
  );
}

/** @returns the exit code: 1 if a target is missed and `--gate` is set, otherwise 0. */
function printVerdicts(judged) {
  for (const { scenario, part, figure, against, beside, value, atMost, met, fit } of judged) {
    const other = against ?? beside;
    const target = `${scenario}, ${part}: ${figure}${other ? ` to ${other}` : ''}`;
    const caveat = fit ? '' : ' (all runs disturbed)';
    process.stdout.write(
      `${met ? 'met   ' : 'MISSED'}  ${target} ${formatNumber(value, 2)}, at most ${atMost}${caveat}\n`,
    );
  }
  return flags.gate && judged.some(({ met }) => !met) ? 1 : 0;
}
