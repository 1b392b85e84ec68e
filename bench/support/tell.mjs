// What is printed: a line of progress, and tables.

export const say = (text) => process.stdout.write(`${new Date().toISOString().slice(11, 19)}  ${text}\n`);

export const number = (value, digits) =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** The median, and from where to where it went. */
export const spread = ({ median, low, high }, digits) =>
  low === high ? number(median, digits) : `${number(median, digits)} [${number(low, digits)}–${number(high, digits)}]`;

export function table(head, rows) {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const lines = all.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join('  '));
  process.stdout.write(`${lines.join('\n')}\n`);
}
