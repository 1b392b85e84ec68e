// Draws bar charts with whiskers: a panel for each figure, in it a group for each load, in it a bar for each side.
import { formatNumber } from './output.mjs';

const WIDTH = 820;
const LABELS_WIDTH = 150;
const BARS_WIDTH = 540;
const ROW_HEIGHT = 22;
const GAP = 12;
const BAR_HEIGHT = 15;
const FONT = 'font-family="system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif"';
const INK = '#1f2933';
const FAINT = '#6b7785';
const GRID = '#e3e8ee';

const COLOURS = { ours: '#1f77b4', reference: '#4a5560', other: '#b3bec9' };

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const text = (x, y, content, { size = 13, colour = INK, anchor = 'start', weight = 400 } = {}) =>
  `<text x="${x}" y="${y}" font-size="${size}" fill="${colour}" text-anchor="${anchor}" font-weight="${weight}">${escaped(content)}</text>`;
const line = (x1, y1, x2, y2, colour, width = 1) =>
  `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${colour}" stroke-width="${width}"/>`;

/** `panels`: `[{ title, digits, groups: [{ label, bars: [{ label, kind, median, low, high }] }] }]`. @returns an SVG. */
export function renderSvg(title, subtitle, panels) {
  const parts = [text(20, 32, title, { size: 18, weight: 600 }), text(20, 52, subtitle, { size: 12, colour: FAINT })];
  let y = 84;
  for (const panel of panels) {
    const { drawn, height } = drawPanel(panel, y);
    parts.push(drawn);
    y += height;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" ${FONT} role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${y}" fill="#ffffff"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function drawPanel({ title, digits, groups }, top) {
  const widest = Math.max(...groups.flatMap(({ bars }) => bars.map(({ high }) => high)));
  const step = roundStep(widest / 5);
  const scale = BARS_WIDTH / (step * Math.max(1, Math.ceil(widest / step)));
  const height = groups.reduce((sum, { bars }) => sum + bars.length * ROW_HEIGHT + ROW_HEIGHT + GAP, 0);
  const parts = [text(20, top, title, { weight: 600 })];
  const first = top + GAP;
  for (let value = 0; value * scale <= BARS_WIDTH + 0.5; value += step) {
    const x = LABELS_WIDTH + value * scale;
    parts.push(line(x, first, x, first + height, GRID), text(x, first + height + 14, axisLabel(value), axisStyle));
  }
  let y = first;
  for (const { label, bars } of groups) {
    if (label) parts.push(text(20, y + 15, label, { size: 12, colour: FAINT }));
    y += ROW_HEIGHT;
    for (const bar of bars) {
      parts.push(drawBar(bar, y, scale, digits));
      y += ROW_HEIGHT;
    }
    y += GAP;
  }
  return { drawn: parts.join('\n'), height: height + 62 };
}

const axisStyle = { size: 11, colour: FAINT, anchor: 'middle' };
const axisLabel = (value) => formatNumber(value, Number.isInteger(value) ? 0 : value < 0.1 ? 2 : 1);

function drawBar({ label, kind, median, low, high }, y, scale, digits) {
  const middle = y + BAR_HEIGHT / 2;
  const at = (value) => LABELS_WIDTH + Math.max(0, value) * scale;
  return [
    text(LABELS_WIDTH - 8, middle + 4, label, { anchor: 'end', weight: kind === 'ours' ? 600 : 400 }),
    `<rect x="${LABELS_WIDTH}" y="${y}" width="${Math.max(1, at(median) - LABELS_WIDTH)}" height="${BAR_HEIGHT}" rx="2" fill="${COLOURS[kind]}"/>`,
    line(at(low), middle, at(high), middle, INK, 1.2),
    ...[low, high].map((end) => line(at(end), middle - 4, at(end), middle + 4, INK, 1.2)),
    text(at(high) + 8, middle + 4, formatNumber(median, digits), { size: 12 }),
  ].join('\n');
}

/** 1, 2 or 5 times a power of ten. */
function roundStep(raw) {
  const power = 10 ** Math.floor(Math.log10(raw || 1));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= raw);
}
