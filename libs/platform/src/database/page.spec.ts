/** pageOf: the rows of a page, and its cursor. */
import { pageOf } from './page';

it.each([
  { found: [1, 2, 3], page: { rows: [1, 2], next: { next: 'after 2' } } },
  { found: [1, 2], page: { rows: [1, 2], next: {} } },
  { found: [], page: { rows: [], next: {} } },
])('pageOf: divides $found into a page of two and a cursor', ({ found, page }) => {
  expect(pageOf(found, 2, (last) => `after ${last}`)).toEqual(page);
});
