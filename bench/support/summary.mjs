// Summarises the runs of a scenario: medians of the undisturbed runs, with their range and ratios.

/** A run is unfit when other processes took a larger share of the servers' core. */
const FOREIGN_AT_MOST = 0.1;

export const isFit = ({ foreign }) => foreign <= FOREIGN_AT_MOST;

function medianWithRange(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  return { median, low: sorted[0], high: sorted.at(-1) };
}

/** One row for each part and side that was measured: `{ part, side, runs, fit, figures, ratios }`. */
export function summarize({ parts, sides, figures, reference }, lines) {
  const rows = parts.flatMap((part) => sides.map((side) => rowOf(part, side, figures, lines))).filter(Boolean);
  for (const row of rows) row.ratios = ratios(row, figures, referenceOf(row, rows, reference));
  return rows;
}

function rowOf(part, side, figures, lines) {
  const runs = lines.filter((line) => line.part === part && line.side === side);
  if (runs.length === 0) return undefined;
  const fit = runs.filter(isFit);
  // Without a fit run, all runs count; `fit: 0` marks the row.
  const counted = fit.length > 0 ? fit : runs;
  const known = Object.keys(figures).filter((key) => counted.every((run) => run.figures[key] !== undefined));
  const spreads = known.map((key) => [key, medianWithRange(counted.map((run) => run.figures[key]))]);
  return { part, side, runs: runs.length, fit: fit.length, figures: Object.fromEntries(spreads) };
}

const referenceOf = ({ part }, rows, reference) => rows.find((row) => row.part === part && row.side === reference);

function ratios(row, figures, against) {
  if (!against || row === against) return {};
  const compared = Object.keys(figures).filter((key) => figures[key].compared);
  return Object.fromEntries(compared.map((key) => [key, row.figures[key].median / against.figures[key].median]));
}

/** The figures of a row as text, one cell each, with a ratio behind every compared figure. */
export function tableCells(row, figures, { spread, number }) {
  return Object.entries(figures).flatMap(([key, { digits, compared }]) => [
    row.figures[key] ? spread(row.figures[key], digits) : '–',
    ...(compared ? [row.ratios[key] === undefined ? '' : `${number(row.ratios[key], 2)} ×`] : []),
  ]);
}

export const tableHeads = (figures, reference) =>
  Object.values(figures).flatMap(({ title, compared }) => [title, ...(compared ? [`to ${reference}`] : [])]);
