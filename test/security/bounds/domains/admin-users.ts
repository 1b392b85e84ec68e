/** Bounds: administration of users. */
import { beyondBound, routeBound } from '../bound';
import { wide } from '../wide-texts';
import type { BoundsWorld } from '../bounds-world';
import { as, ONE, PAGE, reason, RECORD, tooLarge, user } from './admin-requests';

/** A user with the maximum of sessions, and more notes than any page has. */
const administered = async (world: BoundsWorld) => {
  const request = user(world);
  await world.seed.administration(request.params.id);
  return request;
};
const note = (length: number) => ({ text: wide(length) });
const roles = (length: number) => ({ roles: ['player', 'moderator', 'admin'], reason: wide(length) });

export const adminUserBounds = [
  routeBound('GET /api/admin/users', {
    request: 'a page of 100',
    ...PAGE,
    answerBytes: 125_000,
    fill: (world) => ({ ...as(world), query: { limit: '100' } }),
    beyond: [tooLarge],
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
    rows: 2_000,
    answerBytes: 36_000_000,
    leaves: RECORD,
    bounded:
      'as GET /api/me/export, one at a time for each administrator; administrators alone; 5 a minute and address',
    fill: (world) => ({ ...as(world), params: { id: world.heavy.id } }),
  }),
];
