/** The contract of the recovery store and its feed, kept by memory and Redis alike. */
import { COMMAND_OPTIONS } from '../../libs/platform/src/redis/redis-options';
import type { Position } from '../../libs/realtime/src/recovery/position';
import type { RecoveryFeed, RecoveryStore, Submission } from '../../libs/realtime/src/recovery/recovery-store';
import { RedisRecoveryStore } from '../../libs/realtime/src/recovery/redis-recovery-store';
import type { Spans } from '../../libs/realtime/src/recovery/room-spans';
import {
  BOUNDS,
  connectRedis,
  disconnectRedis,
  KEEP_MS,
  sessionActions,
  STORES,
  submission,
  uniquePrefix,
} from './recovery-stores';

afterEach(disconnectRedis);

describe.each(STORES)('recovery in %s', (_kind, create) => {
  let store: RecoveryStore;
  let feed: RecoveryFeed;
  let start: Position;

  beforeEach(async () => {
    ({ store, feed } = create());
    start = await store.hello();
  });
  const { session, begin, restore, missed } = sessionActions(() => ({ store, start }));

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
      versioned: { key: about, version: turn, ...(says && { dedupKey: says }) },
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

  it('takes each entry of a log once, whichever node publishes it, and a restore replays it once', async () => {
    await begin({ x: [0, 0] });
    const entries = (source: string, ...seqs: number[]): Promise<void> =>
      store.append(
        source,
        seqs.map((n) => ({
          seq: n,
          rooms: ['x'],
          payload: `${source}\n${n}`,
          versioned: { key: 'log', version: n, dedupKey: `${n}`, keepMs: KEEP_MS },
        })),
      );
    await entries('a', 1, 2, 3);
    await entries('b', 2, 3, 4);
    await entries('a', 4, 5);
    await entries('c', 1, 5, 6);
    expect(await missed()).toEqual(['a\n1', 'a\n2', 'a\n3', 'b\n4', 'a\n5', 'c\n6']);
    const log = await store.log(start);
    const payloads = log.kind === 'read' ? log.records.map(({ payload }) => payload) : [];
    expect(payloads.filter((payload) => payload.endsWith('\n'))).toEqual(['b\n', 'b\n', 'a\n', 'c\n', 'c\n']);
    expect(payloads).toHaveLength(11);
  });

  it('remembers a version for as long as the event says', async () => {
    await begin({ x: [0, 0] });
    const versioned = { key: 'log', version: 1, dedupKey: '1', keepMs: 1 };
    let seq = 0;
    const taken = async (): Promise<number> => {
      await store.append('a', [{ seq: ++seq, rooms: ['x'], payload: 'entry\n', versioned }]);
      return (await missed()).length;
    };
    let count = 0;
    while ((count = await taken()) < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(count).toBe(2);
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

  it('begins a session only where that is meant, and forgets it in time', async () => {
    const save = { session: session({}), keepMs: 20 };
    expect(await store.save([{ ...save, fresh: false }])).toEqual(['absent']);
    expect(await store.save([{ ...save, fresh: true }])).toEqual(['saved']);
    while (await store.find('pid')) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await restore()).toEqual({ kind: 'refused', reason: 'unknown' });
  });
});

it('a Redis that has lost its data begins another epoch', async () => {
  const prefix = uniquePrefix();
  const redis = connectRedis(COMMAND_OPTIONS);
  const store = new RedisRecoveryStore(redis, BOUNDS, 'plain', prefix);
  await store.append('a', [submission(1, 'x')]);
  const before = await store.hello();
  await redis.del(prefix);
  const after = await store.hello();
  expect([before.n, after.n]).toEqual([1, 0]);
  expect(after.epoch).not.toBe(before.epoch);
  expect(await store.log(before)).toEqual({ kind: 'epoch', position: after });
});
