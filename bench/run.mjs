// Runs benchmarks: `npm run bench`, all or those named; `--help` tells how.
import { parseArgs } from 'node:util';
import { endWithLauncher } from '../scripts/launcher.mjs';
import { QUICK_SCENARIOS, SCENARIOS, scenarioNamed } from './scenarios/index.mjs';
import { measureOnce } from './support/child.mjs';
import { installPeers } from './support/peers.mjs';
import { circumstances, keepLines, keepRun, recordSummary } from './support/records.mjs';
import { cellsOf, headsOf, isFit, summarize } from './support/summary.mjs';
import { number, say, spread, table } from './support/tell.mjs';
import { judge } from './targets.mjs';

const HELP = `npm run bench -- [scenario …] [--quick] [--repetitions N] [--sides a,b] [--parts a,b] [--record label] [--gate] [--profile]
scenarios: ${SCENARIOS.map(({ name }) => name).join(', ')}
--quick        rougher; ${QUICK_SCENARIOS.map(({ name }) => name).join(', ')} in three minutes where none is named
--sides        only these sides of the scenarios
--parts        only these loads, where each has a server of its own (movers)
--record       appends medians under this label to bench/history, which is committed
--gate         exits with 1 where a target is missed
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
/** Names with a comma of their own have a space behind it. */
const namesIn = (flag) => flag?.split(/,(?! )/);
/** A side that fails as often as this is not tried again. */
const TRIES = 2;
const COMPLAINT_LINES = 8;

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
    ...circumstances(),
  };
  if (!flags.profile) keepRun(run);
  const judged = [];
  for (const scenario of scenarios) {
    const lines = await measure(scenario, run);
    const rows = summarize(scenario, lines);
    tell(scenario, rows);
    judged.push(...judge(scenario.name, rows));
    if (flags.record !== undefined) record(scenario, run, rows);
  }
  return verdict(judged);
}

async function measure(scenario, { run, quick }) {
  const all = (quick && scenario.quickSides) || scenario.sides;
  const sides = (flags.sides ? scenario.sides : all).filter((side) => namesIn(flags.sides)?.includes(side) ?? true);
  const wanted = namesIn(flags.parts);
  const repetitions = Number(flags.repetitions ?? (quick ? 1 : (scenario.repetitions ?? 3)));
  const lines = [];
  const failures = {};
  for (let repetition = 1; repetition <= repetitions; repetition++) {
    // In turn, so that no side has the quieter minutes.
    for (const side of repetition % 2 ? sides : sides.toReversed()) {
      if (failures[side] === TRIES) continue;
      const title = `${scenario.name}, ${side} #${repetition}/${repetitions}`;
      try {
        const profile = flags.profile ? `${scenario.name}-${side.replaceAll(/\W+/g, '-')}-${repetition}` : undefined;
        const parts = await measureOnce({ scenario: scenario.name, side, quick, profile, wanted }, scenario.limitMs);
        const fresh = parts.map((part) => ({ run, at: new Date().toISOString(), side, repetition, quick, ...part }));
        lines.push(...fresh);
        if (!flags.profile) keepLines(scenario.name, fresh);
        say(`${title}: ${fresh.map((line) => inShort(scenario, line)).join('; ')}`);
      } catch (error) {
        failures[side] = (failures[side] ?? 0) + 1;
        say(`${title} FAILED: ${error.message.split('\n').slice(0, COMPLAINT_LINES).join('\n')}`);
      }
    }
  }
  return lines;
}

function inShort({ figures }, line) {
  const [key, { title, digits }] = Object.entries(figures).find(([, figure]) => figure.drawn);
  const unfit = isFit(line) ? '' : ` UNFIT: ${number(100 * line.foreign, 0)} % foreign`;
  return `${line.part} ${number(line.figures[key], digits)} ${title}${unfit}`;
}

function tell({ title, figures, reference }, rows) {
  process.stdout.write(`\n${title}: medians [lowest–highest] of the fit runs\n`);
  const body = rows.map((row) => [
    row.part,
    row.side,
    `${row.fit}/${row.runs}`,
    ...cellsOf(row, figures, { spread, number }),
  ]);
  table(['load', 'side', 'fit', ...headsOf(figures, reference)], body);
  process.stdout.write('\n');
}

function record({ name }, { run: date, revision, quick, machine }, rows) {
  recordSummary(
    name,
    rows.map((row) => ({ label: flags.record, revision, date, quick, machine, ...row })),
  );
}

/** 0, or 1 where a target is missed and that matters. */
function verdict(judged) {
  for (const { scenario, part, figure, against, beside, value, atMost, met, fit } of judged) {
    const other = against ?? beside;
    const what = `${scenario}, ${part}: ${figure}${other ? ` to ${other}` : ''}`;
    const doubt = fit ? '' : ' (all runs disturbed)';
    process.stdout.write(`${met ? 'met   ' : 'MISSED'}  ${what} ${number(value, 2)}, at most ${atMost}${doubt}\n`);
  }
  return flags.gate && judged.some(({ met }) => !met) ? 1 : 0;
}
