/** What a client missed in many rooms is read from Redis in small parts, and is the same as if it were read at once. */
import { COMMAND_OPTIONS } from '../../libs/platform/src/redis/redis-options';
import { defineRecoveryScripts } from '../../libs/realtime/src/recovery/recovery-protocol';
import type { Position } from '../../libs/realtime/src/recovery/position';
import { RedisRecoveryStore } from '../../libs/realtime/src/recovery/redis-recovery-store';
import { ordersOf, type RestoreAnswer } from '../../libs/realtime/src/recovery/recovery-store';
import type { Spans } from '../../libs/realtime/src/recovery/room-spans';
import { BOUNDS, connectRedis, disconnectRedis, KEEP_MS, sessionActions, uniquePrefix } from './recovery-stores';

const ROOMS = 300;
const PAYLOAD = 'x'.repeat(20_000);
/** One part goes beyond its bound of 256 KiB by one chunk of eight entries at most. */
const MOST_BYTES = 256 * 1024 + 8 * PAYLOAD.length;

const rooms = Array.from({ length: ROOMS }, (_, index) => `room:${index}`);
const orders = ordersOf('anna');

let store: RedisRecoveryStore;
let start: Position;
/** Of each answer of Redis. */
let sizes: number[];

beforeEach(async () => {
  const redis = defineRecoveryScripts(connectRedis({ ...COMMAND_OPTIONS, enableAutoPipelining: false }));
  store = new RedisRecoveryStore(redis, BOUNDS, 'plain', uniquePrefix());
  sizes = [];
  for (const name of ['recoveryRestore', 'recoveryRead'] as const) {
    const call = redis[name].bind(redis);
    redis[name] = async (...args) => {
      const answer = await call(...args);
      sizes.push(answer.filter((each) => each === PAYLOAD).length * PAYLOAD.length);
      return answer;
    };
  }
  start = await store.hello();
});
afterEach(disconnectRedis);
const { begin, restore } = sessionActions(() => ({ store, start }));

async function restored(n: number): Promise<Extract<RestoreAnswer, { kind: 'restored' }>> {
  const answer = await restore({ from: { ...start, n }, owner: n === 0 ? 'a:1' : 'b:1' });
  if (answer.kind !== 'restored') throw new Error(JSON.stringify(answer));
  return answer;
}

it('gives all of it once and in order, each read of Redis bounded, and orders whatever is left out', async () => {
  await begin(Object.fromEntries([...rooms, orders].map((room): [string, Spans] => [room, [0, 0]])));
  for (const [index, room] of rooms.entries())
    await store.append('a', [{ seq: index + 1, rooms: [room], payload: PAYLOAD }]);
  await store.append('a', [{ seq: ROOMS + 1, rooms: [orders], payload: 'order' }]);

  const numbers: number[] = [];
  let returns = 0;
  for (let from = 0; from <= ROOMS; returns++) {
    const { records, readTo } = await restored(from);
    expect(records.at(-1)).toEqual({ n: ROOMS + 1, payload: 'order' });
    numbers.push(...records.slice(0, -1).map(({ n }) => n));
    from = readTo;
  }
  expect(numbers).toEqual(rooms.map((_, index) => index + 1));
  expect(returns).toBeGreaterThan(1);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(MOST_BYTES);
  expect(sizes.length).toBeGreaterThan((ROOMS * PAYLOAD.length) / MOST_BYTES);
});

it('is refused where an entry is gone that is read in a later part', async () => {
  const last = rooms.at(-1) ?? '';
  await begin(Object.fromEntries([[last, [0, 0]], ...rooms.map((room): [string, Spans] => [room, [0, 0]])]));
  let seq = 0;
  for (const room of rooms) await store.append('a', [{ seq: ++seq, rooms: [room], payload: PAYLOAD }]);
  for (let sent = 0; sent < 5 * BOUNDS.maxEvents; sent++)
    await store.append('a', [{ seq: ++seq, rooms: [last], payload: 'small' }]);
  expect(await restore()).toEqual({ kind: 'refused', reason: 'trimmed' });
});

it('keeps the session for as long as it is asked', async () => {
  await begin({ a: [0, 0] });
  await restored(0);
  expect(await store.touch([{ pid: 'pid', owner: 'b:1' }], KEEP_MS)).toEqual([true]);
});
