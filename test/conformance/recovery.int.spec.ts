/** The contract of the recovery store and its feed, for memory and Redis alike. */
import { COMMAND_OPTIONS } from '../../libs/platform/src/redis/redis-options';
import type { JournalPosition } from '../../libs/realtime/src/resume/journal/journal-entry';
import type { JournalFeed, ResumeStore, AppendRequest } from '../../libs/realtime/src/resume/stores/resume-store';
import { RedisResumeStore } from '../../libs/realtime/src/resume/stores/redis-resume-store';
import type { RoomIntervals } from '../../libs/realtime/src/resume/sessions/session-rooms';
import {
  STORE_BOUNDS,
  connectRedis,
  disconnectRedis,
  KEEP_MS,
  sessionActions,
  RECOVERY_STORES,
  submission,
  uniquePrefix,
} from './recovery-stores';

afterEach(disconnectRedis);

describe.each(RECOVERY_STORES)('recovery in %s', (_kind, create) => {
  let store: ResumeStore;
  let feed: JournalFeed;
  let start: JournalPosition;

  beforeEach(async () => {
    ({ store, feed } = create());
    start = await store.readPosition();
  });
  const { session, begin, restore, missed } = sessionActions(() => ({ store, start }));

  it('numbers entries without a gap, and appends a repeated entry once', async () => {
    await store.append('a', [submission(1, 'x'), submission(2, 'y')]);
    await store.append('a', [submission(1, 'x'), submission(2, 'y'), submission(3, 'x')]);
    await store.append('b', [submission(1)]);
    expect(await store.readPosition()).toEqual({ epoch: start.epoch, n: 4 });
    expect(await store.readLog({ epoch: start.epoch, n: 1 })).toMatchObject({
      kind: 'read',
      records: [
        { n: 2, payload: 'entry 2' },
        { n: 3, payload: 'entry 3' },
        { n: 4, payload: 'entry 1' },
      ],
    });
  });

  it('delivers every entry to subscribers in order, and passes on messages between nodes', async () => {
    const received: string[] = [];
    await new Promise<void>((resolve) =>
      feed.subscribe('a', {
        onReady: resolve,
        onRecord: (epoch, { n, payload }) => received.push(`${epoch === start.epoch} ${n} ${payload}`),
        onNodeMessage: (message) => received.push(message),
      }),
    );
    await store.append('b', [submission(1, 'x'), submission(2)]);
    expect(await feed.sendToNode('a', 'hello')).toBe(true);
    expect(await feed.sendToNode('nobody', 'hello')).toBe(false);
    while (received.length < 3) await new Promise((resolve) => setImmediate(resolve));
    expect(received).toEqual(['true 1 entry 1', 'true 2 entry 2', 'hello']);
  });

  it('reports a log that does not reach back far enough, and the epoch of another journal', async () => {
    const many = Array.from({ length: 400 }, (_, index) => submission(index + 1, 'x'));
    await store.append('a', many);
    expect(await store.readLog(start)).toEqual({ kind: 'trimmed', position: { epoch: start.epoch, n: 400 } });
    expect(await store.readLog({ epoch: '0123456789abcdef', n: 400 })).toMatchObject({ kind: 'epoch' });
  });

  it('keeps fewer entries when they are large, and refuses to restore without the removed ones', async () => {
    await begin({ x: [0, 0] });
    const payload = 'x'.repeat(1024 * 1024);
    for (let seq = 1; seq <= 150; seq++) await store.append('a', [{ seq, rooms: ['x'], payload }]);
    expect(await restore()).toEqual({ kind: 'refused', reason: 'trimmed' });
    expect(await missed({ from: { ...start, n: 146 } })).toHaveLength(4);
  });

  it('restores the entries of the session’s rooms and those for all clients, once and in order', async () => {
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

  it('restores the user’s orders from before the offset, and a room of several intervals', async () => {
    await begin({ x: [0, 2, 4, 0], '!anna': [1, 0] });
    const rooms = ['!anna', 'x', '!anna', 'x', 'x', 'x'];
    await store.append(
      'a',
      rooms.map((room, index) => submission(index + 1, room)),
    );
    expect(await missed()).toEqual(['entry 2', 'entry 3', 'entry 5', 'entry 6']);
    expect(await missed({ owner: 'b:1', nextOwner: 'b:2', from: { ...start, n: 5 } })).toEqual(['entry 3', 'entry 6']);
  });

  it('keeps the small entries of a room when a large one is appended', async () => {
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
    expect(await missed({ owner: 'b:1', joinedRooms: new Map([['z', [6, 0]]]) })).toContain('entry 7');
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
    expect(await missed({ from: { ...start, n: 400 - STORE_BOUNDS.maxEvents } })).toHaveLength(STORE_BOUNDS.maxEvents);
  });

  it('refuses to restore when entries are missing', async () => {
    await begin({ busy: [0, 0] });
    const many = Array.from({ length: 400 }, (_, index) => submission(index + 1, 'busy'));
    await store.append('a', many);
    expect(await restore()).toEqual({ kind: 'refused', reason: 'trimmed' });
    expect(await missed({ from: { ...start, n: 398 } })).toEqual(['entry 399', 'entry 400']);
  });

  it('refuses the epoch of another journal, offsets in the future and unknown sessions', async () => {
    await begin({ x: [0, 0] });
    expect(await restore({ from: { epoch: '0123456789abcdef', n: 0 } })).toEqual({ kind: 'refused', reason: 'epoch' });
    expect(await restore({ from: { ...start, n: 1 } })).toEqual({ kind: 'refused', reason: 'future' });
    expect(await restore({ pid: 'other' })).toEqual({ kind: 'refused', reason: 'unknown' });
    expect(await store.find('pid')).toMatchObject({ owner: 'a:1', socketId: 'socket', userId: 'anna' });
  });

  it('passes a session on to one owner, and lets no other node write it', async () => {
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
    await store.deleteSession('pid', 'a:1');
    expect(await store.find('pid')).not.toBeNull();
    await store.deleteSession('pid', owner);
    expect(await store.find('pid')).toBeNull();
  });

  it('delivers versions of a key in ascending order, and none twice', async () => {
    await begin({ x: [0, 0] });
    let seq = 0;
    const versionedSubmission = (version: number, dedupKey?: string, key = 'anna'): AppendRequest => ({
      seq: ++seq,
      rooms: ['x'],
      payload: `${key} ${version}\n${dedupKey ?? 'moves'}`,
      versioned: { key, version, ...(dedupKey && { dedupKey }) },
    });
    await store.append('a', [
      versionedSubmission(5, 'here'),
      versionedSubmission(4, 'away'),
      versionedSubmission(5, 'here'),
      versionedSubmission(5),
      versionedSubmission(7, 'here'),
      versionedSubmission(6),
    ]);
    await store.append('b', [
      { ...versionedSubmission(3, 'away'), seq: 1 },
      { ...versionedSubmission(8, 'away'), seq: 2 },
    ]);
    await store.append('a', [versionedSubmission(1, 'here', 'a key with spaces')]);
    expect(await missed()).toEqual(['anna 5\nhere', 'anna 5\nmoves', 'anna 8\naway', 'a key with spaces 1\nhere']);
    const log = await store.readLog(start);
    expect(log.kind === 'read' && log.records.map(({ n, payload }) => `${n} ${payload}`)).toEqual([
      '1 anna 5\nhere',
      '2 anna 4\n',
      '3 anna 5\n',
      '4 anna 5\nmoves',
      '5 anna 7\n',
      '6 anna 6\n',
      '7 anna 3\n',
      '8 anna 8\naway',
      '9 a key with spaces 1\nhere',
    ]);
  });

  it('appends each log entry once when several nodes publish it, and replays it once', async () => {
    await begin({ x: [0, 0] });
    const appendEntries = (source: string, ...seqs: number[]): Promise<void> =>
      store.append(
        source,
        seqs.map((n) => ({
          seq: n,
          rooms: ['x'],
          payload: `${source}\n${n}`,
          versioned: { key: 'log', version: n, dedupKey: `${n}`, keepMs: KEEP_MS },
        })),
      );
    await appendEntries('a', 1, 2, 3);
    await appendEntries('b', 2, 3, 4);
    await appendEntries('a', 4, 5);
    await appendEntries('c', 1, 5, 6);
    expect(await missed()).toEqual(['a\n1', 'a\n2', 'a\n3', 'b\n4', 'a\n5', 'c\n6']);
    const log = await store.readLog(start);
    const payloads = log.kind === 'read' ? log.records.map(({ payload }) => payload) : [];
    expect(payloads.filter((payload) => payload.endsWith('\n'))).toEqual(['b\n', 'b\n', 'a\n', 'c\n', 'c\n']);
    expect(payloads).toHaveLength(11);
  });

  it('remembers a version for as long as the entry says', async () => {
    await begin({ x: [0, 0] });
    const versioned = { key: 'log', version: 1, dedupKey: '1', keepMs: 1 };
    let seq = 0;
    const appendAndCount = async (): Promise<number> => {
      await store.append('a', [{ seq: ++seq, rooms: ['x'], payload: 'entry\n', versioned }]);
      return (await missed()).length;
    };
    let count = 0;
    while ((count = await appendAndCount()) < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(count).toBe(2);
  });

  it('saves the rooms as they are at the call, or keeps the live map; a new owner has its own copy', async () => {
    const known = session({});
    const rooms = known.rooms as Map<string, RoomIntervals>;
    const saving = store.save([{ session: known, isNew: true, keepMs: KEEP_MS }]);
    rooms.set('x', [0, 0]);
    expect(await saving).toEqual(['saved']);
    await store.append('a', [submission(1, 'x'), submission(2, 'y')]);
    expect(await missed()).toEqual(store.keepsLiveRooms ? ['entry 1'] : []);
    rooms.set('y', [0, 0]);
    expect(await missed()).toEqual(store.keepsLiveRooms ? ['entry 1'] : []);
  });

  it('creates a session only when asked to, and deletes it after its time', async () => {
    const save = { session: session({}), keepMs: 20 };
    expect(await store.save([{ ...save, isNew: false }])).toEqual(['absent']);
    expect(await store.save([{ ...save, isNew: true }])).toEqual(['saved']);
    while (await store.find('pid')) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await restore()).toEqual({ kind: 'refused', reason: 'unknown' });
  });
});

it('a Redis that has lost its data begins another epoch', async () => {
  const prefix = uniquePrefix();
  const redis = connectRedis(COMMAND_OPTIONS);
  const store = new RedisResumeStore(redis, STORE_BOUNDS, 'plain', prefix);
  await store.append('a', [submission(1, 'x')]);
  const before = await store.readPosition();
  await redis.del(prefix);
  const after = await store.readPosition();
  expect([before.n, after.n]).toEqual([1, 0]);
  expect(after.epoch).not.toBe(before.epoch);
  expect(await store.readLog(before)).toEqual({ kind: 'epoch', position: after });
});
