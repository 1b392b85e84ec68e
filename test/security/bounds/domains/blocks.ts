/** Bounds: blocks. */
import { MAX_BLOCKS } from '@aeturnis/contracts';
import { beyond, command, route } from '../bound';
import type { World } from '../world';

const BOUNDED = 'MAX_BLOCKS: 1,000 of a user';
const LEAVES = '1,000 rows per user at most; they go with either account';
const LIST = { rows: 2 * MAX_BLOCKS + 1, answerBytes: 180_000, leaves: 'nothing', bounded: BOUNDED };
const ONE = { rows: 4, answerBytes: 200, leaves: LEAVES, bounded: BOUNDED };

const user = ({ users }: World) => ({ userId: users[0] ?? '' });
/** The list of the blocker is full. */
const full = beyond('a list that is full', 'CONFLICT', user);

export const blocks = [
  command('block:add', {
    request: 'one user',
    requestBytes: 50,
    ...ONE,
    fill: user,
    beyond: [{ ...full, as: 'blocker' }],
  }),
  command('block:remove', {
    request: 'one user',
    requestBytes: 50,
    ...ONE,
    rows: 1,
    answerBytes: 20,
    leaves: 'nothing',
    fill: user,
  }),
  command('block:list', {
    request: 'an empty object, by a user whose list is full',
    requestBytes: 2,
    ...LIST,
    as: 'blocker',
    fill: () => ({}),
  }),
  route('GET /api/blocks', {
    request: 'no content, by a user whose list is full',
    requestBytes: 0,
    ...LIST,
    fill: ({ blocker }) => ({ token: blocker.accessToken }),
  }),
  route('POST /api/blocks', {
    request: 'one user',
    requestBytes: 50,
    ...ONE,
    fill: (world) => ({ body: user(world) }),
    beyond: [
      beyond('a list that is full', 'CONFLICT', (world: World) => ({
        body: user(world),
        token: world.blocker.accessToken,
      })),
    ],
  }),
  route('DELETE /api/blocks/{userId}', {
    request: 'one user',
    requestBytes: 0,
    ...ONE,
    rows: 1,
    answerBytes: 0,
    leaves: 'nothing',
    fill: (world) => ({ params: user(world) }),
  }),
];
