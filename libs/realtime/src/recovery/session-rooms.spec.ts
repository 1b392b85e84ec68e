/** A session's rooms are the same whether they are held by itself or in a set shared with others of its user. */
import type { Spans } from './room-spans';
import { type RoomSet, SessionRooms, SharedRooms } from './session-rooms';

const name = (n: number): string => `conversation:${n}`;
const entered = (count: number, since: number, from = 0): Map<string, Spans> =>
  new Map(Array.from({ length: count }, (_, n) => [name(from + n), [since, 0]]));
const contentOf = (rooms: SessionRooms): [string, Spans][] => [...rooms].sort(([a], [b]) => (a < b ? -1 : 1));
const sharedOf = (rooms: SessionRooms): RoomSet | null => rooms.parts.shared;

it('sharing: sessions of one user in the same rooms hold their names once, each with its own position', () => {
  const registry = new SharedRooms();
  const sessions = [3, 9, 27].map((since) => SessionRooms.of(entered(1_000, since).set('*', [since, 0])));
  for (const rooms of sessions) registry.share('anna', rooms);
  expect(new Set(sessions.map(sharedOf)).size).toBe(1);
  expect(sessions.map(({ parts }) => parts.own.size)).toEqual([0, 0, 0]);
  expect(sessions.map((rooms) => [rooms.size, rooms.get(name(500))])).toEqual([
    [1_001, [3, 0]],
    [1_001, [9, 0]],
    [1_001, [27, 0]],
  ]);
});

it('sharing: a session that differs in some rooms holds the difference by itself', () => {
  const registry = new SharedRooms();
  const first = SessionRooms.of(entered(1_000, 3));
  const second = SessionRooms.of(entered(1_000, 5, 10));
  second.set('zone:9', [7, 0]);
  second.leave(name(700), [5, 6], 32);
  const expected = contentOf(second);
  registry.share('anna', first);
  registry.share('anna', second);
  expect(sharedOf(second)).toBe(sharedOf(first));
  expect(contentOf(second)).toEqual(expected);
  expect(second.size).toBe(expected.length);
  expect([second.get(name(0)), second.get(name(1_005)), second.get(name(700))]).toEqual([undefined, [5, 0], [5, 6]]);
});

it('sharing: rooms that are quite other ones, and few rooms, are not forced into a known set', () => {
  const registry = new SharedRooms();
  const [first, other, small] = [entered(1_000, 3), entered(1_000, 3, 600), entered(10, 3)].map(SessionRooms.of);
  for (const rooms of [first, other, small]) if (rooms) registry.share('anna', rooms);
  expect(other && first && sharedOf(other) !== sharedOf(first)).toBe(true);
  expect(small && sharedOf(small)).toBeNull();
});

it('sharing: what changes afterwards changes in one session alone', () => {
  const registry = new SharedRooms();
  const [first, second] = [SessionRooms.of(entered(100, 3)), SessionRooms.of(entered(100, 3))];
  registry.share('anna', first);
  registry.share('anna', second);
  first.delete(name(1));
  first.leave(name(2), [3, 4], 32);
  first.set(name(3), [3, 4, 8, 0]);
  expect([first.size, second.size]).toEqual([99, 100]);
  expect([1, 2, 3].map((n) => first.get(name(n)))).toEqual([undefined, [3, 4], [3, 4, 8, 0]]);
  expect(contentOf(second)).toEqual(contentOf(SessionRooms.of(entered(100, 3))));
  const copy = SessionRooms.copyOf(first);
  first.set('late', [9, 0]);
  expect([copy.size, copy.get('late')]).toEqual([99, undefined]);
});

it('sharing: a session that has moved to other rooms gets another set', () => {
  const registry = new SharedRooms();
  const rooms = SessionRooms.of(entered(100, 3));
  registry.share('anna', rooms);
  const before = sharedOf(rooms);
  for (const [room, spans] of entered(1_000, 8, 500)) rooms.set(room, spans);
  const expected = contentOf(rooms);
  registry.share('anna', rooms);
  expect(sharedOf(rooms)).not.toBe(before);
  expect(rooms.parts.own.size).toBe(100);
  expect([contentOf(rooms), rooms.size]).toEqual([expected, 1_100]);
});

it('leaving: of rooms that were left only the latest are remembered', () => {
  const rooms = SessionRooms.of(entered(100, 3));
  new SharedRooms().share('anna', rooms);
  for (let n = 0; n < 50; n++) rooms.leave(name(n), [3, 4], 32);
  expect([rooms.size, rooms.get(name(17)), rooms.get(name(18))]).toEqual([82, undefined, [3, 4]]);
});

it('a set is named by its content alone', () => {
  const [one, other] = [new SharedRooms(), new SharedRooms()];
  const [first, second] = [SessionRooms.of(entered(100, 3)), SessionRooms.of(new Map([...entered(100, 5)].reverse()))];
  one.share('anna', first);
  other.share('anna', second);
  expect(sharedOf(first)?.id).toBe(sharedOf(second)?.id);
  second.adopt(sharedOf(first) ?? undefined);
  expect(sharedOf(second)).toBe(sharedOf(first));
});
