/** Publication cursor: the confirmed position never passes what was published when the journaled events were emitted. */
import { PublicationCursor } from './publication-cursor';

it('advances the confirmed position by journaled events, not by published entries', () => {
  const cursor = new PublicationCursor(0);
  cursor.published = 3;
  expect(cursor.advanceConfirmed({ emitted: 3, journaled: 0 })).toBe(0);
  cursor.published = 5;
  expect(cursor.advanceConfirmed({ emitted: 5, journaled: 2 })).toBe(0);
  expect(cursor.advanceConfirmed({ emitted: 5, journaled: 3 })).toBe(3);
  expect(cursor.advanceConfirmed({ emitted: 5, journaled: 4 })).toBe(3);
  expect(cursor.advanceConfirmed({ emitted: 9, journaled: 5 })).toBe(5);
});

it('starts at the checkpoint of the node before', () => {
  const cursor = new PublicationCursor(7);
  expect(cursor.advanceConfirmed({ emitted: 100, journaled: 0 })).toBe(7);
  expect([cursor.isNext(8), cursor.isNext(9), cursor.isIdle]).toEqual([true, false, true]);
});
