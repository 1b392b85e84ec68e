/** The journal in Redis is bounded in age, and a read of it in bytes. */
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { COMMAND_OPTIONS } from '../../libs/platform/src/redis/redis-options';
import type { JournalPosition } from '../../libs/realtime/src/resume/journal/journal-entry';
import type { RoomIntervals } from '../../libs/realtime/src/resume/sessions/session-rooms';
import { RedisResumeStore } from '../../libs/realtime/src/resume/stores/redis-resume-store';
import { commonRedisUrl } from '../support/service-urls';

const KEEP_MS = 60_000;
const BOUNDS = { maxEvents: 100, logEvents: 100, roomKeepMs: 60_000, sessionsPerUser: 3, awayKeepMs: KEEP_MS };
const clients: Redis[] = [];
const base = (): string => `{test:${randomUUID()}}`;

function connect(): Redis {
  const client = new Redis(commonRedisUrl(), { ...COMMAND_OPTIONS, enableOfflineQueue: true });
  clients.push(client.on('error', () => undefined));
  return client;
}

afterEach(() => {
  for (const client of clients.splice(0)) client.disconnect();
});

const PERIOD_MS = 1_000;
const bounds = { ...BOUNDS, maxEvents: 10_000, roomKeepMs: PERIOD_MS };

it('the journal of a room keeps entries younger than two periods, and refuses to resume from older ones', async () => {
  const prefix = base();
  const redis = connect();
  const store = new RedisResumeStore(redis, bounds, 'plain', prefix);
  const start = await store.readPosition();
  const session = { pid: 'pid', owner: 'a:1', socketId: 's', userId: 'anna', login: '', epoch: start.epoch };
  const rooms = new Map<string, RoomIntervals>([['x', [0, 0]]]);
  await store.save([{ session: { ...session, rooms }, isNew: true, keepMs: KEEP_MS }]);
  for (let seq = 1; seq <= 100; seq++) {
    await store.append('a', [{ seq, rooms: ['x'], payload: 'x'.repeat(10_000) }]);
    if (seq % 10 === 0) await new Promise((resolve) => setTimeout(resolve, PERIOD_MS / 2));
  }
  const key = `${prefix}:${start.epoch}:r:x`;
  // The next reads need the key, so it must not expire.
  await redis.persist(key);
  const entries = await redis.xrange(key, '-', '+');
  expect(entries.length).toBeLessThan(60);
  expect(entries.at(-1)?.[0]).toBe('100-1');
  const first = Number.parseInt(entries[0]?.[0] ?? '');
  const ask = { pid: 'pid', owner: 'a:1', nextOwner: 'a:2', joinedRooms: new Map(), keepMs: KEEP_MS };
  const refused = await store.restore({ ...ask, from: { ...start, n: first - 1 } });
  expect(refused).toEqual({ kind: 'refused', reason: 'trimmed' });
  const answer = await store.restore({ ...ask, from: { ...start, n: first } });
  expect(answer.kind === 'restored' && answer.records.length).toBe(100 - first);
});

it('a read of the log returns a bounded number of bytes and can be continued', async () => {
  const store = new RedisResumeStore(connect(), { ...BOUNDS, logEvents: 1_000 }, 'plain', base());
  const start = await store.readPosition();
  const payload = 'x'.repeat(100_000);
  for (let seq = 1; seq <= 150; seq++) await store.append('a', [{ seq, rooms: [], payload }]);
  let [at, reads] = [start, 0];
  while (at.n < 150) {
    const read = await store.readLog(at);
    if (read.kind !== 'read') throw new Error(read.kind);
    expect(read.records.length).toBeLessThan(50);
    at = { ...at, n: read.records.at(-1)?.n ?? 150 };
    reads++;
  }
  expect([at.n, reads]).toEqual([150, 4]);
});

describe('a restore that reads the rooms of a session in parts', () => {
  const SIZES = { small: 1_000, large: 100_000, huge: 3_000_000 };
  /** Reads to the end. @returns the numbers of the entries, and the most bytes that one read returned. */
  async function readAll(store: RedisResumeStore, start: JournalPosition): Promise<{ ns: number[]; maxBytes: number }> {
    const ns: number[] = [];
    let [from, maxBytes] = [start, 0];
    for (;;) {
      const ask = { pid: 'pid', owner: 'a:1', nextOwner: 'a:2', joinedRooms: new Map(), keepMs: KEEP_MS };
      const answer = await store.restore({ ...ask, from });
      if (answer.kind !== 'restored') throw new Error(answer.kind);
      const { records, readTo, position } = answer;
      ns.push(...records.map(({ n }) => n));
      maxBytes = Math.max(
        maxBytes,
        records.reduce((sum, { payload }) => sum + payload.length, 0),
      );
      if (readTo === position.n) return { ns, maxBytes };
      expect(readTo).toBeGreaterThan(from.n);
      from = { ...start, n: readTo };
    }
  }

  it.each(Object.entries(SIZES))(
    'returns %s entries once, in order, a bounded number of bytes at a time',
    async (_, size) => {
      const store = new RedisResumeStore(connect(), { ...BOUNDS, maxEvents: 20_000 }, 'plain', base());
      const start = await store.readPosition();
      const session = { pid: 'pid', owner: 'a:1', socketId: 's', userId: 'anna', login: '', epoch: start.epoch };
      const names = Array.from({ length: 12 }, (__, index) => `room-${index}`);
      const rooms = new Map<string, RoomIntervals>(names.map((name) => [name, [0, 0]]));
      await store.save([{ session: { ...session, rooms }, isNew: true, keepMs: KEEP_MS }]);
      const count = Math.ceil(20_000_000 / size);
      const submissions = Array.from({ length: count }, (__, index) => ({
        seq: index + 1,
        // Every fifth entry addresses two of the session's rooms, the others its first room.
        rooms: index % 5 === 0 ? [names[index % 12] ?? '', names[(index + 1) % 12] ?? ''] : [names[0] ?? ''],
        payload: 'x'.repeat(size),
      }));
      const batchSize = Math.max(1, Math.floor(1_000_000 / size));
      for (let n = 0; n < count; n += batchSize) await store.append('a', submissions.slice(n, n + batchSize));
      const { ns, maxBytes } = await readAll(store, start);
      expect(ns).toEqual(Array.from({ length: count }, (__, index) => index + 1));
      expect(maxBytes).toBeLessThan(4 * 1024 * 1024 + 2 * size);
    },
  );
});
