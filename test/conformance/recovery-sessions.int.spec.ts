/** The bound on stored sessions per user, and the memory that sessions with shared rooms take. */
import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { COMMAND_OPTIONS } from '../../libs/platform/src/redis/redis-options';
import type { JournalPosition } from '../../libs/realtime/src/resume/journal/journal-entry';
import type { StoredSession, ResumeStore } from '../../libs/realtime/src/resume/stores/resume-store';
import { RedisResumeStore } from '../../libs/realtime/src/resume/stores/redis-resume-store';
import {
  type RoomIntervals,
  SessionRooms,
  SharedRoomSets,
} from '../../libs/realtime/src/resume/sessions/session-rooms';
import {
  STORE_BOUNDS,
  connectRedis,
  CONNECTED_MS,
  disconnectRedis,
  KEEP_MS,
  NO_JOINED_ROOMS,
  type IntervalsByRoom,
  sessionActions,
  RECOVERY_STORES,
  submission,
  uniquePrefix,
} from './recovery-stores';

afterEach(disconnectRedis);

describe.each(RECOVERY_STORES)('sessions of a user in %s', (_kind, create) => {
  let store: ResumeStore;
  let start: JournalPosition;

  beforeEach(async () => {
    ({ store } = create());
    start = await store.readPosition();
  });
  const { session, begin, restore, missed } = sessionActions(() => ({ store, start }));

  const saveSession = (
    pid: string,
    keepMs: number,
    changes: Partial<StoredSession> = {},
    isNew = true,
  ): Promise<unknown> => store.save([{ session: session({}, { pid, ...changes }), isNew, keepMs }]);
  const sessionsExist = async (...pids: string[]): Promise<boolean[]> =>
    Promise.all(pids.map(async (pid) => (await store.find(pid)) !== null));

  it('a session beyond the bound replaces the one that has been disconnected for longest', async () => {
    await saveSession('second', KEEP_MS - 2_000);
    await saveSession('first', KEEP_MS - 3_000);
    await saveSession('third', KEEP_MS - 1_000);
    await saveSession('ben', KEEP_MS - 4_000, { userId: 'ben' });
    await saveSession('fourth', CONNECTED_MS);
    expect(await sessionsExist('first', 'second', 'third', 'fourth', 'ben')).toEqual([false, true, true, true, true]);
    await saveSession('fifth', CONNECTED_MS);
    expect(await sessionsExist('second', 'third', 'fourth', 'fifth')).toEqual([false, true, true, true]);
  });

  it('sessions of connected sockets are never replaced, those of disconnected sockets are', async () => {
    const pids = ['1', '2', '3', '4', '5'];
    for (const pid of pids) await saveSession(pid, CONNECTED_MS);
    expect(await sessionsExist(...pids)).toEqual([true, true, true, true, true]);
    await saveSession('2', KEEP_MS, {}, false);
    expect(await sessionsExist(...pids)).toEqual([true, false, true, true, true]);
    await store.touch([{ pid: '1', owner: 'a:1' }], KEEP_MS);
    await saveSession('6', CONNECTED_MS);
    expect(await sessionsExist(...pids, '6')).toEqual([false, false, true, true, true, true]);
  });

  it('deleted and expired sessions do not count towards the bound', async () => {
    for (const pid of ['1', '2']) await saveSession(pid, 20);
    await saveSession('3', KEEP_MS);
    while ((await sessionsExist('1', '2')).includes(true)) await new Promise((resolve) => setTimeout(resolve, 5));
    await saveSession('4', KEEP_MS);
    await saveSession('5', KEEP_MS);
    expect(await sessionsExist('3', '4', '5')).toEqual([true, true, true]);
    await store.deleteSession('4', 'a:1');
    await saveSession('6', KEEP_MS);
    expect(await sessionsExist('3', '5', '6')).toEqual([true, true, true]);
  });

  it('a restored session counts as connected', async () => {
    for (const pid of ['1', '2', '3']) await saveSession(pid, KEEP_MS);
    await restore({ pid: '1', keepMs: CONNECTED_MS });
    await saveSession('4', KEEP_MS);
    expect(await sessionsExist('1', '2', '3', '4')).toEqual([true, false, true, true]);
  });

  /** The rooms of a session that shares a set of rooms with the other sessions of its user. */
  const shareRooms = (
    registry: SharedRoomSets,
    count: number,
    since: number,
    more: IntervalsByRoom = {},
  ): SessionRooms => {
    const own = Array.from({ length: count }, (_, n): [string, RoomIntervals] => [`room ${n}`, [since, 0]]);
    const rooms = SessionRooms.of(new Map<string, RoomIntervals>([['*', [since, 0]], ...own, ...Object.entries(more)]));
    registry.share('anna', rooms);
    return rooms;
  };

  it('sessions with shared rooms are restored from their own positions, with the rooms they joined and left', async () => {
    const registry = new SharedRoomSets();
    const first = shareRooms(registry, 100, 0);
    const second = shareRooms(registry, 100, 2, { 'room 5': [1, 3], 'room of its own': [0, 0] });
    second.delete('room 6');
    await store.save([
      { session: session({}, { pid: 'first', rooms: first }), isNew: true, keepMs: KEEP_MS },
      { session: session({}, { pid: 'second', rooms: second }), isNew: true, keepMs: KEEP_MS },
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

  it('a later change of one session with shared rooms is stored for that session alone', async () => {
    const registry = new SharedRoomSets();
    const [first, second] = [shareRooms(registry, 100, 0), shareRooms(registry, 100, 0)];
    const saves = [first, second].map((rooms, n) => ({
      session: session({}, { pid: `${n}`, rooms }),
      isNew: true,
      keepMs: KEEP_MS,
    }));
    await store.save(saves);
    first.recordLeave('room 1', [0, 1], 32);
    await store.save(saves);
    await store.append('a', [submission(1, 'room 1'), submission(2, 'room 1')]);
    expect(await missed({ pid: '0' })).toEqual(['entry 1']);
    expect(await missed({ pid: '1' })).toEqual(['entry 1', 'entry 2']);
  });

  it('a session saved as not resumable is refused', async () => {
    await begin({ x: [0, 0] });
    await begin({}, { epoch: '' });
    expect(await restore()).toEqual({ kind: 'refused', reason: 'epoch' });
  });
});

describe('what sessions cost in Redis', () => {
  const ROOMS = 2_000;
  const SESSIONS = 10;
  const bounds = { ...STORE_BOUNDS, sessionsPerUser: SESSIONS };

  async function memoryUsage(redis: Redis, prefix: string): Promise<number> {
    const keys = await redis.keys(`${prefix}*`);
    const sizes = await Promise.all(keys.map((key) => redis.memory('USAGE', key, 'SAMPLES', 0)));
    return sizes.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0);
  }
  const names = (rooms: number): string[] =>
    Array.from({ length: rooms }, (_, n) => `conversation:${randomUUID()}${n}`);

  it('ten sessions of a user in the same rooms cost little more than one, also on several nodes', async () => {
    const prefix = uniquePrefix();
    const redis = connectRedis(COMMAND_OPTIONS);
    const rooms = names(ROOMS);
    const sizes: number[] = [];
    for (let n = 0; n < SESSIONS; n++) {
      // Each on a node of its own: the shared set is found by the hash of its content.
      const store = new RedisResumeStore(redis, bounds, 'plain', prefix);
      const { epoch } = await store.readPosition();
      const own = SessionRooms.of(new Map(rooms.map((room): [string, RoomIntervals] => [room, [n, 0]])));
      new SharedRoomSets().share('anna', own);
      const session = { pid: `${n}`, owner: 'a:1', socketId: 's', userId: 'anna', login: '', epoch, rooms: own };
      expect(await store.save([{ session, isNew: true, keepMs: KEEP_MS }])).toEqual(['saved']);
      sizes.push(await memoryUsage(redis, prefix));
    }
    const [first = 0, total = 0] = [sizes[0], sizes.at(-1)];
    expect(total).toBeLessThan(first * 1.1);
  });

  it('a set of rooms that Redis has lost is stored again, and expires no earlier than the sessions using it', async () => {
    const prefix = uniquePrefix();
    const redis = connectRedis(COMMAND_OPTIONS);
    const store = new RedisResumeStore(redis, bounds, 'plain', prefix);
    const start = await store.readPosition();
    const own = SessionRooms.of(new Map(names(100).map((room): [string, RoomIntervals] => [room, [0, 0]])));
    new SharedRoomSets().share('anna', own);
    const session = {
      pid: 'pid',
      owner: 'a:1',
      socketId: 's',
      userId: 'anna',
      login: '',
      epoch: start.epoch,
      rooms: own,
    };
    await store.save([{ session, isNew: true, keepMs: KEEP_MS }]);
    const [key = ''] = await redis.keys(`${prefix}:rooms:*`);
    await redis.del(key);
    const request = {
      pid: 'pid',
      from: start,
      owner: 'a:1',
      nextOwner: 'a:2',
      joinedRooms: NO_JOINED_ROOMS,
      keepMs: CONNECTED_MS,
    };
    expect(await store.restore(request)).toEqual({ kind: 'refused', reason: 'unknown' });
    expect(await store.save([{ session, isNew: false, keepMs: KEEP_MS }])).toEqual(['saved']);
    expect(await redis.pttl(key)).toBeGreaterThan(KEEP_MS / 2);
    await store.touch([{ pid: 'pid', owner: 'a:1' }], 2 * CONNECTED_MS);
    expect(await redis.pttl(key)).toBeGreaterThan(CONNECTED_MS);
    await store.save([{ session, isNew: false, keepMs: 10 }]);
    expect(await redis.pttl(key)).toBeGreaterThan(CONNECTED_MS);
  });

  it('a node of a version without shared rooms refuses such a session instead of restoring a part of it', async () => {
    const prefix = uniquePrefix();
    const redis = connectRedis(COMMAND_OPTIONS);
    const store = new RedisResumeStore(redis, bounds, 'plain', prefix);
    const { epoch } = await store.readPosition();
    const own = SessionRooms.of(new Map(names(100).map((room): [string, RoomIntervals] => [room, [0, 0]])));
    new SharedRoomSets().share('anna', own);
    const session = { pid: 'pid', owner: 'a:1', socketId: 's', userId: 'anna', login: '', epoch, rooms: own };
    await store.save([{ session, isNew: true, keepMs: KEEP_MS }]);
    // A node of that version compares this field with the epoch of the journal.
    expect(await redis.hget(`${prefix}:s:pid`, 'epoch')).not.toBe(epoch);
  });
});
