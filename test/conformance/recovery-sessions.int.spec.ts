/** How many sessions of a user the recovery store keeps, and what those cost that share their rooms. */
import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { COMMAND_OPTIONS } from '../../libs/platform/src/redis/redis-options';
import type { Position } from '../../libs/realtime/src/recovery/position';
import type { RecoverySession, RecoveryStore } from '../../libs/realtime/src/recovery/recovery-store';
import { RedisRecoveryStore } from '../../libs/realtime/src/recovery/redis-recovery-store';
import type { Spans } from '../../libs/realtime/src/recovery/room-spans';
import { SessionRooms, SharedRooms } from '../../libs/realtime/src/recovery/session-rooms';
import {
  BOUNDS,
  connectRedis,
  CONNECTED_MS,
  disconnectRedis,
  KEEP_MS,
  NOTHING_MORE,
  type Rooms,
  sessionActions,
  STORES,
  submission,
  uniquePrefix,
} from './recovery-stores';

afterEach(disconnectRedis);

describe.each(STORES)('sessions of a user in %s', (_kind, create) => {
  let store: RecoveryStore;
  let start: Position;

  beforeEach(async () => {
    ({ store } = create());
    start = await store.hello();
  });
  const { session, begin, restore, missed } = sessionActions(() => ({ store, start }));

  const keep = (pid: string, keepMs: number, changes: Partial<RecoverySession> = {}, fresh = true): Promise<unknown> =>
    store.save([{ session: session({}, { pid, ...changes }), fresh, keepMs }]);
  const kept = async (...pids: string[]): Promise<boolean[]> =>
    Promise.all(pids.map(async (pid) => (await store.find(pid)) !== null));

  it('a further session of a user takes the place of the one that has been away for longest', async () => {
    await keep('second', KEEP_MS - 2_000);
    await keep('first', KEEP_MS - 3_000);
    await keep('third', KEEP_MS - 1_000);
    await keep('of another', KEEP_MS - 4_000, { userId: 'ben' });
    await keep('fourth', CONNECTED_MS);
    expect(await kept('first', 'second', 'third', 'fourth', 'of another')).toEqual([false, true, true, true, true]);
    await keep('fifth', CONNECTED_MS);
    expect(await kept('second', 'third', 'fourth', 'fifth')).toEqual([false, true, true, true]);
  });

  it('sessions of connected sockets never give way, and those that end do', async () => {
    const pids = ['1', '2', '3', '4', '5'];
    for (const pid of pids) await keep(pid, CONNECTED_MS);
    expect(await kept(...pids)).toEqual([true, true, true, true, true]);
    await keep('2', KEEP_MS, {}, false);
    expect(await kept(...pids)).toEqual([true, false, true, true, true]);
    await store.touch([{ pid: '1', owner: 'a:1' }], KEEP_MS);
    await keep('6', CONNECTED_MS);
    expect(await kept(...pids, '6')).toEqual([false, false, true, true, true, true]);
  });

  it('sessions that have ended or expired count no more', async () => {
    for (const pid of ['1', '2']) await keep(pid, 20);
    await keep('3', KEEP_MS);
    while ((await kept('1', '2')).includes(true)) await new Promise((resolve) => setTimeout(resolve, 5));
    await keep('4', KEEP_MS);
    await keep('5', KEEP_MS);
    expect(await kept('3', '4', '5')).toEqual([true, true, true]);
    await store.drop('4', 'a:1');
    await keep('6', KEEP_MS);
    expect(await kept('3', '5', '6')).toEqual([true, true, true]);
  });

  it('a restored session counts as connected', async () => {
    for (const pid of ['1', '2', '3']) await keep(pid, KEEP_MS);
    await restore({ pid: '1', keepMs: CONNECTED_MS });
    await keep('4', KEEP_MS);
    expect(await kept('1', '2', '3', '4')).toEqual([true, false, true, true]);
  });

  /** Of a session that shares a set of rooms with those of the same user. */
  const shared = (registry: SharedRooms, count: number, since: number, more: Rooms = {}): SessionRooms => {
    const own = Array.from({ length: count }, (_, n): [string, Spans] => [`room ${n}`, [since, 0]]);
    const rooms = SessionRooms.of(new Map<string, Spans>([['*', [since, 0]], ...own, ...Object.entries(more)]));
    registry.share('anna', rooms);
    return rooms;
  };

  it('sessions that share their rooms are restored each from its own positions, with what it joined and left itself', async () => {
    const registry = new SharedRooms();
    const first = shared(registry, 100, 0);
    const second = shared(registry, 100, 2, { 'room 5': [1, 3], 'room of its own': [0, 0] });
    second.delete('room 6');
    await store.save([
      { session: session({}, { pid: 'first', rooms: first }), fresh: true, keepMs: KEEP_MS },
      { session: session({}, { pid: 'second', rooms: second }), fresh: true, keepMs: KEEP_MS },
    ]);
    const named = ['room 4', 'room 5', 'room 5', 'room 5', 'room 6', 'room 4', 'room of its own', 'elsewhere'];
    await store.append(
      'a',
      named.map((room, index) => submission(index + 1, room)),
    );
    expect(await missed({ pid: 'first' })).toEqual([1, 2, 3, 4, 5, 6].map((n) => `entry ${n}`));
    expect(await missed({ pid: 'second' })).toEqual([2, 3, 6, 7].map((n) => `entry ${n}`));
    const answer = await restore({ pid: 'second', owner: 'b:1', nextOwner: 'b:2' });
    if (answer.kind !== 'restored') throw new Error(JSON.stringify(answer));
    const names = ['room 4', 'room 5', 'room 6', 'room of its own', 'elsewhere'];
    expect(names.map((room) => answer.rooms.get(room))).toEqual([[2, 0], [1, 3], undefined, [0, 0], undefined]);
    expect([...answer.rooms].length).toBe(101);
  });

  it('what a session that shares its rooms changes later is stored for it alone', async () => {
    const registry = new SharedRooms();
    const [first, second] = [shared(registry, 100, 0), shared(registry, 100, 0)];
    const saves = [first, second].map((rooms, n) => ({
      session: session({}, { pid: `${n}`, rooms }),
      fresh: true,
      keepMs: KEEP_MS,
    }));
    await store.save(saves);
    first.leave('room 1', [0, 1], 32);
    await store.save(saves);
    await store.append('a', [submission(1, 'room 1'), submission(2, 'room 1')]);
    expect(await missed({ pid: '0' })).toEqual(['entry 1']);
    expect(await missed({ pid: '1' })).toEqual(['entry 1', 'entry 2']);
  });

  it('a session whose rooms were given up is refused', async () => {
    await begin({ x: [0, 0] });
    await begin({}, { epoch: '' });
    expect(await restore()).toEqual({ kind: 'refused', reason: 'epoch' });
  });
});

describe('what sessions cost in Redis', () => {
  const ROOMS = 2_000;
  const SESSIONS = 10;
  const bounds = { ...BOUNDS, sessionsPerUser: SESSIONS };

  async function stored(redis: Redis, prefix: string): Promise<number> {
    const keys = await redis.keys(`${prefix}*`);
    const sizes = await Promise.all(keys.map((key) => redis.memory('USAGE', key, 'SAMPLES', 0)));
    return sizes.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0);
  }
  const names = (rooms: number): string[] =>
    Array.from({ length: rooms }, (_, n) => `conversation:${randomUUID()}${n}`);

  it('sessions of one user in the same rooms cost little more than one of them, also on several nodes', async () => {
    const prefix = uniquePrefix();
    const redis = connectRedis(COMMAND_OPTIONS);
    const rooms = names(ROOMS);
    const sizes: number[] = [];
    for (let n = 0; n < SESSIONS; n++) {
      // Each on a node of its own: the set is known by its content.
      const store = new RedisRecoveryStore(redis, bounds, 'plain', prefix);
      const { epoch } = await store.hello();
      const own = SessionRooms.of(new Map(rooms.map((room): [string, Spans] => [room, [n, 0]])));
      new SharedRooms().share('anna', own);
      const session = { pid: `${n}`, owner: 'a:1', socketId: 's', userId: 'anna', login: '', epoch, rooms: own };
      expect(await store.save([{ session, fresh: true, keepMs: KEEP_MS }])).toEqual(['saved']);
      sizes.push(await stored(redis, prefix));
    }
    const [one = 0, all = 0] = [sizes[0], sizes.at(-1)];
    expect(all).toBeLessThan(one * 1.1);
  });

  it('a set of rooms that Redis has lost is stored again, and lives as long as the sessions that need it', async () => {
    const prefix = uniquePrefix();
    const redis = connectRedis(COMMAND_OPTIONS);
    const store = new RedisRecoveryStore(redis, bounds, 'plain', prefix);
    const start = await store.hello();
    const own = SessionRooms.of(new Map(names(100).map((room): [string, Spans] => [room, [0, 0]])));
    new SharedRooms().share('anna', own);
    const session = {
      pid: 'pid',
      owner: 'a:1',
      socketId: 's',
      userId: 'anna',
      login: '',
      epoch: start.epoch,
      rooms: own,
    };
    await store.save([{ session, fresh: true, keepMs: KEEP_MS }]);
    const [key = ''] = await redis.keys(`${prefix}:rooms:*`);
    await redis.del(key);
    const request = {
      pid: 'pid',
      from: start,
      owner: 'a:1',
      nextOwner: 'a:2',
      joined: NOTHING_MORE,
      keepMs: CONNECTED_MS,
    };
    expect(await store.restore(request)).toEqual({ kind: 'refused', reason: 'unknown' });
    expect(await store.save([{ session, fresh: false, keepMs: KEEP_MS }])).toEqual(['saved']);
    expect(await redis.pttl(key)).toBeGreaterThan(KEEP_MS / 2);
    await store.touch([{ pid: 'pid', owner: 'a:1' }], 2 * CONNECTED_MS);
    expect(await redis.pttl(key)).toBeGreaterThan(CONNECTED_MS);
    await store.save([{ session, fresh: false, keepMs: 10 }]);
    expect(await redis.pttl(key)).toBeGreaterThan(CONNECTED_MS);
  });

  it('a node that does not know shared rooms refuses such a session instead of restoring part of it', async () => {
    const prefix = uniquePrefix();
    const redis = connectRedis(COMMAND_OPTIONS);
    const store = new RedisRecoveryStore(redis, bounds, 'plain', prefix);
    const { epoch } = await store.hello();
    const own = SessionRooms.of(new Map(names(100).map((room): [string, Spans] => [room, [0, 0]])));
    new SharedRooms().share('anna', own);
    const session = { pid: 'pid', owner: 'a:1', socketId: 's', userId: 'anna', login: '', epoch, rooms: own };
    await store.save([{ session, fresh: true, keepMs: KEEP_MS }]);
    // Such a node compares this field with the epoch of the journal.
    expect(await redis.hget(`${prefix}:s:pid`, 'epoch')).not.toBe(epoch);
  });
});
