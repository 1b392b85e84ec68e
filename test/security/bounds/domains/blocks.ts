/** Bounds: blocks. */
import { MAX_BLOCKS } from '@aeturnis/contracts';
import { beyondBound, commandBound, routeBound } from '../bound';
import type { BoundsWorld } from '../bounds-world';

const BOUNDED = 'MAX_BLOCKS: 1,000 of a user';
const LEAVES = '1,000 rows per user at most; they are deleted with either account';
const LIST = { rows: 2 * MAX_BLOCKS + 1, answerBytes: 180_000, leaves: 'nothing', bounded: BOUNDED };
const ONE = { rows: 4, answerBytes: 200, leaves: LEAVES, bounded: BOUNDED };

const user = ({ users }: BoundsWorld) => ({ userId: users[0] ?? '' });
/** Sent by the blocker, whose list is full. */
const full = beyondBound('a list that is full', 'CONFLICT', user);

export const blockBounds = [
  commandBound('block:add', {
    request: 'one user',
    requestBytes: 50,
    ...ONE,
    fill: user,
    beyond: [{ ...full, as: 'blocker' }],
  }),
  commandBound('block:remove', {
    request: 'one user',
    requestBytes: 50,
    ...ONE,
    rows: 1,
    answerBytes: 20,
    leaves: 'nothing',
    fill: user,
  }),
  commandBound('block:list', {
    request: 'an empty object, by a user whose list is full',
    requestBytes: 2,
    ...LIST,
    as: 'blocker',
    fill: () => ({}),
  }),
  routeBound('GET /api/blocks', {
    request: 'no content, by a user whose list is full',
    requestBytes: 0,
    ...LIST,
    fill: ({ blocker }) => ({ token: blocker.accessToken }),
  }),
  routeBound('POST /api/blocks', {
    request: 'one user',
    requestBytes: 50,
    ...ONE,
    fill: (world) => ({ body: user(world) }),
    beyond: [
      beyondBound('a list that is full', 'CONFLICT', (world: BoundsWorld) => ({
        body: user(world),
        token: world.blocker.accessToken,
      })),
    ],
  }),
  routeBound('DELETE /api/blocks/{userId}', {
    request: 'one user',
    requestBytes: 0,
    ...ONE,
    rows: 1,
    answerBytes: 0,
    leaves: 'nothing',
    fill: (world) => ({ params: user(world) }),
  }),
];
