/** Paints the ground of a zone: noise, hostile ground, obstacles and exits. */
import type { CanvasView } from './canvas-view';
import type { MapBox, MapExit, PlayZoneMap } from './zone-map';

const GROUND = { safe: '#22312a', hostile: '#33262b' } as const;
const PATH = 'rgb(196 170 130 / 13%)';
/** In units. */
const PATH_WIDTH = 3;
const NOISE_SIZE = 192;

type Look = 'building' | 'plant' | 'water' | 'stone' | 'fence';

const LOOKS: Readonly<Record<string, Look>> = {
  ...of('building', 'house inn smithy stable chapel granary tavern warehouse lighthouse market_stall crane cart'),
  ...of('plant', 'orchard tree thicket'),
  ...of('water', 'pond lake water'),
  ...of('stone', 'rock well cliff reef rock_wall ore pillar'),
  ...of('fence', 'fence'),
};

function of(look: Look, kinds: string): Record<string, Look> {
  return Object.fromEntries(kinds.split(' ').map((kind) => [kind, look]));
}

let noise: HTMLCanvasElement | undefined;

/** Specks of grass and earth, painted once. */
function noiseTile(): HTMLCanvasElement {
  if (noise) return noise;
  const tile = document.createElement('canvas');
  tile.width = tile.height = NOISE_SIZE;
  const context = tile.getContext('2d') as CanvasRenderingContext2D;
  for (let speck = 0; speck < 1_400; speck += 1) {
    const isLight = Math.random() < 0.4;
    context.fillStyle = isLight ? 'rgb(210 230 190 / 9%)' : 'rgb(0 0 0 / 17%)';
    const size = Math.random() * 3 + 0.6;
    context.fillRect(Math.random() * NOISE_SIZE, Math.random() * NOISE_SIZE, size, size * 0.7);
  }
  return (noise = tile);
}

export function paintGround(view: CanvasView, map: PlayZoneMap, time: number): void {
  const { context, unit } = view;
  fillBox(view, { x: 0, y: 0, width: map.width, height: map.height }, GROUND[map.ground]);
  for (const patch of map.patches) {
    fillBox(view, patch, GROUND[patch.ground]);
    if (patch.ground === 'hostile') paintHostileEdge(view, patch);
  }
  paintPaths(view, map);
  const shown = view.shownBox();
  context.fillStyle = context.createPattern(noiseTile(), 'repeat') as CanvasPattern;
  const left = Math.max(0, shown.x);
  const top = Math.max(0, shown.y);
  context.fillRect(
    left * unit,
    top * unit,
    (Math.min(map.width, shown.x + shown.width) - left) * unit,
    (Math.min(map.height, shown.y + shown.height) - top) * unit,
  );
  for (const exit of map.exits) if (isShown(shown, { ...exit, width: 0, height: 0 })) paintExit(view, exit, time);
  for (const obstacle of map.obstacles) if (isShown(shown, obstacle)) paintObstacle(view, obstacle);
}

/** Trodden paths lead from where characters arrive to the exits. An ornament: the map names no paths. */
function paintPaths({ context, unit }: CanvasView, { spawns, exits }: PlayZoneMap): void {
  const [square] = spawns;
  if (!square) return;
  context.strokeStyle = PATH;
  context.lineWidth = PATH_WIDTH * unit;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.beginPath();
  for (const { x, y } of [...exits, ...spawns.slice(1)]) {
    context.moveTo(square.x * unit, square.y * unit);
    context.bezierCurveTo(square.x * unit, (square.y + y) * 0.5 * unit, x * unit, square.y * unit, x * unit, y * unit);
  }
  context.stroke();
  context.fillStyle = PATH;
  context.beginPath();
  context.ellipse(square.x * unit, square.y * unit, 9 * unit, 6.5 * unit, 0, 0, Math.PI * 2);
  context.fill();
}

const isShown = (shown: MapBox, box: MapBox): boolean =>
  box.x < shown.x + shown.width &&
  box.y < shown.y + shown.height &&
  box.x + box.width > shown.x &&
  box.y + box.height > shown.y;

function fillBox({ context, unit }: CanvasView, { x, y, width, height }: MapBox, colour: string): void {
  context.fillStyle = colour;
  context.fillRect(x * unit, y * unit, width * unit, height * unit);
}

function paintHostileEdge({ context, unit }: CanvasView, { x, y, width, height }: MapBox): void {
  context.fillStyle = 'rgb(240 128 138 / 7%)';
  context.fillRect(x * unit, y * unit, width * unit, height * unit);
  context.setLineDash([unit * 0.5, unit * 0.4]);
  context.strokeStyle = 'rgb(240 128 138 / 55%)';
  context.lineWidth = 1.5;
  context.strokeRect(x * unit, y * unit, width * unit, height * unit);
  context.setLineDash([]);
}

function paintExit({ context, unit }: CanvasView, { x, y, to }: MapExit, time: number): void {
  const radius = (2.6 + Math.sin(time / 700) * 0.25) * unit;
  const glow = context.createRadialGradient(x * unit, y * unit, 0, x * unit, y * unit, radius);
  glow.addColorStop(0, 'rgb(125 180 232 / 70%)');
  glow.addColorStop(0.35, 'rgb(125 180 232 / 22%)');
  glow.addColorStop(1, 'rgb(125 180 232 / 0%)');
  context.fillStyle = glow;
  context.fillRect(x * unit - radius, y * unit - radius, radius * 2, radius * 2);
  context.strokeStyle = '#7db4e8';
  context.lineWidth = 2;
  context.beginPath();
  context.ellipse(x * unit, y * unit, unit * 0.9, unit * 0.6, 0, 0, Math.PI * 2);
  context.stroke();
  context.font = '600 12px ui-sans-serif, system-ui, sans-serif';
  context.textAlign = 'center';
  context.fillStyle = '#7db4e8';
  context.fillText(`to ${to.replace(/_/g, ' ')}`, x * unit, (y - 1.1) * unit);
}

function paintObstacle(view: CanvasView, obstacle: MapBox & { readonly kind: string }): void {
  const look = LOOKS[obstacle.kind] ?? 'stone';
  PAINTERS[look](view, obstacle, obstacle.kind);
}

type Painter = (view: CanvasView, box: MapBox, kind: string) => void;

const PAINTERS: Readonly<Record<Look, Painter>> = {
  building(view, box, kind) {
    const { context, unit } = view;
    const [x, y, width, height] = [box.x * unit, box.y * unit, box.width * unit, box.height * unit];
    context.fillStyle = 'rgb(0 0 0 / 45%)';
    context.fillRect(x + 4, y + 6, width, height);
    context.fillStyle = '#3a322f';
    context.fillRect(x, y, width, height);
    context.fillStyle = '#4b3f38';
    context.fillRect(x, y, width, height * 0.52);
    context.strokeStyle = '#1a1512';
    context.lineWidth = 1.5;
    context.strokeRect(x, y, width, height);
    context.beginPath();
    context.moveTo(x, y + height * 0.52);
    context.lineTo(x + width, y + height * 0.52);
    context.stroke();
    // A lit window.
    if (box.width > 3) {
      context.fillStyle = '#f2a65a';
      context.fillRect(x + width * 0.2, y + height * 0.68, unit * 0.7, unit * 0.7);
      context.fillRect(x + width * 0.66, y + height * 0.68, unit * 0.7, unit * 0.7);
      context.font = '11px ui-sans-serif, system-ui, sans-serif';
      context.textAlign = 'center';
      context.fillStyle = 'rgb(232 230 223 / 62%)';
      context.fillText(kind.replace(/_/g, ' '), x + width / 2, y + height * 0.3);
    }
  },
  plant({ context, unit }, box) {
    const step = 1.7;
    for (let x = box.x + 0.5; x < box.x + box.width; x += step)
      for (let y = box.y + 0.5; y < box.y + box.height; y += step) {
        const wobble = Math.sin(x * 12.9 + y * 78.2);
        context.fillStyle = 'rgb(0 0 0 / 40%)';
        context.beginPath();
        context.ellipse(x * unit + 3, (y + 0.5) * unit, unit * 0.8, unit * 0.5, 0, 0, Math.PI * 2);
        context.fill();
        context.fillStyle = wobble > 0 ? '#2f4b3a' : '#284335';
        context.beginPath();
        context.arc(x * unit, y * unit, unit * (0.85 + wobble * 0.15), 0, Math.PI * 2);
        context.fill();
        context.fillStyle = 'rgb(127 194 155 / 22%)';
        context.beginPath();
        context.arc((x - 0.25) * unit, (y - 0.25) * unit, unit * 0.35, 0, Math.PI * 2);
        context.fill();
      }
  },
  water({ context, unit }, box) {
    context.fillStyle = '#16293a';
    context.beginPath();
    context.roundRect(box.x * unit, box.y * unit, box.width * unit, box.height * unit, unit);
    context.fill();
    context.strokeStyle = 'rgb(125 180 232 / 40%)';
    context.lineWidth = 2;
    context.stroke();
  },
  stone({ context, unit }, box) {
    const [x, y, width, height] = [box.x * unit, box.y * unit, box.width * unit, box.height * unit];
    context.fillStyle = 'rgb(0 0 0 / 40%)';
    context.beginPath();
    context.roundRect(x + 3, y + 5, width, height, unit * 0.5);
    context.fill();
    context.fillStyle = '#39414b';
    context.beginPath();
    context.roundRect(x, y, width, height, unit * 0.5);
    context.fill();
    context.fillStyle = '#4a545f';
    context.beginPath();
    context.roundRect(x, y, width, height * 0.55, unit * 0.5);
    context.fill();
  },
  fence({ context, unit }, box) {
    context.fillStyle = '#5a4a3a';
    context.fillRect(box.x * unit, box.y * unit, Math.max(3, box.width * unit), Math.max(3, box.height * unit));
  },
};
