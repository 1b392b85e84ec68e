/** The schema of a zone file; docs/world.md documents it for authors of zones. */
import { listShape, number, object, oneOf, type Shape, textShape } from './shape';

const MAX_SIZE = 10_000;
const identifier = textShape(/^[a-z][a-z0-9_]{0,39}$/, 'lower-case letters, digits and underscores, a letter first');

const position = { x: number(0, MAX_SIZE), y: number(0, MAX_SIZE) };
const facing = number(-Math.PI, Math.PI);
const box = { ...position, width: number(0.1, MAX_SIZE), height: number(0.1, MAX_SIZE) };
const ground = oneOf('safe', 'hostile');

const fields = {
  id: identifier,
  name: textShape(/^\S(.{0,58}\S)?$/u, 'a name of 1 to 60 characters'),
  width: number(10, MAX_SIZE),
  height: number(10, MAX_SIZE),
  speed: number(0.5, 50),
  ground,
  patches: listShape(object({ ground, ...box })),
  obstacles: listShape(object({ kind: identifier, ...box })),
  spawns: listShape(object({ id: identifier, ...position, facing }), { min: 1 }),
  exits: listShape(object({ id: identifier, ...position, to: identifier, arrival: object({ ...position, facing }) })),
  monsters: listShape(
    object({
      id: identifier,
      kind: identifier,
      level: number(1, 100, { whole: true }),
      count: number(1, 100, { whole: true }),
      speed: number(0.1, 50),
      ...box,
    }),
  ),
};

export const zoneFile = object(fields);
export type ZoneFile = typeof zoneFile extends Shape<infer T> ? T : never;
