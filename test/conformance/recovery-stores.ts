/** The resume stores under test, each with its own journal, and the actions that the suites of the contract share. */
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { COMMAND_OPTIONS, SUBSCRIBER_OPTIONS } from '../../libs/platform/src/redis/redis-options';
import { MemoryResumeStore } from '../../libs/realtime/src/resume/stores/memory-resume-store';
import type { JournalPosition } from '../../libs/realtime/src/resume/journal/journal-entry';
import {
  type AppendRequest,
  BROADCAST_STREAM,
  type JournalFeed,
  type RestoreRequest,
  type ResumeStore,
  type StoredSession,
} from '../../libs/realtime/src/resume/stores/resume-store';
import { RedisJournalFeed } from '../../libs/realtime/src/resume/stores/redis-journal-feed';
import { RedisResumeStore } from '../../libs/realtime/src/resume/stores/redis-resume-store';
import type { RoomIntervals } from '../../libs/realtime/src/resume/sessions/session-rooms';
import { commonRedisUrl } from '../support/service-urls';

/** How long the session of a disconnected socket is kept. */
export const KEEP_MS = 60_000;
export const STORE_BOUNDS = {
  maxEvents: 100,
  logEvents: 100,
  roomKeepMs: 60_000,
  sessionsPerUser: 3,
  awayKeepMs: KEEP_MS,
};
/** How long the session of a connected socket is kept. */
export const CONNECTED_MS = 2 * KEEP_MS;
const clients: Redis[] = [];
/** The braces are a hash tag: all keys of a journal are in one slot of a Redis Cluster. */
export const uniquePrefix = (): string => `{test:${randomUUID()}}`;

/** The product's options, except that commands wait for the connection. */
export function connectRedis(options: object): Redis {
  const client = new Redis(commonRedisUrl(), { ...options, enableOfflineQueue: true });
  clients.push(client.on('error', () => undefined));
  return client;
}

/** Disconnects all clients of the test; for `afterEach`. */
export function disconnectRedis(): void {
  for (const client of clients.splice(0)) client.disconnect();
}

export interface StoreUnderTest {
  store: ResumeStore;
  feed: JournalFeed;
}

const redisStore = (pubSub: 'plain' | 'sharded') => (): StoreUnderTest => {
  const prefix = uniquePrefix();
  const commands = connectRedis(COMMAND_OPTIONS);
  const feed = new RedisJournalFeed(commands, connectRedis(SUBSCRIBER_OPTIONS), pubSub, prefix);
  return { store: new RedisResumeStore(commands, STORE_BOUNDS, pubSub, prefix), feed };
};

const memoryStore = (): StoreUnderTest => {
  const store = new MemoryResumeStore(STORE_BOUNDS, () => Date.now());
  return { store, feed: store };
};

export const RECOVERY_STORES: [string, () => StoreUnderTest][] = [
  ['memory', memoryStore],
  ['Redis', redisStore('plain')],
  ['Redis by sharded pub/sub', redisStore('sharded')],
];

export type IntervalsByRoom = Record<string, RoomIntervals>;
export const NO_JOINED_ROOMS: RestoreRequest['joinedRooms'] = new Map();
export const submission = (seq: number, ...rooms: string[]): AppendRequest => ({ seq, rooms, payload: `entry ${seq}` });

export interface SessionActions {
  /** A session of Anna in these rooms. */
  session(rooms: IntervalsByRoom, changes?: Partial<StoredSession>): StoredSession;
  /** Saves such a session as a new one. */
  begin(rooms: IntervalsByRoom, changes?: Partial<StoredSession>): ReturnType<ResumeStore['save']>;
  /** Restores the session from the position at which the test began, for another owner. */
  restore(changes?: Partial<RestoreRequest>): ReturnType<ResumeStore['restore']>;
  /** The payloads of the entries that a restore returns. */
  missed(changes?: Partial<RestoreRequest>): Promise<string[]>;
}

/** @param current returns the store of the running test, and the position of its journal at the start of the test. */
export function sessionActions(current: () => { store: ResumeStore; start: JournalPosition }): SessionActions {
  const session: SessionActions['session'] = (rooms, changes = {}) => ({
    pid: 'pid',
    owner: 'a:1',
    socketId: 'socket',
    userId: 'anna',
    epoch: current().start.epoch,
    rooms: new Map(Object.entries({ [BROADCAST_STREAM]: [0, 0], ...rooms })),
    login: 'login',
    ...changes,
  });
  const restore: SessionActions['restore'] = (changes = {}) => {
    const { store, start } = current();
    const owners = { owner: 'a:1', nextOwner: 'b:1' };
    return store.restore({
      pid: 'pid',
      from: start,
      ...owners,
      joinedRooms: NO_JOINED_ROOMS,
      keepMs: KEEP_MS,
      ...changes,
    });
  };
  return {
    session,
    restore,
    begin: (rooms, changes = {}) =>
      current().store.save([{ session: session(rooms, changes), isNew: true, keepMs: KEEP_MS }]),
    missed: async (changes = {}) => {
      const answer = await restore(changes);
      if (answer.kind !== 'restored') throw new Error(JSON.stringify(answer));
      return answer.records.map(({ payload }) => payload);
    },
  };
}
