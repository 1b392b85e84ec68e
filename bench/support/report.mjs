// What the benchmarks tell: progress, tables of medians with their spread, and every run as a line of JSON.
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { results } from './stage.mjs';

/** More of the core than this was somebody else's: the run says little. */
export const FOREIGN_AT_MOST = 0.1;

export const say = (text) => console.log(`${new Date().toISOString().slice(11, 19)}  ${text}`);

export function keep(bench, run) {
  mkdirSync(results, { recursive: true });
  appendFileSync(join(results, `${bench}.jsonl`), `${JSON.stringify({ at: new Date().toISOString(), ...run })}\n`);
}

export const isFit = ({ foreign }) => foreign <= FOREIGN_AT_MOST;

/** Of the fit runs, where there are any. */
export function fitOnes(runs) {
  const fit = runs.filter(isFit);
  return fit.length > 0 ? fit : runs;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The median, and from where to where it went. */
export function spread(values, digits = 1) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(digits)} [${low.toFixed(digits)}–${high.toFixed(digits)}]`;
}

export function table(head, rows) {
  const all = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  for (const row of all) console.log(row.map((cell, column) => cell.padEnd(widths[column])).join('  '));
}
