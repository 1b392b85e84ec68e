/** Bounds: administration. */
import { beyond, route } from '../bound';
import { wide } from '../texts';
import type { World } from '../world';

const RECORD = 'one record of what was done, for good';
const PAGE = { requestBytes: 30, rows: 101, leaves: 'nothing', bounded: 'PageQuery: 100 on a page' };
const ONE = { rows: 4, answerBytes: 0, leaves: RECORD, bounded: 'administrators alone' };

const as = ({ admin }: World) => ({ token: admin.accessToken });
const user = (world: World) => ({ ...as(world), params: { id: world.users[900] ?? '' } });
const tooLarge = beyond('a page of 101', 'VALIDATION', (world: World) => ({ ...as(world), query: { limit: '101' } }));
const announcement = (length: number) => ({ target: 'all', message: wide(length), level: 'critical' });

export const admin = [
  route('GET /api/admin/overview', {
    request: 'no content',
    requestBytes: 0,
    rows: 2,
    answerBytes: 450,
    leaves: 'a question that each node answers, for a second at most',
    bounded: 'one report for each node, which are 300 bytes; NodeReports.PATIENCE_MS',
    fill: as,
  }),
  route('GET /api/admin/users', {
    request: 'a page of 100',
    ...PAGE,
    answerBytes: 125_000,
    fill: (world) => ({ ...as(world), query: { limit: '100' } }),
    beyond: [tooLarge],
  }),
  route('GET /api/admin/audit', {
    request: 'a page of 100',
    ...PAGE,
    answerBytes: 450_000,
    fill: (world) => ({ ...as(world), query: { limit: '100' } }),
    beyond: [tooLarge],
  }),
  route('POST /api/admin/broadcasts', {
    request: 'a message of 1,000 characters',
    requestBytes: 4_100,
    rows: 2,
    answerBytes: 4_150,
    causes: [{ event: 'system:announcement', bytes: 4_150, to: 'everybody', seen: 1 }],
    leaves: RECORD,
    bounded: 'BroadcastDto: 1,000 characters; administrators alone',
    fill: (world) => ({ ...as(world), body: announcement(1_000) }),
    beyond: [beyond('1,001 characters', 'VALIDATION', (world: World) => ({ ...as(world), body: announcement(1_001) }))],
  }),
  route('POST /api/admin/users/{id}/disconnect', {
    request: 'a user',
    requestBytes: 0,
    ...ONE,
    fill: user,
  }),
  route('POST /api/admin/users/{id}/ban', {
    request: 'a reason of 200 characters',
    requestBytes: 900,
    ...ONE,
    fill: (world) => ({ ...user(world), body: { reason: wide(200), until: '2099-01-01T00:00:00.000Z' } }),
    beyond: [
      beyond('201 characters', 'VALIDATION', (world: World) => ({ ...user(world), body: { reason: wide(201) } })),
    ],
  }),
  route('POST /api/admin/users/{id}/unban', {
    request: 'a user',
    requestBytes: 0,
    ...ONE,
    fill: user,
  }),
];
