// Writes docs/performance.md and its drawings from what was measured last: `node bench/report.mjs`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { SCENARIOS } from './scenarios/index.mjs';
import { footOf, headOf, sectionOf, trendOf } from './support/page.mjs';
import { root } from './support/places.mjs';
import { linesOf, runs } from './support/records.mjs';
import { summarize } from './support/summary.mjs';
import { drawing } from './support/svg.mjs';
import { judge } from './targets.mjs';

const page = join(root, 'docs', 'performance.md');
const drawings = join(root, 'docs', 'performance');

/** The last run of a scenario: a thorough one, if there is any, and one of all sides. */
function lastOf(scenario, all) {
  const lines = linesOf(scenario.name);
  const any = all.filter(({ run }) => lines.some((line) => line.run === run));
  const thorough = any.filter(({ quick }) => !quick);
  const held = thorough.length > 0 ? thorough : any;
  const run = held.findLast(({ run, partial }) => !partial || isWhole(scenario, run, lines)) ?? held.at(-1);
  if (!run) return undefined;
  return {
    scenario,
    run,
    rows: summarize(
      scenario,
      lines.filter((line) => line.run === run.run),
    ),
  };
}

/** Whether a run of named sides or parts had all there are. */
function isWhole({ sides, parts }, run, lines) {
  const own = lines.filter((line) => line.run === run);
  return (
    sides.every((side) => own.some((line) => line.side === side)) &&
    parts.every((part) => own.some((line) => line.part === part))
  );
}

const kindOf = (side, reference) => (side.startsWith('ours') ? 'ours' : side === reference ? 'reference' : 'other');

function draw({ scenario: { name, title, parts, figures, reference }, run, rows }) {
  const panels = Object.entries(figures).filter(([, figure]) => figure.drawn);
  const present = parts.filter((part) => rows.some((row) => row.part === part));
  const drawn = panels.map(([key, { title: heading, digits }]) => ({
    title: heading,
    digits,
    groups: present.map((part) => ({
      label: present.length > 1 ? part : '',
      bars: rows
        .filter((row) => row.part === part)
        .map((row) => ({ label: row.side, kind: kindOf(row.side, reference), ...row.figures[key] })),
    })),
  }));
  const how = `medians of runs, whiskers from the lowest to the highest; less is better; ${run.run.slice(0, 10)}`;
  writeFileSync(join(drawings, `${name}.svg`), drawing(title, how, drawn));
}

const all = runs();
const measured = SCENARIOS.map((scenario) => lastOf(scenario, all)).filter(Boolean);
if (measured.length === 0) throw new Error('Nothing has been measured yet: npm run bench');
mkdirSync(drawings, { recursive: true });
measured.forEach(draw);
const verdicts = measured.flatMap(({ scenario, rows }) => judge(scenario.name, rows));
const text = [headOf(measured, verdicts), ...measured.map(sectionOf), trendOf(), footOf()].join('\n\n');
writeFileSync(page, await format(text, { ...(await resolveConfig(page)), parser: 'markdown' }));
process.stdout.write(`${page}\n`);
