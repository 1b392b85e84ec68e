/** Bounds: administration. */
import { beyondBound, commandBound, routeBound } from '../bound';
import { FightWorld } from '../fight-world';
import { wide } from '../wide-texts';
import { BOUNDS_NODE, type BoundsWorld } from '../bounds-world';
import { as, ASKED, PAGE, RECORD, tooLarge } from './admin-requests';

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
  routeBound('GET /api/admin/audit', {
    request: 'a page of 100',
    ...PAGE,
    answerBytes: 450_000,
    fill: (world) => ({ ...as(world), query: { limit: '100' } }),
    beyond: [tooLarge],
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
