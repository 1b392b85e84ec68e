// Writes docs/performance.md and its drawings from the latest runs: `node bench/report.mjs`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { SCENARIOS } from './scenarios/index.mjs';
import { footOf, headOf, sectionOf, trendOf } from './support/page.mjs';
import { repositoryRoot } from './support/paths.mjs';
import { readLines, readRuns } from './support/records.mjs';
import { summarize } from './support/summary.mjs';
import { renderSvg } from './support/svg.mjs';
import { judgeTargets } from './targets.mjs';

const pageFile = join(repositoryRoot, 'docs', 'performance.md');
const drawingsDir = join(repositoryRoot, 'docs', 'performance');

/** The latest run of a scenario; prefers a thorough run over a quick one, and one with all sides and parts. */
function latestRunOf(scenario, all) {
  const lines = readLines(scenario.name);
  const any = all.filter(({ run }) => lines.some((line) => line.run === run));
  const thorough = any.filter(({ quick }) => !quick);
  const candidates = thorough.length > 0 ? thorough : any;
  const run =
    candidates.findLast(({ run, partial }) => !partial || isComplete(scenario, run, lines)) ?? candidates.at(-1);
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

/** Whether a run that was limited to named sides or parts covers all of them nevertheless. */
function isComplete({ sides, parts }, run, lines) {
  const linesOfRun = lines.filter((line) => line.run === run);
  return (
    sides.every((side) => linesOfRun.some((line) => line.side === side)) &&
    parts.every((part) => linesOfRun.some((line) => line.part === part))
  );
}

const kindOf = (side, reference) => (side.startsWith('ours') ? 'ours' : side === reference ? 'reference' : 'other');

function writeDrawing({ scenario: { name, title, parts, figures, reference }, run, rows }) {
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
  const subtitle = `medians of runs, whiskers from the lowest to the highest; less is better; ${run.run.slice(0, 10)}`;
  writeFileSync(join(drawingsDir, `${name}.svg`), renderSvg(title, subtitle, drawn));
}

const all = readRuns();
const measured = SCENARIOS.map((scenario) => latestRunOf(scenario, all)).filter(Boolean);
if (measured.length === 0) throw new Error('bench/results holds no runs; measure first with npm run bench');
mkdirSync(drawingsDir, { recursive: true });
measured.forEach(writeDrawing);
const verdicts = measured.flatMap(({ scenario, rows }) => judgeTargets(scenario.name, rows));
const text = [headOf(measured, verdicts), ...measured.map(sectionOf), trendOf(), footOf()].join('\n\n');
writeFileSync(pageFile, await format(text, { ...(await resolveConfig(pageFile)), parser: 'markdown' }));
process.stdout.write(`${pageFile}\n`);
