// The words and tables of docs/performance.md.
import { SCENARIOS, scenarioNamed } from '../scenarios/index.mjs';
import { judge, TARGETS } from '../targets.mjs';
import { historyOf, recorded } from './records.mjs';
import { cellsOf, headsOf } from './summary.mjs';
import { number, spread } from './tell.mjs';

const rowOf = (cells) => `| ${cells.join(' | ')} |`;
const tableOf = (head, rows) => [rowOf(head), rowOf(head.map(() => '---')), ...rows.map(rowOf)].join('\n');
const whole = (value) => number(value, value < 10 ? 2 : 1);
const titleOf = ({ scenario, figure }) => scenarioNamed(scenario).figures[figure].title;

function nameOf(target) {
  const { scenario, part, side } = target;
  const against = target.against ?? target.beside;
  const where = part === undefined || part === scenario ? scenario : `${scenario}, ${part}`;
  return `${where}: ${titleOf(target)}, ${side}${against ? ` to ${against}` : ''}`;
}

export function headOf(measured, verdicts) {
  const [{ run }] = measured;
  const versions = Object.entries(run.versions).map(([name, version]) => `${name} ${version}`);
  const dates = new Set(measured.map((each) => each.run.run.slice(0, 10)));
  const revisions = new Set(measured.map((each) => each.run.revision));
  const rows = measured.flatMap((each) => each.rows);
  const disturbed = rows.filter(({ fit }) => fit === 0).length;
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
    ...(disturbed > rows.length / 10
      ? [
          `**${disturbed} of ${rows.length} rows come from disturbed runs alone: measure again before you rely on them.**`,
        ]
      : []),
    '## Targets',
    tableOf(
      ['target', 'at most', 'measured', ''],
      TARGETS.flatMap((target) => targetRows(target, verdicts)),
    ),
  ].join('\n\n');
}

function targetRows(target, verdicts) {
  const unit = target.against || target.beside ? ' ×' : '';
  const atMost = `${target.atMost}${unit}`;
  const own = verdicts.filter((verdict) => verdict.target === target);
  if (own.length === 0) return [[nameOf(target), atMost, '–', 'not measured']];
  return own.map(({ value, met, fit, ...verdict }) => [
    nameOf(verdict),
    atMost,
    `${whole(value)}${unit}`,
    `${met ? 'met' : '**missed**'}${fit ? '' : ', all runs disturbed'}`,
  ]);
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

const labelOf = ({ date, label }) => `${date.slice(0, 10)} ${label}`;

/** How the targets went from one recorded run to the next. */
export function trendOf() {
  const lines = recorded().flatMap((scenario) => historyOf(scenario).map((line) => ({ ...line, scenario })));
  const labels = [...new Set(lines.map(labelOf))].sort();
  if (labels.length === 0) return '';
  const values = new Map();
  for (const label of labels) {
    for (const { name } of SCENARIOS) {
      const rows = lines.filter((line) => labelOf(line) === label && line.scenario === name);
      for (const verdict of judge(name, rows)) {
        values.set(nameOf(verdict), { ...values.get(nameOf(verdict)), [label]: whole(verdict.value) });
      }
    }
  }
  const body = [...values].map(([name, byLabel]) => [name, ...labels.map((label) => byLabel[label] ?? '–')]);
  return ['## Recorded', tableOf(['target', ...labels], body)].join('\n\n');
}

export const footOf = () =>
  [
    '## Measuring again',
    '```\nnpm run bench                               # all, thoroughly: some 50 minutes\nnpm run bench -- --quick                    # the most important, roughly: 3 minutes\n' +
      'npm run bench -- fan-out request            # some\nnpm run bench -- --record "before release"  # and keep the medians in bench/history\n' +
      'node bench/report.mjs                       # this page, from what was measured last\n```',
    'Nothing else should run meanwhile. [bench/README.md](../bench/README.md) tells more.',
  ].join('\n\n');
