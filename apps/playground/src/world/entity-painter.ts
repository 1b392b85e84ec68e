/** Paints characters and monsters: discs with a shadow, the direction they face, a sign of their class, names and speech. */
import type { ShownEntity } from '@aeturnis/client';
import type { CanvasView } from './canvas-view';
import { isMonster, entityName, type Speech } from './world-store';

const RADIUS = 0.62;
/** Of the nearest ones. */
const MAX_NAMES = 25;
const MAX_BUBBLES = 8;
const COLOURS = { own: '#f2a65a', other: '#7db4e8', monster: '#f0808a' } as const;
const INK = '#0e1116';
const TEXT = '#e8e6df';
const MAX_SPEECH = 120;
const SPEECH_WIDTH = 200;
const NAME_FONT = '600 12px ui-sans-serif, system-ui, sans-serif';
const SPEECH_FONT = '13px ui-sans-serif, system-ui, sans-serif';

export interface Scene {
  readonly own: ShownEntity | undefined;
  readonly others: readonly ShownEntity[];
  readonly targetId: string | undefined;
  readonly speech: ReadonlyMap<string, Speech>;
  /** 1 just after a correction, then falling to 0. */
  readonly flash: number;
}

export function paintEntities(view: CanvasView, scene: Scene): void {
  const { own, others } = scene;
  const shown = view.shownBox();
  const seen = others.filter(
    ({ x, y }) => x > shown.x && y > shown.y && x < shown.x + shown.width && y < shown.y + shown.height,
  );
  const all = own ? [...seen, own] : seen;
  all.sort((one, other) => one.y - other.y);
  for (const entity of all) paintEntity(view, entity, scene);
  const { centre } = view;
  const distance = ({ x, y }: ShownEntity): number => Math.hypot(x - centre.x, y - centre.y);
  const named = seen.sort((one, other) => distance(one) - distance(other)).slice(0, MAX_NAMES);
  for (const entity of own ? [...named, own] : named) paintName(view, entity, scene);
  const now = performance.now();
  const talking = (own ? [own, ...seen] : seen).filter(({ id }) => (scene.speech.get(id)?.until ?? 0) > now);
  for (const entity of talking.slice(0, MAX_BUBBLES).reverse()) paintSpeech(view, entity, scene.speech.get(entity.id));
}

function paintEntity({ context, unit }: CanvasView, entity: ShownEntity, { own, targetId, flash }: Scene): void {
  const [x, y, radius] = [entity.x * unit, entity.y * unit, RADIUS * unit];
  const isOwn = entity.id === own?.id;
  const colour = isOwn ? COLOURS.own : isMonster(entity) ? COLOURS.monster : COLOURS.other;
  context.fillStyle = 'rgb(0 0 0 / 45%)';
  context.beginPath();
  context.ellipse(x, y + radius * 0.75, radius, radius * 0.5, 0, 0, Math.PI * 2);
  context.fill();
  if (entity.id === targetId) {
    context.strokeStyle = TEXT;
    context.lineWidth = 2;
    context.setLineDash([5, 4]);
    context.beginPath();
    context.arc(x, y, radius * 1.5, 0, Math.PI * 2);
    context.stroke();
    context.setLineDash([]);
  }
  // The notch shows the direction.
  const { facing } = entity;
  context.fillStyle = colour;
  context.beginPath();
  context.arc(x, y, radius, facing + 0.5, facing - 0.5 + Math.PI * 2);
  context.lineTo(x + Math.cos(facing) * radius * 1.4, y + Math.sin(facing) * radius * 1.4);
  context.closePath();
  context.fill();
  context.strokeStyle = isOwn && flash > 0 ? `rgb(240 128 138 / ${Math.round(flash * 100)}%)` : 'rgb(0 0 0 / 55%)';
  context.lineWidth = isOwn && flash > 0 ? 5 : 1.5;
  context.stroke();
  paintGlyph(context, entity, x, y, radius * 0.55);
}

/** Lines from point to point, in shares of the size. */
const GLYPHS: Readonly<Record<string, readonly (readonly number[])[]>> = {
  warrior: [
    [0, -0.9, 0, 0.9],
    [-0.5, 0.35, 0.5, 0.35],
  ],
  mage: [[0, -0.9, 0.25, -0.2, 0.9, 0, 0.25, 0.2, 0, 0.9, -0.25, 0.2, -0.9, 0, -0.25, -0.2, 0, -0.9]],
  ranger: [
    [-0.8, 0.8, 0.8, -0.8],
    [0.1, -0.8, 0.8, -0.8, 0.8, -0.1],
  ],
  cleric: [
    [0, -0.8, 0, 0.8],
    [-0.8, 0, 0.8, 0],
  ],
  monster: [
    [-0.7, -0.5, -0.2, 0],
    [0.7, -0.5, 0.2, 0],
    [-0.5, 0.7, 0, 0.4, 0.5, 0.7],
  ],
};

function paintGlyph(context: CanvasRenderingContext2D, entity: ShownEntity, x: number, y: number, size: number): void {
  const lines = GLYPHS['class' in entity ? entity.class : 'monster'] ?? [];
  context.strokeStyle = INK;
  context.lineWidth = 2;
  context.lineCap = 'round';
  context.beginPath();
  for (const points of lines)
    for (let index = 0; index < points.length; index += 2) {
      const [dx = 0, dy = 0] = points.slice(index, index + 2);
      if (index === 0) context.moveTo(x + dx * size, y + dy * size);
      else context.lineTo(x + dx * size, y + dy * size);
    }
  context.stroke();
}

function paintName({ context, unit }: CanvasView, entity: ShownEntity, { own }: Scene): void {
  const status = 'status' in entity && entity.status !== undefined ? ` · ${entity.status}` : '';
  const text = `${entityName(entity)}${isMonster(entity) ? ` ${entity.level}` : ''}${status}`;
  context.font = NAME_FONT;
  context.textAlign = 'center';
  context.lineWidth = 3;
  context.lineJoin = 'round';
  context.strokeStyle = 'rgb(10 13 17 / 85%)';
  context.fillStyle = entity.id === own?.id ? COLOURS.own : isMonster(entity) ? COLOURS.monster : TEXT;
  const [x, y] = [entity.x * unit, (entity.y + RADIUS) * unit + 18];
  context.strokeText(text, x, y);
  context.fillText(text, x, y);
}

function paintSpeech({ context, unit }: CanvasView, { x, y }: ShownEntity, speech: Speech | undefined): void {
  if (!speech) return;
  context.font = speech.isEmote ? `italic ${SPEECH_FONT}` : SPEECH_FONT;
  const lines = wrap(context, speech.text.slice(0, MAX_SPEECH));
  const width = Math.max(...lines.map((line) => context.measureText(line).width)) + 20;
  const height = lines.length * 18 + 10;
  const [left, top] = [x * unit - width / 2, (y - RADIUS) * unit - height - 12];
  context.fillStyle = speech.isEmote ? 'rgb(29 36 45 / 85%)' : 'rgb(232 230 223 / 94%)';
  context.beginPath();
  context.roundRect(left, top, width, height, 9);
  context.moveTo(x * unit - 6, top + height);
  context.lineTo(x * unit, top + height + 7);
  context.lineTo(x * unit + 6, top + height);
  context.fill();
  context.fillStyle = speech.isEmote ? '#f2a65a' : INK;
  context.textAlign = 'center';
  lines.forEach((line, index) => context.fillText(line, x * unit, top + 19 + index * 18));
}

function wrap(context: CanvasRenderingContext2D, text: string): string[] {
  const lines: string[] = [''];
  for (const word of text.split(/\s+/)) {
    const longer = `${lines.at(-1) ?? ''} ${word}`.trim();
    if (context.measureText(longer).width <= SPEECH_WIDTH) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.filter((line) => line !== '').slice(0, 4);
}
