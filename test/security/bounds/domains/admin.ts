/** Bounds: administration. */
import { beyondBound, commandBound, routeBound } from '../bound';
import { FightWorld } from '../fight-world';
import { wide } from '../wide-texts';
import { BOUNDS_NODE, type BoundsWorld } from '../bounds-world';

const RECORD = 'one audit record, which is kept forever';
const ASKED = 'a request to each node, for a second at most';
const PAGE = { requestBytes: 30, rows: 101, bounded: 'PageQuery: 100 on a page' };
const ONE = { rows: 4, answerBytes: 0, leaves: RECORD, bounded: 'administrators alone' };

const as = ({ admin }: BoundsWorld) => ({ token: admin.accessToken });
const user = (world: BoundsWorld) => ({ ...as(world), params: { id: world.users[900] ?? '' } });
const tooLarge = beyondBound('a page of 101', 'VALIDATION', (world: BoundsWorld) => ({
  ...as(world),
  query: { limit: '101' },
}));
/** A user with the maximum of sessions, and more notes than any page has. */
const administered = async (world: BoundsWorld) => {
  const request = user(world);
  await world.seed.administration(request.params.id);
  return request;
};
const reason = (length: number) => ({ reason: wide(length) });
const note = (length: number) => ({ text: wide(length) });
const roles = (length: number) => ({ roles: ['player', 'moderator', 'admin'], reason: wide(length) });
const announcement = (length: number) => ({ target: 'all', message: wide(length), level: 'critical' });

export const adminBounds = [
  routeBound('GET /api/admin/overview', {
    request: 'no content',
    requestBytes: 0,
    rows: 2,
    answerBytes: 450,
    leaves: ASKED,
    bounded: 'one report of 300 bytes for each node; NodeQuestions.ANSWER_TIMEOUT_MS',
    fill: as,
  }),
  routeBound('GET /api/admin/figures', {
    request: '15 minutes',
    requestBytes: 20,
    rows: 0,
    answerBytes: 110_000,
    calculated: 'a node that has run for 15 minutes',
    leaves: ASKED,
    bounded: 'for each node FigureRing.RING_SECONDS of 16 series, and those of the labels that occurred',
    fill: (world) => ({ ...as(world), query: { minutes: '15' } }),
    beyond: [beyondBound('16 minutes', 'VALIDATION', (world) => ({ ...as(world), query: { minutes: '16' } }))],
  }),
  commandBound('admin:subscribe', {
    as: 'admin',
    request: 'an empty object',
    requestBytes: 2,
    rows: 0,
    answerBytes: 20,
    causes: [{ event: 'admin:figures', bytes: 600, to: 'the caller, once a second; bytes for each node' }],
    leaves: 'a room of the connection',
    bounded: 'administrators alone; one room',
    fill: () => ({}),
  }),
  commandBound('admin:unsubscribe', {
    as: 'admin',
    request: 'an empty object',
    requestBytes: 2,
    rows: 0,
    answerBytes: 20,
    bounded: 'administrators alone',
    fill: () => ({}),
  }),
  routeBound('GET /api/admin/nodes', {
    request: 'no content',
    requestBytes: 0,
    rows: 0,
    answerBytes: 350,
    leaves: ASKED,
    bounded: 'one state of 250 bytes for each node; NodeQuestions.ANSWER_TIMEOUT_MS',
    fill: as,
  }),
  ...['drain', 'kill'].map((action) =>
    routeBound(`POST /api/admin/nodes/{id}/${action}`, {
      request: 'a reason of 200 characters',
      requestBytes: 900,
      rows: 4,
      answerBytes: 300,
      leaves: RECORD,
      bounded: 'ReasonDto: 200 characters; administrators alone',
      fill: (world) => ({ ...as(world), params: { id: BOUNDS_NODE }, body: { reason: wide(200) } }),
      beyond: [
        beyondBound('201 characters', 'VALIDATION', (world: BoundsWorld) => ({
          ...as(world),
          params: { id: BOUNDS_NODE },
          body: { reason: wide(201) },
        })),
      ],
    }),
  ),
  routeBound('GET /api/admin/sockets', {
    request: 'a page of 100',
    requestBytes: 30,
    rows: 0,
    answerBytes: 35_000,
    calculated: 'a hundred connections at once, whose users have the longest names',
    leaves: ASKED,
    bounded: 'PageQuery: 100 on a page; each node sends one more, and visits its connections once, 1,000 in a turn',
    fill: (world) => ({ ...as(world), query: { limit: '100' } }),
    beyond: [tooLarge],
  }),
  routeBound('GET /api/admin/rooms', {
    request: 'a page of 100',
    requestBytes: 30,
    rows: 0,
    answerBytes: 12_000,
    calculated: 'a hundred rooms at once',
    leaves: ASKED,
    bounded: 'PageQuery: 100 on a page; each node sends one more, and visits its rooms once, 1,000 in a turn',
    fill: (world) => ({ ...as(world), query: { limit: '100' } }),
    beyond: [tooLarge],
  }),
  routeBound('GET /api/admin/rooms/{name}/members', {
    request: 'a page of 100',
    requestBytes: 30,
    rows: 0,
    answerBytes: 18_000,
    calculated: 'a hundred users in the room, with the longest names',
    leaves: ASKED,
    bounded: 'PageQuery: 100 on a page; each node sends one more, and visits the connections in the room once',
    fill: (world) => ({ ...as(world), params: { name: 'global:chat' }, query: { limit: '100' } }),
    beyond: [
      beyondBound('a page of 101', 'VALIDATION', (world) => ({
        ...as(world),
        params: { name: 'global:chat' },
        query: { limit: '101' },
      })),
    ],
  }),
  routeBound('GET /api/admin/limits', {
    request: 'no content',
    requestBytes: 0,
    rows: 0,
    answerBytes: 20_000,
    leaves: ASKED,
    bounded: 'the policies, which are part of the code; for each node 400 bytes and the names that were refused',
    fill: as,
  }),
  routeBound('GET /api/admin/log-level', {
    request: 'no content',
    requestBytes: 0,
    rows: 0,
    answerBytes: 150,
    leaves: ASKED,
    bounded: 'one state of 150 bytes for each node; NodeQuestions.ANSWER_TIMEOUT_MS',
    fill: as,
  }),
  routeBound('PUT /api/admin/log-level', {
    request: 'a reason of 200 characters',
    requestBytes: 1_000,
    rows: 1,
    answerBytes: 150,
    leaves: `${RECORD}; a level of the log for 60 minutes at most`,
    bounded: 'LogLevelDto: 200 characters, 60 minutes; administrators alone',
    fill: (world) => ({ ...as(world), body: { level: 'error', minutes: 60, reason: wide(200) } }),
    beyond: [
      beyondBound('201 characters', 'VALIDATION', (world: BoundsWorld) => ({
        ...as(world),
        body: { level: 'error', reason: wide(201) },
      })),
      beyondBound('61 minutes', 'VALIDATION', (world: BoundsWorld) => ({
        ...as(world),
        body: { level: 'error', minutes: 61, reason: 'a' },
      })),
    ],
  }),
  routeBound('POST /api/admin/broadcasts/preview', {
    request: 'the users of a room',
    requestBytes: 60,
    rows: 0,
    answerBytes: 60,
    leaves: ASKED,
    bounded: 'LocalAudience.MAX_LISTED_USERS: 500 ids from each node, which visits the connections in the room once',
    fill: (world) => ({ ...as(world), body: { target: 'room', id: 'global:chat' } }),
  }),
  routeBound('GET /api/admin/users', {
    request: 'a page of 100',
    ...PAGE,
    answerBytes: 125_000,
    fill: (world) => ({ ...as(world), query: { limit: '100' } }),
    beyond: [tooLarge],
  }),
  routeBound('GET /api/admin/audit', {
    request: 'a page of 100',
    ...PAGE,
    answerBytes: 450_000,
    fill: (world) => ({ ...as(world), query: { limit: '100' } }),
    beyond: [tooLarge],
  }),
  routeBound('POST /api/admin/broadcasts', {
    request: 'a message of 1,000 characters',
    requestBytes: 4_100,
    rows: 2,
    answerBytes: 4_150,
    causes: [{ event: 'system:announcement', bytes: 4_150, to: 'all connections', seen: 1 }],
    leaves: RECORD,
    bounded: 'BroadcastDto: 1,000 characters; administrators alone',
    fill: (world) => ({ ...as(world), body: announcement(1_000) }),
    beyond: [
      beyondBound('1,001 characters', 'VALIDATION', (world: BoundsWorld) => ({
        ...as(world),
        body: announcement(1_001),
      })),
    ],
  }),
  ...['disconnect', 'unban'].map((action) =>
    routeBound(`POST /api/admin/users/{id}/${action}`, {
      request: 'a reason of 200 characters',
      requestBytes: 900,
      ...ONE,
      fill: (world) => ({ ...user(world), body: reason(200) }),
      beyond: [
        beyondBound('201 characters', 'VALIDATION', (world: BoundsWorld) => ({ ...user(world), body: reason(201) })),
      ],
    }),
  ),
  routeBound('POST /api/admin/users/{id}/ban', {
    request: 'a reason of 200 characters',
    requestBytes: 900,
    ...ONE,
    fill: (world) => ({ ...user(world), body: { reason: wide(200), until: '2099-01-01T00:00:00.000Z' } }),
    beyond: [
      beyondBound('201 characters', 'VALIDATION', (world: BoundsWorld) => ({
        ...user(world),
        body: { reason: wide(201) },
      })),
    ],
  }),
  routeBound('GET /api/admin/users/{id}', {
    request: 'a user with 100 sessions, and with notes of 1,000 characters',
    requestBytes: 0,
    rows: 112,
    answerBytes: 65_000,
    bounded: 'MAX_SESSIONS; ten notes; one line for each node with connections of the user',
    fill: administered,
  }),
  routeBound('GET /api/admin/users/{id}/notes', {
    request: 'a page of 100 notes of 1,000 characters',
    ...PAGE,
    rows: 102,
    answerBytes: 450_000,
    fill: async (world) => ({ ...(await administered(world)), query: { limit: '100' } }),
    beyond: [
      beyondBound('a page of 101', 'VALIDATION', (world: BoundsWorld) => ({ ...user(world), query: { limit: '101' } })),
    ],
  }),
  routeBound('POST /api/admin/users/{id}/notes', {
    request: 'a note of 1,000 characters',
    requestBytes: 4_100,
    rows: 4,
    answerBytes: 4_300,
    leaves: 'one note, until the account is deleted; one audit record, which is kept forever',
    bounded: 'UserNoteDto: 1,000 characters; MAX_NOTES of a user; administrators alone',
    fill: (world) => ({ ...user(world), body: note(1_000) }),
    beyond: [
      beyondBound('1,001 characters', 'VALIDATION', (world: BoundsWorld) => ({ ...user(world), body: note(1_001) })),
    ],
  }),
  routeBound('PUT /api/admin/users/{id}/roles', {
    request: 'all roles, and a reason of 200 characters',
    requestBytes: 950,
    ...ONE,
    fill: (world) => ({ ...as(world), params: { id: world.users[901] ?? '' }, body: roles(200) }),
    beyond: [
      beyondBound('201 characters', 'VALIDATION', (world: BoundsWorld) => ({ ...user(world), body: roles(201) })),
    ],
  }),
  routeBound('POST /api/admin/users/{id}/log-out', {
    request: 'a user with 100 sessions, and a reason of 200 characters',
    requestBytes: 900,
    rows: 102,
    answerBytes: 0,
    leaves: RECORD,
    bounded: 'MAX_SESSIONS; administrators alone',
    fill: async (world) => ({ ...(await administered(world)), body: reason(200) }),
    beyond: [
      beyondBound('201 characters', 'VALIDATION', (world: BoundsWorld) => ({ ...user(world), body: reason(201) })),
    ],
  }),
  routeBound('GET /api/admin/users/{id}/export', {
    request: 'the author of 600 messages of 10,000 characters; more messages make a larger answer',
    requestBytes: 0,
    rows: 1_300,
    answerBytes: 26_000_000,
    leaves: RECORD,
    bounded:
      'as GET /api/me/export, one at a time for each administrator; administrators alone; 5 a minute and address',
    fill: (world) => ({ ...as(world), params: { id: world.heavy.id } }),
  }),
  routeBound('GET /api/admin/combats', {
    request: 'a page of 100',
    ...PAGE,
    answerBytes: 300_000,
    calculated: 'a hundred fights of nine players at once',
    fill: (world) => ({ ...as(world), query: { limit: '100' } }),
    beyond: [tooLarge],
  }),
  routeBound('POST /api/admin/combats/{id}/end', {
    request: 'a fight of nine players',
    requestBytes: 0,
    rows: 20,
    answerBytes: 0,
    causes: [
      { event: 'combat:action_result', bytes: 400, to: 'the players and the spectators of the fight', seen: 1 },
      { event: 'combat:ended', bytes: 400, to: 'the players and the spectators of the fight', seen: 1 },
    ],
    leaves: RECORD,
    bounded: 'administrators alone',
    fill: async (world) => {
      const fights = await FightWorld.of(world);
      await fights.clear();
      return { ...as(world), params: { id: await fights.duel() } };
    },
    clear: async (world) => (await FightWorld.of(world)).clear(),
  }),
];
