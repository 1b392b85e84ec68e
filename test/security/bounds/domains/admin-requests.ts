/** What the bounds of the admin API share. */
import { beyondBound } from '../bound';
import type { BoundsWorld } from '../bounds-world';
import { wide } from '../wide-texts';

export const RECORD = 'one audit record, which is kept forever';
export const ASKED = 'a request to each node, for a second at most';
export const PAGE = { requestBytes: 30, rows: 101, bounded: 'PageQuery: 100 on a page' };
export const ONE = { rows: 4, answerBytes: 0, leaves: RECORD, bounded: 'administrators alone' };

export const as = ({ admin }: BoundsWorld) => ({ token: admin.accessToken });
export const user = (world: BoundsWorld) => ({ ...as(world), params: { id: world.users[900] ?? '' } });
export const reason = (length: number) => ({ reason: wide(length) });
export const tooLarge = beyondBound('a page of 101', 'VALIDATION', (world: BoundsWorld) => ({
  ...as(world),
  query: { limit: '101' },
}));
