/** The memory of a single node holds a bounded number of bytes over all rooms, and says what is gone. */
import { MemoryRecoveryStore } from './memory-recovery-store';
import type { Position } from './position';
import type { RestoreAnswer, Submission } from './recovery-store';
import type { Spans } from './room-spans';

const BOUNDS = { maxEvents: 1_000, logEvents: 1, roomKeepMs: 60_000, sessionsPerUser: 10, awayKeepMs: 60_000 };
const MAX_BYTES = 1_000_000;
const KEEP_MS = 60_000;

let store: MemoryRecoveryStore;
let start: Position;
let seq: number;

beforeEach(async () => {
  store = new MemoryRecoveryStore(BOUNDS, () => 0, MAX_BYTES);
  start = await store.hello();
  seq = 0;
});

const append = (room: string, length: number): Promise<void> => {
  const submission: Submission = { seq: ++seq, rooms: [room], payload: 'x'.repeat(length) };
  return store.append('a', [submission]);
};
const begin = (pid: string, ...rooms: string[]): Promise<unknown> => {
  const spans = new Map(rooms.map((room): [string, Spans] => [room, [0, 0]]));
  const session = { pid, owner: 'a:1', socketId: pid, userId: pid, login: '', epoch: start.epoch, rooms: spans };
  return store.save([{ session, fresh: true, keepMs: KEEP_MS }]);
};
const restore = (pid: string, n: number): Promise<RestoreAnswer> =>
  store.restore({ pid, from: { ...start, n }, owner: 'a:1', nextOwner: 'a:2', joined: new Map(), keepMs: KEEP_MS });
const TRIMMED = { kind: 'refused', reason: 'trimmed' };

it('a user who fills many rooms: the bytes of all rooms are bounded, and what is gone is refused', async () => {
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

it('what came last is kept, of whatever room', async () => {
  await begin('anna', 'small', 'large');
  for (let n = 0; n < 100; n++) await append('large', 40_000);
  await append('small', 10);
  await append('large', 40_000);
  const answer = await restore('anna', 100);
  expect(answer.kind === 'restored' && answer.records.map(({ n }) => n)).toEqual([101, 102]);
});

it('orders that are gone end in a refusal, whatever the offset', async () => {
  await begin('anna', '!anna');
  await append('!anna', 10);
  for (let n = 0; n < 100; n++) await append(`room ${n}`, 40_000);
  expect(await restore('anna', seq)).toEqual(TRIMMED);
});

it('rooms by themselves are bounded as well: those that are forgotten are refused to whoever may have missed something', async () => {
  await begin('first', 'room 0');
  await begin('second', 'room 0');
  for (let n = 0; n < 10_000; n++) {
    await append(`room ${n}`, 10);
    expect(store.bytes).toBeLessThanOrEqual(MAX_BYTES);
  }
  expect(await restore('first', 0)).toEqual(TRIMMED);
  expect(await restore('second', seq)).toMatchObject({ kind: 'restored', records: [] });
});

it('an entry that is larger than the bound is not kept, and refused', async () => {
  await begin('first', 'room');
  await append('room', 2 * MAX_BYTES);
  expect(store.bytes).toBeLessThanOrEqual(MAX_BYTES);
  expect(await restore('first', 0)).toEqual(TRIMMED);
});
