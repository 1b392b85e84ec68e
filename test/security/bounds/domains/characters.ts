/** Bounds: characters and the world they walk in. */
import { beyondBound, commandBound, routeBound } from '../bound';
import { wide } from '../wide-texts';
import type { BoundsWorld } from '../bounds-world';

/** The capacity of a zone, all in sight of each other. */
const CROWD = 5_000;
const SPAWN = { zone: 'starting_village', x: 100, y: 100 };
/** The exit beside which new characters start, and its destination. */
const EXIT = { id: 'waystone', to: 'harbor', x: 122, y: 60 };
const VIEW = 'ZoneMembership.CAPACITY: 5,000 of a zone; a client sees the nine cells around its character';
const ONE = { rows: 1, answerBytes: 400 };
const LONGEST = 'w'.repeat(40);

const select = (world: BoundsWorld, index = 0) => ({ characterId: world.heavy.characterIds[index] ?? '' });
/** Puts both characters beside each other, so that each user receives what the other causes. */
const inWorld = async (world: BoundsWorld): Promise<void> => {
  await world.heavy.client.send('character:select', select(world));
  await world.witness.client.send('character:select', { characterId: world.witness.characterIds[0] });
};
const empty = ({ node }: BoundsWorld, zone = SPAWN.zone) => node.crowd(zone, 0, SPAWN.x, SPAWN.y);

export const characterBounds = [
  commandBound('character:select', {
    request: 'one character, into a view of 5,000',
    requestBytes: 80,
    rows: 3,
    answerBytes: 500,
    causes: [
      { event: 'zone:state', bytes: 1_700_000, to: 'the caller', seen: 1 },
      { event: 'zone:player_joined', bytes: 400, to: 'all in the zone', seen: 1 },
      { event: 'zone:player_left', bytes: 100, to: 'all in the zone' },
      { event: 'character:released', bytes: 100, to: 'the connection that played it' },
    ],
    leaves: 'one character per connection, for 10 s after it has ended',
    bounded: VIEW,
    fill: async (world) => {
      await inWorld(world);
      await world.node.crowd(SPAWN.zone, CROWD, SPAWN.x, SPAWN.y);
      return { ...select(world, 1), encoding: 'binary' };
    },
    clear: (world) => empty(world),
  }),
  commandBound('character:move', {
    request: 'a step',
    requestBytes: 120,
    rows: 0,
    answerBytes: 40,
    causes: [{ event: 'character:correction', bytes: 120, to: 'the caller', seen: 1 }],
    leaves: 'one pending write per character',
    bounded: 'MAX_BUDGET_MS of walking; one position per character waits to be written and to be shared',
    fill: async (world) => {
      await inWorld(world);
      return { seq: Number.MAX_SAFE_INTEGER, x: -999_999.123456789, y: -999_999.123456789, facing: -6.123456789 };
    },
    beyond: [beyondBound('a place past a million', 'VALIDATION', () => ({ seq: 1, x: 1_000_001, y: 0 }))],
  }),
  commandBound('character:action', {
    request: 'an action of 40 letters at a character',
    requestBytes: 200,
    rows: 0,
    answerBytes: 50,
    causes: [{ event: 'character:acted', bytes: 250, to: 'all in the zone', seen: 1 }],
    leaves: 'one bucket until the action is allowed again',
    bounded: 'CharacterActionDto: 40 letters; MemoryQuotaStore.MAX_KEYS',
    fill: async (world) => {
      await inWorld(world);
      return { action: LONGEST, targetId: world.heavy.characterIds[0] };
    },
    beyond: [
      beyondBound('41 letters', 'VALIDATION', () => ({ action: `${LONGEST}w` })),
      beyondBound('a target of 131 characters', 'VALIDATION', () => ({ action: LONGEST, targetId: 't'.repeat(131) })),
    ],
  }),
  commandBound('character:status', {
    request: 'a status of 40 letters',
    requestBytes: 60,
    rows: 0,
    answerBytes: 90,
    causes: [{ event: 'character:status_changed', bytes: 150, to: 'all in the zone', seen: 1 }],
    leaves: 'one status per character that is played',
    bounded: 'CharacterStatusDto: 40 letters',
    fill: async (world) => {
      await inWorld(world);
      await world.heavy.client.send('character:status', { status: 'resting' });
      return { status: LONGEST };
    },
    beyond: [beyondBound('41 letters', 'VALIDATION', () => ({ status: `${LONGEST}w` }))],
  }),
  commandBound('zone:population', {
    request: 'a zone',
    requestBytes: 60,
    rows: 0,
    answerBytes: 100,
    bounded: 'ZonePopulationDto: 40 characters',
    fill: () => ({ zone: SPAWN.zone }),
    beyond: [beyondBound('a name of 41 characters', 'VALIDATION', () => ({ zone: 'z'.repeat(41) }))],
  }),
  commandBound('zone:enter', {
    request: 'an exit, into a view of 5,000',
    requestBytes: 60,
    rows: 0,
    answerBytes: 500,
    causes: [
      { event: 'zone:state', bytes: 1_700_000, to: 'the caller', seen: 1 },
      { event: 'zone:player_joined', bytes: 400, to: 'all in the zone that is entered' },
      { event: 'zone:player_left', bytes: 100, to: 'all in the zone that is left', seen: 1 },
    ],
    bounded: VIEW,
    fill: async (world) => {
      await inWorld(world);
      const [, , , , traveller] = world.heavy.characterIds;
      await world.sql.query(`update characters set zone = $2, x = $3, y = $4 where id = $1`, [
        traveller,
        ...Object.values(SPAWN),
      ]);
      await world.heavy.client.send('character:select', { characterId: traveller });
      await world.node.crowd(EXIT.to, CROWD, EXIT.x, EXIT.y);
      return { exitId: EXIT.id };
    },
    clear: (world) => empty(world, EXIT.to),
    beyond: [beyondBound('a name of 41 characters', 'VALIDATION', () => ({ exitId: 'e'.repeat(41) }))],
  }),
  routeBound('GET /api/players', {
    request: 'the name of a character',
    requestBytes: 20,
    rows: 2,
    answerBytes: 200,
    bounded: 'one row by its key; 30 a minute',
    fill: async (world) => {
      await world.sql.query(`update characters set name_key = 'sought' where id = $1`, [world.heavy.characterIds[0]]);
      return { query: { name: 'Sought' } };
    },
    beyond: [beyondBound('a name of 200 letters', 'VALIDATION', () => ({ query: { name: 'a'.repeat(200) } }))],
  }),
  routeBound('GET /api/zones', {
    request: 'no content',
    requestBytes: 0,
    rows: 0,
    answerBytes: 800,
    bounded: 'the files of the zones; 60 a minute and address',
    fill: () => ({}),
  }),
  routeBound('GET /api/zones/{id}', {
    request: 'the zone with the largest map',
    requestBytes: 0,
    rows: 0,
    answerBytes: 8_000,
    bounded: 'the file of the zone, without its monsters; 60 a minute and address',
    fill: () => ({ params: { id: 'forest' } }),
  }),
  routeBound('GET /api/characters', {
    request: 'no content, by an account with eight characters',
    requestBytes: 0,
    rows: 9,
    answerBytes: 2_800,
    bounded: 'MAX_CHARACTERS: 8 of an account',
    fill: () => ({}),
  }),
  routeBound('POST /api/characters', {
    request: 'a name of 20 letters',
    requestBytes: 130,
    ...ONE,
    rows: 5,
    leaves: 'one row; at most eight per account, which are deleted with it',
    bounded: 'NAME_LENGTH: 20 letters; MAX_CHARACTERS: 8 of an account',
    fill: async (world) => ({
      body: { name: wide(20), class: 'warrior' },
      token: (await world.newGuest()).accessToken,
    }),
    beyond: [
      beyondBound('a name of 21 letters', 'VALIDATION', () => ({ body: { name: wide(21), class: 'mage' } })),
      beyondBound('a ninth character', 'CONFLICT', () => ({ body: { name: 'Ninth', class: 'mage' } })),
    ],
  }),
  routeBound('GET /api/characters/{id}', {
    request: 'an own character',
    requestBytes: 0,
    ...ONE,
    bounded: 'one row by its key',
    fill: ({ heavy }) => ({ params: { id: heavy.characterIds[2] ?? '' } }),
  }),
  routeBound('GET /api/characters/{id}/inventory', {
    request: 'a character with the maximum of every item',
    requestBytes: 0,
    rows: 16,
    answerBytes: 1_500,
    bounded: 'ITEMS: 15 different items; MAX_ITEM_COUNT: 9,999 of each',
    fill: ({ heavy }) => ({ params: { id: heavy.characterIds[2] ?? '' } }),
  }),
  routeBound('DELETE /api/characters/{id}', {
    request: 'an own character',
    requestBytes: 0,
    rows: 2,
    answerBytes: 0,
    bounded: 'one row by its key',
    fill: async (world) => {
      const { id: userId, accessToken: token } = await world.newGuest();
      const [id = ''] = await world.seed.characters(userId, 1);
      return { params: { id }, token };
    },
  }),
];
