/** The ledger counts what is missing, doubled and out of order. */
import { compareStreams } from './compare-streams';

const stored = [1, 2, 3, 4].map((position) => ({ position, lane: position === 4 ? 'Ben' : 'Anna' }));
const CLEAN = { received: 4, stored: 4, missed: 0, doubled: 0, outOfOrder: 0 };

it('ledger: everything received once and in order counts as nothing', () => {
  expect(compareStreams([1, 2, 3, 4], stored)).toEqual(CLEAN);
});

it('ledger: a stored line that was not received is missed', () => {
  expect(compareStreams([1, 3, 4], stored)).toEqual({ ...CLEAN, received: 3, missed: 1 });
});

it('ledger: a line that was received three times is doubled twice', () => {
  expect(compareStreams([1, 2, 2, 2, 3, 4], stored)).toEqual({ ...CLEAN, doubled: 2 });
});

it('ledger: an earlier line of the same author after a later one is out of order, one of another author is not', () => {
  expect(compareStreams([1, 3, 2, 4], stored).outOfOrder).toBe(1);
  expect(compareStreams([4, 1, 2, 3], stored).outOfOrder).toBe(0);
});

it('ledger: a line that is not stored yet does not count', () => {
  expect(compareStreams([1, 2, 3, 4, 5], stored)).toEqual(CLEAN);
});
