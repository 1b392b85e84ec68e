/** Zone files: our own are valid, and each rule reports a world that violates this rule alone. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeTemporaryFolders, createTemporaryFolder } from '../../../../../test/support/environment';
import {
  walledCell,
  type ZoneDraft,
  exit,
  house,
  rats,
  validWorld,
  spawn,
  type WorldDraft,
  yard,
} from '../../../../../test/support/zones/small-world';
import { BrokenWorldError, readZones } from './zone-folder';

const OURS = join(__dirname, '..', '..', '..', 'zones');
const START = { zone: 'village', x: 50, y: 50 };

afterAll(removeTemporaryFolders);

function write(world: WorldDraft): string {
  const folder = join(createTemporaryFolder(), 'zones');
  mkdirSync(folder);
  for (const [name, content] of Object.entries(world))
    writeFileSync(join(folder, `${name}.json`), typeof content === 'string' ? content : JSON.stringify(content));
  return folder;
}

function problemsOf(folder: string): readonly string[] {
  try {
    readZones(folder, START);
    return [];
  } catch (error) {
    if (error instanceof BrokenWorldError) return error.problems;
    throw error;
  }
}
const problems = (change: (world: WorldDraft) => void): readonly string[] => {
  const world = validWorld();
  change(world);
  return problemsOf(write(world));
};
const without = (value: object, field: string): never =>
  Object.fromEntries(Object.entries(value).filter(([name]) => name !== field)) as never;

it('readZones: reads our own world, with at least four zones of different sizes', () => {
  const zones = [...readZones(OURS, { zone: 'starting_village', x: 100, y: 100 }).values()];
  expect(zones.length).toBeGreaterThanOrEqual(4);
  expect(new Set(zones.map(({ width, height }) => `${width} × ${height}`)).size).toBe(zones.length);
  for (const { exits, obstacles, monsters } of zones)
    for (const entries of [exits, obstacles, monsters]) expect(entries.length).toBeGreaterThan(0);
});

it('readZones: reports nothing for a valid world', () => {
  expect(problems(() => undefined)).toEqual([]);
});

const RULES: [rule: string, change: (world: WorldDraft) => void, problem: RegExp][] = [
  ['a file without JSON', (world) => (world['forest'] = '{ "id": ' as never), /^zones\/forest\.json: is not JSON: /],
  [
    'a file that is not an object',
    (world) => (world['forest'] = [] as never),
    /^zones\/forest\.json: must be an object, is \[\]$/,
  ],
  [
    'a field that is missing',
    ({ village }) => delete (village as Partial<ZoneDraft>).speed,
    /^zones\/village\.json: speed: must be a number from 0\.5 to 50, is missing$/,
  ],
  [
    'a field of the wrong type',
    ({ village }) => (village.width = '100' as never),
    /: width: must be a number from 10 to 10000, is "100"$/,
  ],
  ['a number out of range', ({ village }) => (village.speed = 500), /: speed: must be a number .*, is 500$/],
  [
    'a level that is not whole',
    ({ village }) => (village.monsters = [{ ...rats, level: 1.5 }]),
    /: monsters\[0\]\.level: must be a whole number/,
  ],
  ['an unknown field', ({ village }) => Object.assign(village, { heigth: 1 }), /: heigth: is not a known field$/],
  [
    'a nested field that is missing',
    ({ village }) => (village.exits = [{ ...exit, arrival: without(exit.arrival, 'y') }]),
    /: exits\[0\]\.arrival\.y: must be .*, is missing$/,
  ],
  ['an invalid list', ({ village }) => (village.obstacles = {} as never), /: obstacles: must be a list, is \{\}$/],
  ['no spawn point', ({ village }) => (village.spawns = []), /: spawns: must be a list of at least 1, is \[\]$/],
  [
    'an unknown kind of ground',
    ({ village }) => (village.ground = 'holy' as never),
    /: ground: must be safe or hostile, is "holy"$/,
  ],
  [
    'an id with invalid characters',
    ({ village }) => (village.spawns = [{ ...spawn, id: 'The Square' }]),
    /: spawns\[0\]\.id: must be lower-case letters/,
  ],
  ['a name of blanks', ({ village }) => (village.name = ' '), /: name: must be a name of 1 to 60 characters, is " "$/],
  [
    'a file whose name is not its id',
    (world) => (world['wood'] = { ...world.forest, id: 'woods' }),
    /^zones\/wood\.json: id: must be the name of the file, is 'woods'$/,
  ],
  [
    'two exits with one id',
    ({ village }) => (village.exits = [exit, { ...exit, y: 60 }]),
    /: exits\[1\]\.id: 'gate' is already used$/,
  ],
  [
    'two spawn points with one id',
    ({ village }) => (village.spawns = [spawn, { ...spawn, y: 60 }]),
    /: spawns\[1\]\.id: 'square' is already used$/,
  ],
  [
    'two monster areas with one id',
    ({ village }) => (village.monsters = [rats, rats]),
    /: monsters\[1\]\.id: 'rats' is already used$/,
  ],
  [
    'an exit to an unknown zone',
    ({ village }) => (village.exits = [{ ...exit, to: 'x' }]),
    /^zones\/village\.json: exits\[0\]\.to: there is no zone 'x'$/,
  ],
  [
    'an arrival in an obstacle',
    ({ village }) => (village.exits = [{ ...exit, arrival: { x: 25, y: 25, facing: 0 } }]),
    /: exits\[0\]\.arrival: is in obstacles\[0\], .*, in zone 'forest'$/,
  ],
  [
    'an arrival outside of the other zone',
    ({ village }) => (village.exits = [{ ...exit, arrival: { x: 101, y: 5, facing: 0 } }]),
    /: exits\[0\]\.arrival: is outside of the zone, which is 100 × 100, in zone 'forest'$/,
  ],
  [
    'an arrival that is walled in',
    ({ village, forest }) => {
      forest.obstacles = walledCell(10, 10);
      village.exits = [{ ...exit, arrival: { x: 12, y: 12, facing: 0 } }];
    },
    /: exits\[0\]\.arrival: cannot be reached from spawns\[0\] \(square\), in zone 'forest'$/,
  ],
  [
    'an exit in an obstacle',
    ({ village }) => (village.exits = [{ ...exit, x: 25, y: 25 }]),
    /: exits\[0\]: is in obstacles\[0\], or too near/,
  ],
  [
    'an exit too near to an obstacle',
    ({ village }) => (village.exits = [{ ...exit, x: 30.3, y: 25 }]),
    /: exits\[0\]: is in obstacles\[0\], or too near/,
  ],
  [
    'an exit out of bounds',
    ({ village }) => (village.exits = [{ ...exit, x: 100.5 }]),
    /: exits\[0\]: is outside of the zone, which is 100 × 100$/,
  ],
  [
    'a spawn point in an obstacle',
    ({ village }) => (village.spawns = [spawn, { ...spawn, id: 'attic', x: 25, y: 25 }]),
    /: spawns\[1\]: is in obstacles\[0\]/,
  ],
  [
    'a spawn point out of bounds',
    ({ village }) => (village.spawns = [spawn, { ...spawn, id: 'sea', y: 100.1 }]),
    /: spawns\[1\]: is outside of the zone/,
  ],
  [
    'a spawn point that is walled in',
    ({ village }) => {
      village.obstacles = walledCell(10, 10);
      village.spawns = [spawn, { ...spawn, id: 'cell', x: 12, y: 12 }];
    },
    /: spawns\[1\]: cannot be reached from spawns\[0\] \(square\)$/,
  ],
  [
    'an exit behind a door that is too narrow',
    ({ village }) => {
      village.obstacles = walledCell(85, 45, 0.75);
      village.exits = [{ ...exit, x: 87, y: 48 }];
    },
    /: exits\[0\]: cannot be reached from spawns\[0\]/,
  ],
  [
    'an obstacle that extends beyond the zone',
    ({ village }) => (village.obstacles = [{ ...house, x: 95 }]),
    /: obstacles\[0\]: extends beyond the zone/,
  ],
  [
    'a patch that extends beyond the zone',
    ({ village }) => (village.patches = [yard, { ...yard, y: 90 }]),
    /: patches\[1\]: extends beyond the zone/,
  ],
  [
    'a monster area that extends beyond the zone',
    ({ forest }) => (forest.monsters = [{ ...rats, x: 95 }]),
    /^zones\/forest\.json: monsters\[0\]: extends beyond the zone/,
  ],
  [
    'a monster area with an obstacle in it',
    ({ village }) => (village.obstacles = [house, { ...house, x: 75, y: 75, width: 1, height: 1 }]),
    /: monsters\[0\]: obstacles\[1\] is in the area/,
  ],
  [
    'a monster area on safe ground',
    ({ village }) => (village.patches = []),
    /: monsters\[0\]: the area is not entirely on hostile ground$/,
  ],
  [
    'a monster area partly on safe ground',
    ({ forest }) => (forest.patches = [{ ...yard, ground: 'safe', x: 78 }]),
    /: monsters\[0\]: the area is not entirely on hostile ground$/,
  ],
  [
    'a starting point in an obstacle',
    ({ village }) => {
      village.obstacles = [{ ...house, x: 45, y: 45 }];
      village.spawns = [{ ...spawn, x: 80, y: 20 }];
    },
    /^zones\/village\.json: the starting point of new characters \(50, 50\) is in obstacles\[0\]/,
  ],
  [
    'a missing starting zone',
    (world) => {
      delete (world as Partial<WorldDraft>).village;
      world.forest.exits = [];
    },
    /^zones\/village\.json: there is no zone 'village', in which new characters start$/,
  ],
];

it.each(RULES)('readZones: reports %s, and nothing else', (_, change, problem) => {
  expect(problems(change)).toEqual([expect.stringMatching(problem)]);
});

it('readZones: accepts a door that is as wide as a character', () => {
  const wideEnough = problems(({ village }) => {
    village.obstacles = walledCell(85, 45, 0.85);
    village.exits = [{ ...exit, x: 87, y: 48 }];
  });
  expect(wideEnough).toEqual([]);
});

it('readZones: reports all problems of all files at once', () => {
  const reported = problems(({ village, forest }) => {
    village.exits = [{ ...exit, to: 'x' }, exit];
    village.obstacles = [house, { ...house, x: 99 }];
    forest.speed = 0;
    forest.name = '';
  });
  expect(reported).toEqual([
    expect.stringContaining('zones/forest.json: name: '),
    expect.stringContaining('zones/forest.json: speed: '),
    expect.stringContaining('zones/village.json: exits[1].id: '),
    expect.stringContaining('zones/village.json: obstacles[1]: '),
    expect.stringContaining("zones/village.json: exits[0].to: there is no zone 'x'"),
  ]);
});

it('readZones: reports a folder that does not exist', () => {
  expect(problemsOf('/nowhere/zones')).toEqual([
    '/nowhere/zones: cannot be read (ENOENT)',
    "zones/village.json: there is no zone 'village', in which new characters start",
  ]);
});

it('readZones: calls the listener for each file', () => {
  const files: [string, boolean][] = [];
  const folder = write(validWorld());
  readZones(folder, START, (file, zone) => files.push([file, zone !== undefined]));
  expect(files).toEqual(
    readdirSync(folder)
      .sort()
      .map((name) => [`zones/${name}`, true]),
  );
});
