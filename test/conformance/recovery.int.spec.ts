/** The contract of the recovery store and its feed, kept by memory and Redis alike. */
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { COMMAND_OPTIONS, SUBSCRIBER_OPTIONS } from '../../libs/platform/src/redis/redis-options';
import { MemoryRecoveryStore } from '../../libs/realtime/src/recovery/memory-recovery-store';
import type { Position } from '../../libs/realtime/src/recovery/position';
import type {
  RecoveryFeed,
  RecoverySession,
  RecoveryStore,
  RestoreRequest,
  Submission,
} from '../../libs/realtime/src/recovery/recovery-store';
import type { Spans } from '../../libs/realtime/src/recovery/room-spans';
import { RedisRecoveryFeed } from '../../libs/realtime/src/recovery/redis-recovery-feed';
import { RedisRecoveryStore } from '../../libs/realtime/src/recovery/redis-recovery-store';
import { SessionRooms, SharedRooms } from '../../libs/realtime/src/recovery/session-rooms';
import { commonRedisUrl } from '../support/service-urls';

const KEEP_MS = 60_000;
const BOUNDS = { maxEvents: 100, logEvents: 100, roomKeepMs: 60_000, sessionsPerUser: 3, awayKeepMs: KEEP_MS };
/** Of a session whose socket is connected. */
const CONNECTED_MS = 2 * KEEP_MS;
const clients: Redis[] = [];
const base = (): string => `{test:${randomUUID()}}`;

function connect(options: object): Redis {
  const client = new Redis(commonRedisUrl(), { ...options, enableOfflineQueue: true });
  clients.push(client.on('error', () => undefined));
  return client;
}

interface Cluster {
  store: RecoveryStore;
  feed: RecoveryFeed;
}

const inRedis = (pubSub: 'plain' | 'sharded') => (): Cluster => {
  const prefix = base();
  const commands = connect(COMMAND_OPTIONS);
  const feed = new RedisRecoveryFeed(commands, connect(SUBSCRIBER_OPTIONS), pubSub, prefix);
  return { store: new RedisRecoveryStore(commands, BOUNDS, pubSub, prefix), feed };
};

const inMemory = (): Cluster => {
  const store = new MemoryRecoveryStore(BOUNDS, () => Date.now());
  return { store, feed: store };
};

const KINDS: [string, () => Cluster][] = [
  ['memory', inMemory],
  ['Redis', inRedis('plain')],
  ['Redis by sharded pub/sub', inRedis('sharded')],
];

afterEach(() => {
  for (const client of clients.splice(0)) client.disconnect();
});

type Rooms = Record<string, Spans>;
const NOTHING_MORE: RestoreRequest['joined'] = new Map();
const submission = (seq: number, ...rooms: string[]): Submission => ({ seq, rooms, payload: `entry ${seq}` });

describe.each(KINDS)('recovery in %s', (_kind, create) => {
  let store: RecoveryStore;
  let feed: RecoveryFeed;
  let start: Position;

  beforeEach(async () => {
    ({ store, feed } = create());
    start = await store.hello();
  });

  const session = (rooms: Rooms, changes: Partial<RecoverySession> = {}): RecoverySession => ({
    pid: 'pid',
    owner: 'a:1',
    socketId: 'socket',
    userId: 'anna',
    epoch: start.epoch,
    rooms: new Map(Object.entries({ '*': [0, 0], ...rooms })),
    login: 'login',
    ...changes,
  });
  const begin = (rooms: Rooms, changes: Partial<RecoverySession> = {}): ReturnType<RecoveryStore['save']> =>
    store.save([{ session: session(rooms, changes), fresh: true, keepMs: KEEP_MS }]);
  const restore = (changes: Partial<RestoreRequest> = {}): ReturnType<RecoveryStore['restore']> => {
    const owners = { owner: 'a:1', nextOwner: 'b:1' };
    return store.restore({ pid: 'pid', from: start, ...owners, joined: NOTHING_MORE, keepMs: KEEP_MS, ...changes });
  };
  const missed = async (changes: Partial<RestoreRequest> = {}): Promise<string[]> => {
    const answer = await restore(changes);
    if (answer.kind !== 'restored') throw new Error(JSON.stringify(answer));
    return answer.records.map(({ payload }) => payload);
  };

  it('counts entries without a gap, and knows those it has', async () => {
    await store.append('a', [submission(1, 'x'), submission(2, 'y')]);
    await store.append('a', [submission(1, 'x'), submission(2, 'y'), submission(3, 'x')]);
    await store.append('b', [submission(1)]);
    expect(await store.hello()).toEqual({ epoch: start.epoch, n: 4 });
    expect(await store.log({ epoch: start.epoch, n: 1 })).toMatchObject({
      kind: 'read',
      records: [
        { n: 2, payload: 'entry 2' },
        { n: 3, payload: 'entry 3' },
        { n: 4, payload: 'entry 1' },
      ],
    });
  });

  it('tells its listeners every entry in order, and passes words on', async () => {
    const heard: string[] = [];
    await new Promise<void>((resolve) =>
      feed.listen('a', {
        ready: resolve,
        record: (epoch, { n, payload }) => heard.push(`${epoch === start.epoch} ${n} ${payload}`),
        word: (message) => heard.push(message),
      }),
    );
    await store.append('b', [submission(1, 'x'), submission(2)]);
    expect(await feed.say('a', 'hello')).toBe(true);
    expect(await feed.say('nobody', 'hello')).toBe(false);
    while (heard.length < 3) await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toEqual(['true 1 entry 1', 'true 2 entry 2', 'hello']);
  });

  it('says where its log does not reach back, or another journal was meant', async () => {
    const many = Array.from({ length: 400 }, (_, index) => submission(index + 1, 'x'));
    await store.append('a', many);
    expect(await store.log(start)).toEqual({ kind: 'trimmed', position: { epoch: start.epoch, n: 400 } });
    expect(await store.log({ epoch: '0123456789abcdef', n: 400 })).toMatchObject({ kind: 'epoch' });
  });

  it('keeps fewer entries where they are large, and owns up to what is gone', async () => {
    await begin({ x: [0, 0] });
    const payload = 'x'.repeat(1024 * 1024);
    for (let seq = 1; seq <= 150; seq++) await store.append('a', [{ seq, rooms: ['x'], payload }]);
    expect(await restore()).toEqual({ kind: 'refused', reason: 'trimmed' });
    expect(await missed({ from: { ...start, n: 146 } })).toHaveLength(4);
  });

  it('restores what the rooms of the session and everybody got, each once and in order', async () => {
    await begin({ x: [0, 0], y: [0, 0] });
    await store.append('a', [
      submission(1, 'x'),
      submission(2, 'elsewhere'),
      submission(3, 'x', 'y'),
      submission(4),
      submission(5, 'y'),
    ]);
    expect(await missed()).toEqual(['entry 1', 'entry 3', 'entry 4', 'entry 5']);
    expect(await missed({ owner: 'b:1', nextOwner: 'b:2', from: { ...start, n: 3 } })).toEqual(['entry 4', 'entry 5']);
  });

  it('reads orders wherever the offset is, and the rooms of several stays', async () => {
    await begin({ x: [0, 2, 4, 0], '!anna': [1, 0] });
    const rooms = ['!anna', 'x', '!anna', 'x', 'x', 'x'];
    await store.append(
      'a',
      rooms.map((room, index) => submission(index + 1, room)),
    );
    expect(await missed()).toEqual(['entry 2', 'entry 3', 'entry 5', 'entry 6']);
    expect(await missed({ owner: 'b:1', nextOwner: 'b:2', from: { ...start, n: 5 } })).toEqual(['entry 3', 'entry 6']);
  });

  it('one large entry does not drive out what is small', async () => {
    await begin({ x: [0, 0] });
    const small = Array.from({ length: 80 }, (_, index) => submission(index + 1, 'x'));
    await store.append('a', small);
    await store.append('a', [{ seq: 81, rooms: ['x'], payload: 'x'.repeat(300_000) }]);
    expect(await missed()).toHaveLength(81);
  });

  it('restores nothing from before a room was joined or after it was left', async () => {
    await begin({ x: [2, 0], y: [0, 3] });
    await store.append(
      'a',
      [1, 2, 3, 4].map((seq) => submission(seq, seq % 2 === 1 ? 'y' : 'x')),
    );
    await store.append('a', [submission(5, 'y'), submission(6, 'x'), submission(7, 'z')]);
    expect(await missed()).toEqual(['entry 1', 'entry 3', 'entry 4', 'entry 6']);
    expect(await missed({ owner: 'b:1', joined: new Map([['z', [6, 0]]]) })).toContain('entry 7');
  });

  it('reads the rooms of the session and nothing else', async () => {
    await begin({ quiet: [0, 0] });
    const many = Array.from({ length: 400 }, (_, index) => submission(index + 1, 'busy'));
    await store.append('a', many);
    expect(await missed()).toEqual([]);
  });

  it('restores as many entries as are kept, to the last one', async () => {
    await begin({ busy: [0, 0] });
    const many = Array.from({ length: 400 }, (_, index) => submission(index + 1, 'busy'));
    await store.append('a', many);
    expect(await missed({ from: { ...start, n: 400 - BOUNDS.maxEvents } })).toHaveLength(BOUNDS.maxEvents);
  });

  it('refuses where it would leave something out', async () => {
    await begin({ busy: [0, 0] });
    const many = Array.from({ length: 400 }, (_, index) => submission(index + 1, 'busy'));
    await store.append('a', many);
    expect(await restore()).toEqual({ kind: 'refused', reason: 'trimmed' });
    expect(await missed({ from: { ...start, n: 398 } })).toEqual(['entry 399', 'entry 400']);
  });

  it('refuses other journals and offsets nobody was given', async () => {
    await begin({ x: [0, 0] });
    expect(await restore({ from: { epoch: '0123456789abcdef', n: 0 } })).toEqual({ kind: 'refused', reason: 'epoch' });
    expect(await restore({ from: { ...start, n: 1 } })).toEqual({ kind: 'refused', reason: 'future' });
    expect(await restore({ pid: 'other' })).toEqual({ kind: 'refused', reason: 'unknown' });
    expect(await store.find('pid')).toMatchObject({ owner: 'a:1', socketId: 'socket', userId: 'anna' });
  });

  it('hands a session on to one owner, and lets nobody else write it', async () => {
    await begin({ x: [0, 0] });
    const answers = await Promise.all(['b:1', 'c:1', 'd:1'].map((nextOwner) => restore({ nextOwner })));
    expect(answers.map(({ kind }) => kind).sort()).toEqual(['moved', 'moved', 'restored']);
    const { owner } = (await store.find('pid'))!;
    expect(answers.filter((answer) => answer.kind === 'moved')).toEqual(
      Array.from({ length: 2 }, () => ({ kind: 'moved', owner })),
    );
    expect(await begin({})).toEqual(['foreign']);
    expect(
      await store.touch(
        [
          { pid: 'pid', owner: 'a:1' },
          { pid: 'pid', owner },
        ],
        KEEP_MS,
      ),
    ).toEqual([false, true]);
    await store.drop('pid', 'a:1');
    expect(await store.find('pid')).not.toBeNull();
    await store.drop('pid', owner);
    expect(await store.find('pid')).toBeNull();
  });

  it('puts words about one thing in order, and says none twice', async () => {
    await begin({ x: [0, 0] });
    let seq = 0;
    const say = (turn: number, says?: string, about = 'anna'): Submission => ({
      seq: ++seq,
      rooms: ['x'],
      payload: `${about} ${turn}\n${says ?? 'moves'}`,
      word: { about, turn, ...(says && { says }) },
    });
    await store.append('a', [say(5, 'here'), say(4, 'gone'), say(5, 'here'), say(5), say(7, 'here'), say(6)]);
    await store.append('b', [
      { ...say(3, 'gone'), seq: 1 },
      { ...say(8, 'gone'), seq: 2 },
    ]);
    await store.append('a', [say(1, 'here', 'a player of two names')]);
    expect(await missed()).toEqual(['anna 5\nhere', 'anna 5\nmoves', 'anna 8\ngone', 'a player of two names 1\nhere']);
    const log = await store.log(start);
    expect(log.kind === 'read' && log.records.map(({ n, payload }) => `${n} ${payload}`)).toEqual([
      '1 anna 5\nhere',
      '2 anna 4\n',
      '3 anna 5\n',
      '4 anna 5\nmoves',
      '5 anna 7\n',
      '6 anna 6\n',
      '7 anna 3\n',
      '8 anna 8\ngone',
      '9 a player of two names 1\nhere',
    ]);
  });

  it('has read the rooms when it has been told of them, or keeps those very ones; who takes over has its own', async () => {
    const known = session({});
    const rooms = known.rooms as Map<string, Spans>;
    const saving = store.save([{ session: known, fresh: true, keepMs: KEEP_MS }]);
    rooms.set('x', [0, 0]);
    expect(await saving).toEqual(['saved']);
    await store.append('a', [submission(1, 'x'), submission(2, 'y')]);
    expect(await missed()).toEqual(store.keeps ? ['entry 1'] : []);
    rooms.set('y', [0, 0]);
    expect(await missed()).toEqual(store.keeps ? ['entry 1'] : []);
  });

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

  it('begins a session only where that is meant, and forgets it in time', async () => {
    const save = { session: session({}), keepMs: 20 };
    expect(await store.save([{ ...save, fresh: false }])).toEqual(['absent']);
    expect(await store.save([{ ...save, fresh: true }])).toEqual(['saved']);
    while (await store.find('pid')) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await restore()).toEqual({ kind: 'refused', reason: 'unknown' });
  });
});

it('a Redis that has lost its data begins another epoch', async () => {
  const prefix = base();
  const redis = connect(COMMAND_OPTIONS);
  const store = new RedisRecoveryStore(redis, BOUNDS, 'plain', prefix);
  await store.append('a', [submission(1, 'x')]);
  const before = await store.hello();
  await redis.del(prefix);
  const after = await store.hello();
  expect([before.n, after.n]).toEqual([1, 0]);
  expect(after.epoch).not.toBe(before.epoch);
  expect(await store.log(before)).toEqual({ kind: 'epoch', position: after });
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
    const prefix = base();
    const redis = connect(COMMAND_OPTIONS);
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
    const prefix = base();
    const redis = connect(COMMAND_OPTIONS);
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
    const prefix = base();
    const redis = connect(COMMAND_OPTIONS);
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
