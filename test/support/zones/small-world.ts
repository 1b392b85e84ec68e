/** A valid world of two zones, which tests invalidate. */
import type { ZoneFile } from '../../../apps/server/src/world/zones/zone-file';

export type ZoneDraft = { -readonly [Field in keyof ZoneFile]: ZoneFile[Field] };
export type WorldDraft = Record<string, unknown> & { village: ZoneDraft; forest: ZoneDraft };

export const spawn = { id: 'square', x: 50, y: 50, facing: 0 };
export const exit = { id: 'gate', x: 99, y: 50, to: 'forest', arrival: { x: 5, y: 5, facing: 0 } };
export const house = { kind: 'house', x: 20, y: 20, width: 10, height: 10 };
export const rats = { id: 'rats', kind: 'rat', level: 1, count: 3, speed: 1, x: 70, y: 70, width: 10, height: 10 };
export const yard = { ground: 'hostile', x: 65, y: 65, width: 20, height: 20 } as const;

/** A valid world of a village and a forest. */
export function validWorld(): WorldDraft {
  const village: ZoneDraft = {
    id: 'village',
    name: 'Village',
    width: 100,
    height: 100,
    speed: 5,
    ground: 'safe',
    patches: [yard],
    obstacles: [house],
    spawns: [spawn],
    exits: [exit],
    monsters: [rats],
  };
  const back = { ...exit, x: 1, to: 'village', arrival: { x: 97, y: 50, facing: 0 } };
  const forest: ZoneDraft = { ...village, id: 'forest', name: 'Forest', ground: 'hostile', patches: [], exits: [back] };
  return { village, forest };
}

/** Four walls around a room of 4 × 6 with its inner corner at x, y; `door` is the width of a gap in the west wall. */
export function walledCell(x: number, y: number, door = 0): ZoneFile['obstacles'] {
  const wall = (left: number, top: number, width: number, height: number) => ({
    kind: 'wall',
    x: left,
    y: top,
    width,
    height,
  });
  const half = (6 - door) / 2;
  return [
    wall(x - 1, y - 1, 6, 1),
    wall(x - 1, y + 6, 6, 1),
    wall(x + 4, y, 1, 6),
    wall(x - 1, y, 1, half),
    wall(x - 1, y + 6 - half, 1, half),
  ];
}
