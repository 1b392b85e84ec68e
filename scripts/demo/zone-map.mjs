// Draws a part of a zone as text for a terminal, whose characters are twice as high as wide.
const WALL = '#';
const HOSTILE = '.';
const PAINT = { hero: '1;33', player: '36', monster: '31', wall: '2' };

/** `part` is a box of the zone; `sign(entity)` returns `{ sign, kind }`. Later entities are drawn over earlier ones. */
export function drawZone(zone, part, columns, entities, sign, { colours = false } = {}) {
  const rows = Math.round((columns * part.height) / part.width / 2);
  const unit = { x: part.width / columns, y: part.height / rows };
  const paint = (text, kind) => (colours ? `\x1b[${PAINT[kind]}m${text}\x1b[0m` : text);
  const ground = (row, column) => {
    const point = { x: part.x + (column + 0.5) * unit.x, y: part.y + (row + 0.5) * unit.y };
    // Widened by one cell, because a fence is thinner than a character of the terminal.
    if (zone.obstacles.some((box) => isWithin(box, point, unit))) return paint(WALL, 'wall');
    return zone.patches.some((box) => isWithin(box, point, { x: 0, y: 0 })) ? paint(HOSTILE, 'wall') : ' ';
  };
  const grid = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => ground(row, column)),
  );
  for (const entity of entities) {
    const column = Math.floor((entity.x - part.x) / unit.x);
    const row = Math.floor((entity.y - part.y) / unit.y);
    const { sign: text, kind } = sign(entity);
    if (grid[row]?.[column] !== undefined) grid[row][column] = paint(text, kind);
  }
  const edge = `+${'-'.repeat(columns)}+`;
  return [edge, ...grid.map((line) => `|${line.join('')}|`), edge];
}

function isWithin(box, point, unit) {
  return (
    point.x > box.x - unit.x / 2 &&
    point.x < box.x + box.width + unit.x / 2 &&
    point.y > box.y - unit.y / 2 &&
    point.y < box.y + box.height + unit.y / 2
  );
}
