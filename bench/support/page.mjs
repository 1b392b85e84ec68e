// The words and tables of docs/performance.md.
import { TARGETS } from '../targets.mjs';
import { historyOf, recorded } from './records.mjs';
import { cellsOf, headsOf } from './summary.mjs';
import { number, spread } from './tell.mjs';

const rowOf = (cells) => `| ${cells.join(' | ')} |`;
const tableOf = (head, rows) => [rowOf(head), rowOf(head.map(() => '---')), ...rows.map(rowOf)].join('\n');
const whole = (value) => number(value, value < 10 ? 2 : 1);
const nameOf = ({ scenario, part, side, figure, against }) =>
  `${scenario}, ${part === scenario ? '' : `${part}, `}\`${figure}\` of ${side}${against ? ` to ${against}` : ''}`;

export function headOf(measured, verdicts) {
  const [{ run }] = measured;
  const versions = Object.entries(run.versions).map(([name, version]) => `${name} ${version}`);
  const dates = new Set(measured.map((each) => each.run.run.slice(0, 10)));
  const revisions = new Set(measured.map((each) => each.run.revision));
  const rough = measured.filter((each) => each.run.quick).map(({ scenario }) => scenario.name);
  return [
    '<!-- Written by `node bench/report.mjs`: change that, or measure again. -->',
    '# Performance',
    'What this library costs beside its peers, with everything on: tokens proved, commands validated and limited, events ' +
      'journaled for those who are away for a moment, metrics counted. The figure to trust is the **CPU time of the server** for ' +
      'each unit of work, of all its threads; latency and throughput depend more on the machine.',
    `Measured ${[...dates].join(' and ')} at revision ${[...revisions].join(' and ')}, on ${run.machine}. ${versions.join(', ')}.`,
    'The server has one core, the load and Redis the other. On loopback what the kernel does for the receiver is charged to ' +
      'the sender, on all sides alike, which brings ratios nearer to 1 than a network would. Logs are at `warn`: at `info` ' +
      'each connection writes two lines. Tables show medians [lowest–highest] of the runs that nobody disturbed; `fit 2/3` ' +
      'means that in one of three more than a tenth of the core was taken by others, `0/3` that all were disturbed and count nevertheless.',
    ...(rough.length > 0 ? [`Roughly measured (\`--quick\`), to be taken with care: ${rough.join(', ')}.`] : []),
    '## Targets',
    tableOf(
      ['target', 'at most', 'measured', ''],
      TARGETS.map((target) => targetRow(target, verdicts)),
    ),
  ].join('\n\n');
}

function targetRow(target, verdicts) {
  const name = nameOf(target);
  const verdict = verdicts.find((each) => nameOf(each) === name);
  const limit = target.against ? `${target.atMost} ×` : String(target.atMost);
  if (!verdict) return [name, limit, '–', 'not measured'];
  const value = `${whole(verdict.value)}${target.against ? ' ×' : ''}`;
  return [name, limit, value, verdict.met ? 'met' : '**missed**'];
}

export function sectionOf({ scenario: { name, title, about, figures, reference }, rows }) {
  const several = new Set(rows.map(({ part }) => part)).size > 1;
  const head = [...(several ? ['load'] : []), 'side', ...headsOf(figures, reference), 'fit'];
  const body = rows.map((row) => [
    ...(several ? [row.part] : []),
    row.side,
    ...cellsOf(row, figures, { spread, number }),
    `${row.fit}/${row.runs}`,
  ]);
  return [`## ${title}`, about, `![${title}](performance/${name}.svg)`, tableOf(head, body)].join('\n\n');
}

/** How the targets went from one recorded run to the next. */
export function trendOf() {
  const known = new Map(recorded().map((scenario) => [scenario, historyOf(scenario)]));
  const labels = [
    ...new Set([...known.values()].flat().map(({ label, date }) => `${date.slice(0, 10)} ${label}`)),
  ].sort();
  if (labels.length === 0) return '';
  const targets = TARGETS.filter(({ scenario }) => known.has(scenario));
  const rows = targets.map((target) => [nameOf(target), ...labels.map((label) => valueIn(known, target, label))]);
  return ['## Recorded', tableOf(['target', ...labels], rows)].join('\n\n');
}

function valueIn(known, { scenario, part, side, figure, against }, label) {
  const lines = known.get(scenario).filter((line) => `${line.date.slice(0, 10)} ${line.label}` === label);
  const median = (name) => lines.findLast((line) => line.part === part && line.side === name)?.figures[figure]?.median;
  const value = against ? median(side) / median(against) : median(side);
  return value === undefined || Number.isNaN(value) ? '–' : whole(value);
}

export const footOf = () =>
  [
    '## Measuring again',
    '```\nnpm run bench                               # all, thoroughly: some 40 minutes\nnpm run bench -- --quick                    # all, roughly: some minutes\n' +
      'npm run bench -- fan-out request            # some\nnpm run bench -- --record "before release"  # and keep the medians in bench/history\n' +
      'node bench/report.mjs                       # this page, from what was measured last\n```',
    'Nothing else should run meanwhile. [bench/README.md](../bench/README.md) tells more.',
  ].join('\n\n');
