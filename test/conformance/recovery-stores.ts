/** The stores of recovery under test, each with a journal of its own, and what both suites of their contract do with them. */
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
import { RedisRecoveryFeed } from '../../libs/realtime/src/recovery/redis-recovery-feed';
import { RedisRecoveryStore } from '../../libs/realtime/src/recovery/redis-recovery-store';
import type { Spans } from '../../libs/realtime/src/recovery/room-spans';
import { commonRedisUrl } from '../support/service-urls';

export const KEEP_MS = 60_000;
export const BOUNDS = { maxEvents: 100, logEvents: 100, roomKeepMs: 60_000, sessionsPerUser: 3, awayKeepMs: KEEP_MS };
/** Of a session whose socket is connected. */
export const CONNECTED_MS = 2 * KEEP_MS;
const clients: Redis[] = [];
export const uniquePrefix = (): string => `{test:${randomUUID()}}`;

export function connectRedis(options: object): Redis {
  const client = new Redis(commonRedisUrl(), { ...options, enableOfflineQueue: true });
  clients.push(client.on('error', () => undefined));
  return client;
}

/** For `afterEach`. */
export function disconnectRedis(): void {
  for (const client of clients.splice(0)) client.disconnect();
}

export interface StoreUnderTest {
  store: RecoveryStore;
  feed: RecoveryFeed;
}

const inRedis = (pubSub: 'plain' | 'sharded') => (): StoreUnderTest => {
  const prefix = uniquePrefix();
  const commands = connectRedis(COMMAND_OPTIONS);
  const feed = new RedisRecoveryFeed(commands, connectRedis(SUBSCRIBER_OPTIONS), pubSub, prefix);
  return { store: new RedisRecoveryStore(commands, BOUNDS, pubSub, prefix), feed };
};

const inMemory = (): StoreUnderTest => {
  const store = new MemoryRecoveryStore(BOUNDS, () => Date.now());
  return { store, feed: store };
};

export const STORES: [string, () => StoreUnderTest][] = [
  ['memory', inMemory],
  ['Redis', inRedis('plain')],
  ['Redis by sharded pub/sub', inRedis('sharded')],
];

export type Rooms = Record<string, Spans>;
export const NOTHING_MORE: RestoreRequest['joined'] = new Map();
export const submission = (seq: number, ...rooms: string[]): Submission => ({ seq, rooms, payload: `entry ${seq}` });

export interface SessionActions {
  /** Anna's, in these rooms. */
  session(rooms: Rooms, changes?: Partial<RecoverySession>): RecoverySession;
  begin(rooms: Rooms, changes?: Partial<RecoverySession>): ReturnType<RecoveryStore['save']>;
  restore(changes?: Partial<RestoreRequest>): ReturnType<RecoveryStore['restore']>;
  /** The entries that a restore gives back. */
  missed(changes?: Partial<RestoreRequest>): Promise<string[]>;
}

/** `current`: the store that a test has, and where its journal stood at the beginning. */
export function sessionActions(current: () => { store: RecoveryStore; start: Position }): SessionActions {
  const session: SessionActions['session'] = (rooms, changes = {}) => ({
    pid: 'pid',
    owner: 'a:1',
    socketId: 'socket',
    userId: 'anna',
    epoch: current().start.epoch,
    rooms: new Map(Object.entries({ '*': [0, 0], ...rooms })),
    login: 'login',
    ...changes,
  });
  const restore: SessionActions['restore'] = (changes = {}) => {
    const { store, start } = current();
    const owners = { owner: 'a:1', nextOwner: 'b:1' };
    return store.restore({ pid: 'pid', from: start, ...owners, joined: NOTHING_MORE, keepMs: KEEP_MS, ...changes });
  };
  return {
    session,
    restore,
    begin: (rooms, changes = {}) =>
      current().store.save([{ session: session(rooms, changes), fresh: true, keepMs: KEEP_MS }]),
    missed: async (changes = {}) => {
      const answer = await restore(changes);
      if (answer.kind !== 'restored') throw new Error(JSON.stringify(answer));
      return answer.records.map(({ payload }) => payload);
    },
  };
}
