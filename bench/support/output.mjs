// Prints progress lines and tables, and formats figures.

export const printProgress = (text) => process.stdout.write(`${new Date().toISOString().slice(11, 19)}  ${text}\n`);

export const formatNumber = (value, digits) =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** The median with the lowest and the highest value. */
export const formatSpread = ({ median, low, high }, digits) =>
  low === high
    ? formatNumber(median, digits)
    : `${formatNumber(median, digits)} [${formatNumber(low, digits)}–${formatNumber(high, digits)}]`;

export function printTable(head, rows) {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const lines = all.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join('  '));
  process.stdout.write(`${lines.join('\n')}\n`);
}
