/** `SessionRooms` has the same content whether sets are shared or not; room intervals answer for each entry if it is included. */
import {
  type RoomIntervals,
  type RoomNameSet,
  SessionRooms,
  SharedRoomSets,
  includesEntry,
  openInterval,
  excludeEntry,
  closeInterval,
  isInRoom,
  extendLeaveTo,
} from './session-rooms';

const name = (n: number): string => `conversation:${n}`;
const joined = (count: number, since: number, from = 0): Map<string, RoomIntervals> =>
  new Map(Array.from({ length: count }, (_, n) => [name(from + n), [since, 0]]));
const contentOf = (rooms: SessionRooms): [string, RoomIntervals][] => [...rooms].sort(([a], [b]) => (a < b ? -1 : 1));
const sharedOf = (rooms: SessionRooms): RoomNameSet | null => rooms.parts.shared;

it('sharing: sessions of one user in the same rooms hold their names once, each with its own position', () => {
  const registry = new SharedRoomSets();
  const sessions = [3, 9, 27].map((since) => SessionRooms.of(joined(1_000, since).set('*', [since, 0])));
  for (const rooms of sessions) registry.share('anna', rooms);
  expect(new Set(sessions.map(sharedOf)).size).toBe(1);
  expect(sessions.map(({ parts }) => parts.own.size)).toEqual([0, 0, 0]);
  expect(sessions.map((rooms) => [rooms.size, rooms.get(name(500))])).toEqual([
    [1_001, [3, 0]],
    [1_001, [9, 0]],
    [1_001, [27, 0]],
  ]);
});

it('sharing: a session that differs in some rooms holds only the difference', () => {
  const registry = new SharedRoomSets();
  const first = SessionRooms.of(joined(1_000, 3));
  const second = SessionRooms.of(joined(1_000, 5, 10));
  second.set('zone:9', [7, 0]);
  second.recordLeave(name(700), [5, 6], 32);
  const expected = contentOf(second);
  registry.share('anna', first);
  registry.share('anna', second);
  expect(sharedOf(second)).toBe(sharedOf(first));
  expect(contentOf(second)).toEqual(expected);
  expect(second.size).toBe(expected.length);
  expect([second.get(name(0)), second.get(name(1_005)), second.get(name(700))]).toEqual([undefined, [5, 0], [5, 6]]);
});

it('sharing: very different rooms and small sets do not use a known set', () => {
  const registry = new SharedRoomSets();
  const [first, other, small] = [joined(1_000, 3), joined(1_000, 3, 600), joined(10, 3)].map(SessionRooms.of);
  for (const rooms of [first, other, small]) if (rooms) registry.share('anna', rooms);
  expect(other && first && sharedOf(other) !== sharedOf(first)).toBe(true);
  expect(small && sharedOf(small)).toBeNull();
});

it('sharing: a later change affects one session only', () => {
  const registry = new SharedRoomSets();
  const [first, second] = [SessionRooms.of(joined(100, 3)), SessionRooms.of(joined(100, 3))];
  registry.share('anna', first);
  registry.share('anna', second);
  first.delete(name(1));
  first.recordLeave(name(2), [3, 4], 32);
  first.set(name(3), [3, 4, 8, 0]);
  expect([first.size, second.size]).toEqual([99, 100]);
  expect([1, 2, 3].map((n) => first.get(name(n)))).toEqual([undefined, [3, 4], [3, 4, 8, 0]]);
  expect(contentOf(second)).toEqual(contentOf(SessionRooms.of(joined(100, 3))));
  const copy = SessionRooms.copyOf(first);
  first.set('late', [9, 0]);
  expect([copy.size, copy.get('late')]).toEqual([99, undefined]);
});

it('sharing: a session that has joined other rooms gets another set', () => {
  const registry = new SharedRoomSets();
  const rooms = SessionRooms.of(joined(100, 3));
  registry.share('anna', rooms);
  const before = sharedOf(rooms);
  for (const [room, intervals] of joined(1_000, 8, 500)) rooms.set(room, intervals);
  const expected = contentOf(rooms);
  registry.share('anna', rooms);
  expect(sharedOf(rooms)).not.toBe(before);
  expect(rooms.parts.own.size).toBe(100);
  expect([contentOf(rooms), rooms.size]).toEqual([expected, 1_100]);
});

it('leaving: only the latest left rooms are kept', () => {
  const rooms = SessionRooms.of(joined(100, 3));
  new SharedRoomSets().share('anna', rooms);
  for (let n = 0; n < 50; n++) rooms.recordLeave(name(n), [3, 4], 32);
  expect([rooms.size, rooms.get(name(17)), rooms.get(name(18))]).toEqual([82, undefined, [3, 4]]);
});

it('RoomNameSet: the id depends on the names only', () => {
  const [firstSets, secondSets] = [new SharedRoomSets(), new SharedRoomSets()];
  const [first, second] = [SessionRooms.of(joined(100, 3)), SessionRooms.of(new Map([...joined(100, 5)].reverse()))];
  firstSets.share('anna', first);
  secondSets.share('anna', second);
  expect(sharedOf(first)?.id).toBe(sharedOf(second)?.id);
  second.adoptEqualSet(sharedOf(first) ?? undefined);
  expect(sharedOf(second)).toBe(sharedOf(first));
});

const includedEntries = (intervals: RoomIntervals): number[] =>
  Array.from({ length: 12 }, (_, n) => n).filter((n) => includesEntry(intervals, n));

it('includes the entries after a join up to the leave', () => {
  const first = closeInterval(openInterval(undefined, 2), 5);
  expect(includedEntries(first)).toEqual([3, 4, 5]);
  expect([isInRoom(first), isInRoom(openInterval(first, 8))]).toEqual([false, true]);
  expect(includedEntries(openInterval(first, 8))).toEqual([3, 4, 5, 9, 10, 11]);
});

it('a second join or leave changes nothing', () => {
  const intervals = openInterval(undefined, 2);
  expect(openInterval(intervals, 7)).toEqual(intervals);
  expect(closeInterval(closeInterval(intervals, 5), 9)).toEqual([2, 5]);
  expect(isInRoom(closeInterval(openInterval(undefined, 0), 0))).toBe(false);
});

it('extends a leave to entries that were on their way, and excludes entries emitted before a join', () => {
  expect(includedEntries(extendLeaveTo([2, 5], 7))).toEqual([3, 4, 5, 6, 7]);
  expect(extendLeaveTo([2, 0], 7)).toEqual([2, 0]);
  expect(includedEntries(excludeEntry([2, 0], 5))).toEqual([3, 4, 6, 7, 8, 9, 10, 11]);
  expect(excludeEntry([2, 0], 3)).toEqual([3, 0]);
  expect(excludeEntry([5, 0], 3)).toEqual([5, 0]);
});

it('drops the oldest intervals past the bound', () => {
  let intervals: RoomIntervals = [];
  for (let n = 1; n < 100; n += 2) intervals = closeInterval(openInterval(intervals, n), n + 1);
  expect([intervals.length, intervals.at(-1)]).toEqual([32, 100]);
});
