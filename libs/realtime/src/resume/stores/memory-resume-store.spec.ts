/** `MemoryResumeStore` holds a bounded number of bytes over all rooms, and refuses restores that need removed entries. */
import { AdmittedRooms, MemoryResumeStore } from './memory-resume-store';
import type { JournalPosition } from '../journal/journal-entry';
import type { RestoreAnswer, AppendRequest } from './resume-store';
import type { RoomIntervals } from '../sessions/session-rooms';

const BOUNDS = { maxEvents: 1_000, logEvents: 1, roomKeepMs: 60_000, sessionsPerUser: 10, awayKeepMs: 60_000 };
const MAX_BYTES = 1_000_000;
const KEEP_MS = 60_000;

let store: MemoryResumeStore;
let start: JournalPosition;
let seq: number;

beforeEach(async () => {
  store = new MemoryResumeStore(BOUNDS, () => 0, MAX_BYTES);
  start = await store.readPosition();
  seq = 0;
});

const append = (room: string, length: number): Promise<void> => {
  const request: AppendRequest = { seq: ++seq, rooms: [room], payload: 'x'.repeat(length) };
  return store.append('a', [request]);
};
const begin = (pid: string, ...rooms: string[]): Promise<unknown> => {
  const intervals = new Map(rooms.map((room): [string, RoomIntervals] => [room, [0, 0]]));
  const session = { pid, owner: 'a:1', socketId: pid, userId: pid, login: '', epoch: start.epoch, rooms: intervals };
  return store.save([{ session, isNew: true, keepMs: KEEP_MS }]);
};
const restore = (pid: string, n: number): Promise<RestoreAnswer> =>
  store.restore({
    pid,
    from: { ...start, n },
    owner: 'a:1',
    nextOwner: 'a:2',
    joinedRooms: new Map(),
    keepMs: KEEP_MS,
  });
const TRIMMED = { kind: 'refused', reason: 'trimmed' };

it('a user that fills many rooms: bounds the bytes of all rooms, and refuses sessions that missed removed entries', async () => {
  await begin('first', 'room 0');
  await begin('second', 'room 0');
  await begin('quiet', 'a room without entries');
  for (let n = 0; n < 200; n++) {
    await append(`room ${n % 50}`, 40_000);
    expect(store.bytes).toBeLessThanOrEqual(MAX_BYTES);
  }
  expect(store.bytes).toBeGreaterThan(MAX_BYTES / 8);
  expect(await restore('first', 0)).toEqual(TRIMMED);
  expect(await restore('second', 151)).toMatchObject({ kind: 'restored', records: [] });
  expect(await restore('quiet', 0)).toMatchObject({ kind: 'restored', records: [] });
});

it('keeps the latest entries, independently of their room', async () => {
  await begin('anna', 'small', 'large');
  for (let n = 0; n < 100; n++) await append('large', 40_000);
  await append('small', 10);
  await append('large', 40_000);
  const answer = await restore('anna', 100);
  expect(answer.kind === 'restored' && answer.records.map(({ n }) => n)).toEqual([101, 102]);
});

it('removed orders: refuses the session at any offset', async () => {
  await begin('anna', '!anna');
  await append('!anna', 10);
  for (let n = 0; n < 100; n++) await append(`room ${n}`, 40_000);
  expect(await restore('anna', seq)).toEqual(TRIMMED);
});

it('bounds the number of rooms: refuses a session that may have missed entries of a removed room', async () => {
  await begin('first', 'room 0');
  await begin('second', 'room 0');
  for (let n = 0; n < 10_000; n++) {
    await append(`room ${n}`, 10);
    expect(store.bytes).toBeLessThanOrEqual(MAX_BYTES);
  }
  expect(await restore('first', 0)).toEqual(TRIMMED);
  expect(await restore('second', seq)).toMatchObject({ kind: 'restored', records: [] });
});

it('an entry larger than the bound: is not kept, and the session that missed it is refused', async () => {
  await begin('first', 'room');
  await append('room', 2 * MAX_BYTES);
  expect(store.bytes).toBeLessThanOrEqual(MAX_BYTES);
  expect(await restore('first', 0)).toEqual(TRIMMED);
});

it('AdmittedRooms: past the bound, every room counts as admitted until the latest admission expires', () => {
  const rooms = new AdmittedRooms(2);
  // `add(room, until)`, `has(room, now)`.
  rooms.add('a', 10);
  rooms.add('b', 10);
  expect([rooms.has('a', 5), rooms.has('other', 5)]).toEqual([true, false]);
  rooms.add('b', 15);
  rooms.add('c', 20);
  expect([rooms.size, rooms.has('c', 19), rooms.has('other', 19)]).toEqual([2, true, true]);
  rooms.removeExpired(20);
  expect([rooms.size, rooms.has('c', 20), rooms.has('other', 20)]).toEqual([0, false, false]);
});
