/** A restore of many rooms reads Redis in small parts; its result is the same as that of a single read. */
import { COMMAND_OPTIONS } from '../../libs/platform/src/redis/redis-options';
import { defineResumeScripts } from '../../libs/realtime/src/resume/stores/redis-script-protocol';
import type { JournalPosition } from '../../libs/realtime/src/resume/journal/journal-entry';
import { RedisResumeStore } from '../../libs/realtime/src/resume/stores/redis-resume-store';
import { orderStreamOf, type RestoreAnswer } from '../../libs/realtime/src/resume/stores/resume-store';
import type { RoomIntervals } from '../../libs/realtime/src/resume/sessions/session-rooms';
import { STORE_BOUNDS, connectRedis, disconnectRedis, KEEP_MS, sessionActions, uniquePrefix } from './recovery-stores';

const ROOMS = 300;
const PAYLOAD = 'x'.repeat(20_000);
/** A part exceeds its bound of 256 KiB by at most one chunk of eight entries. */
const MAX_BYTES = 256 * 1024 + 8 * PAYLOAD.length;

const rooms = Array.from({ length: ROOMS }, (_, index) => `room:${index}`);
const orders = orderStreamOf('anna');

let store: RedisResumeStore;
let start: JournalPosition;
/** The bytes in each reply of Redis. */
let sizes: number[];

beforeEach(async () => {
  const redis = defineResumeScripts(connectRedis({ ...COMMAND_OPTIONS, enableAutoPipelining: false }));
  store = new RedisResumeStore(redis, STORE_BOUNDS, 'plain', uniquePrefix());
  sizes = [];
  for (const name of ['recoveryRestore', 'recoveryRead'] as const) {
    const call = redis[name].bind(redis);
    redis[name] = async (...args) => {
      const answer = await call(...args);
      sizes.push(answer.filter((item) => item === PAYLOAD).length * PAYLOAD.length);
      return answer;
    };
  }
  start = await store.readPosition();
});
afterEach(disconnectRedis);
const { begin, restore } = sessionActions(() => ({ store, start }));

async function restored(n: number): Promise<Extract<RestoreAnswer, { kind: 'restored' }>> {
  const answer = await restore({ from: { ...start, n }, owner: n === 0 ? 'a:1' : 'b:1' });
  if (answer.kind !== 'restored') throw new Error(JSON.stringify(answer));
  return answer;
}

it('returns every entry once and in order, with bounded reads, and the orders in every part', async () => {
  await begin(Object.fromEntries([...rooms, orders].map((room): [string, RoomIntervals] => [room, [0, 0]])));
  for (const [index, room] of rooms.entries())
    await store.append('a', [{ seq: index + 1, rooms: [room], payload: PAYLOAD }]);
  await store.append('a', [{ seq: ROOMS + 1, rooms: [orders], payload: 'order' }]);

  const numbers: number[] = [];
  let parts = 0;
  for (let from = 0; from <= ROOMS; parts++) {
    const { records, readTo } = await restored(from);
    expect(records.at(-1)).toEqual({ n: ROOMS + 1, payload: 'order' });
    numbers.push(...records.slice(0, -1).map(({ n }) => n));
    from = readTo;
  }
  expect(numbers).toEqual(rooms.map((_, index) => index + 1));
  expect(parts).toBeGreaterThan(1);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_BYTES);
  expect(sizes.length).toBeGreaterThan((ROOMS * PAYLOAD.length) / MAX_BYTES);
});

it('is refused when an entry of a later part was trimmed', async () => {
  const last = rooms.at(-1) ?? '';
  await begin(Object.fromEntries([[last, [0, 0]], ...rooms.map((room): [string, RoomIntervals] => [room, [0, 0]])]));
  let seq = 0;
  for (const room of rooms) await store.append('a', [{ seq: ++seq, rooms: [room], payload: PAYLOAD }]);
  for (let sent = 0; sent < 5 * STORE_BOUNDS.maxEvents; sent++)
    await store.append('a', [{ seq: ++seq, rooms: [last], payload: 'small' }]);
  expect(await restore()).toEqual({ kind: 'refused', reason: 'trimmed' });
});

it('keeps the session for the requested time', async () => {
  await begin({ a: [0, 0] });
  await restored(0);
  expect(await store.touch([{ pid: 'pid', owner: 'b:1' }], KEEP_MS)).toEqual([true]);
});
