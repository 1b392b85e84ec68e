/** Rooms with admissions are bounded in number, and none is ever taken for one without. */
import { AdmittedRooms } from './admitted-rooms';

it('past the bound every room counts as admitted, until that admission has expired', () => {
  const rooms = new AdmittedRooms(2);
  rooms.add('a', 10);
  rooms.add('b', 10);
  expect([rooms.has('a', 5), rooms.has('other', 5)]).toEqual([true, false]);
  rooms.add('b', 15);
  rooms.add('c', 20);
  expect([rooms.size, rooms.has('c', 19), rooms.has('other', 19)]).toEqual([2, true, true]);
  rooms.removeExpired(20);
  expect([rooms.size, rooms.has('c', 20), rooms.has('other', 20)]).toEqual([0, false, false]);
});
