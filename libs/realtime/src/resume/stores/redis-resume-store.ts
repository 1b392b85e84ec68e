/** The journal and the sessions of a cluster, in Redis 7 or later. `scripts` documents keys and scripts; `recovery` means resume. */
import { randomBytes } from 'node:crypto';
import type { AppConfig } from '@aeturnis/platform';
import type { Redis } from 'ioredis';
import {
  type RoomRead,
  PART_ROOMS,
  defineResumeScripts,
  roomPartsOf,
  parseLog,
  parsePart,
  parseRestored,
  type ResumeRedis,
  encodeRooms,
  saveArguments,
  appendArguments,
} from './redis-script-protocol';
import type { JournalPosition } from '../journal/journal-entry';
import type {
  LogRead,
  ResumeBounds,
  ResumeStore,
  RestoreAnswer,
  RestoreRequest,
  SaveAnswer,
  SessionSave,
  AppendRequest,
  JournalRecord,
} from './resume-store';
import { RoomNameSet } from '../sessions/session-rooms';

const EMPTY_SET = new RoomNameSet(new Set());

export const RESUME_KEY_PREFIX = '{rt}:recovery';
const TOUCH_BATCH = 500;
/** Bound of one replay; a client that missed more reconnects for the next part. */
const MAX_BYTES = 4 * 1024 * 1024;

export class RedisResumeStore implements ResumeStore {
  readonly keepsLiveRooms = false;
  private readonly redis: ResumeRedis;
  /** Run id of the Redis server behind the connection, new after each restart; null while it is unknown. */
  private serverRunId: Promise<string> | null = null;
  /** Together with `callCount` a unique name for a new epoch: cheaper than random bytes for each call. */
  private readonly epochPrefix = randomBytes(5).toString('hex');
  private callCount = 0;
  /** The sets of room names that this node has stored in Redis. They may have expired or been lost since. */
  private readonly storedSets = new WeakSet<RoomNameSet>();

  constructor(
    redis: Redis,
    private readonly bounds: ResumeBounds,
    private readonly pubSub: AppConfig['redisPubSub'] = 'plain',
    private readonly baseKey = RESUME_KEY_PREFIX,
  ) {
    this.redis = defineResumeScripts(redis);
    redis.on('close', () => (this.serverRunId = null));
  }

  async readPosition(): Promise<JournalPosition> {
    const [epoch, n] = await this.redis.recoveryHello(this.baseKey, ...(await this.epochArguments()));
    return { epoch, n: Number(n) };
  }

  async append(source: string, requests: readonly AppendRequest[]): Promise<void> {
    const { roomKeepMs, maxEvents, logEvents } = this.bounds;
    const publish = this.pubSub === 'sharded' ? 'SPUBLISH' : 'PUBLISH';
    const bounds = [roomKeepMs, maxEvents, logEvents];
    const args = [publish, `${this.baseKey}:feed`, source, ...bounds, ...appendArguments(requests)];
    await this.redis.recoveryAppend(this.baseKey, ...(await this.epochArguments()), ...args);
  }

  async readLog({ epoch, n }: JournalPosition): Promise<LogRead> {
    return parseLog(await this.redis.recoveryLog(this.baseKey, ...(await this.epochArguments()), epoch, n));
  }

  async save(saves: readonly SessionSave[]): Promise<SaveAnswer[]> {
    if (saves.length === 0) return [];
    const answers = await this.saveOnce(saves);
    const unshared = saves.filter((_, index) => answers[index] === 'unshared');
    if (unshared.length > 0) {
      // Their shared sets have expired in Redis or were lost: a second save sends the names.
      for (const { session } of unshared) this.storedSets.delete(roomPartsOf(session.rooms).shared ?? EMPTY_SET);
      const secondAnswers = await this.saveOnce(unshared);
      unshared.forEach((save, index) => (answers[saves.indexOf(save)] = secondAnswers[index] ?? 'absent'));
    }
    return answers.map((answer) => (answer === 'unshared' ? 'absent' : answer));
  }

  /** `unshared`: Redis does not have the session's shared set, whose names were not sent. */
  private async saveOnce(saves: readonly SessionSave[]): Promise<(SaveAnswer | 'unshared')[]> {
    const { sessionsPerUser, awayKeepMs } = this.bounds;
    const sent = saves.map(({ session }) => roomPartsOf(session.rooms).shared);
    const args = saveArguments(saves, (set) => this.storedSets.has(set));
    const answers = await this.redis.recoverySave(this.baseKey, sessionsPerUser, awayKeepMs, ...args);
    sent.forEach((set, index) => {
      if (set && answers[index] === 'saved') this.storedSets.add(set);
    });
    return answers;
  }

  async touch(sessions: readonly { pid: string; owner: string }[], keepMs: number): Promise<boolean[]> {
    const owned: boolean[] = [];
    for (let i = 0; i < sessions.length; i += TOUCH_BATCH) {
      const names = sessions.slice(i, i + TOUCH_BATCH).flatMap(({ pid, owner }) => [pid, owner]);
      owned.push(...(await this.redis.recoveryTouch(this.baseKey, keepMs, ...names)).map((isOwned) => isOwned === 1));
    }
    return owned;
  }

  async deleteSession(pid: string, owner: string): Promise<void> {
    await this.redis.recoveryDrop(this.baseKey, pid, owner);
  }

  /** One node does not know the sessions of the others, so that none can be excluded. */
  mayHaveSessionIn(): boolean {
    return true;
  }

  async find(pid: string): ReturnType<ResumeStore['find']> {
    const key = `${this.baseKey}:s:${pid}`;
    const [owner, socketId, userId, login] = await this.redis.hmget(key, 'owner', 'socket', 'user', 'login');
    return owner == null || socketId == null || userId == null ? null : { owner, socketId, userId, login: login ?? '' };
  }

  async restore({ pid, from, owner, nextOwner, joinedRooms, keepMs }: RestoreRequest): Promise<RestoreAnswer> {
    const args = [pid, from.epoch, from.n, owner, nextOwner, encodeRooms(joinedRooms), keepMs];
    const answer = await this.redis.recoveryRestore(this.baseKey, ...(await this.epochArguments()), ...args);
    const restored = parseRestored(answer, from.epoch);
    if (restored.kind !== 'restored') return restored;
    const { rooms, position } = restored;
    const missed = new MissedRecords();
    let { part } = restored;
    missed.add(part.orders, part.records);
    // Each part is a call of its own: reading everything in one script would block Redis for other clients.
    while (part.rest.length > 0) {
      const reads = missed.limitReads(part.rest);
      const next = await this.readNextPart(position.epoch, reads.slice(0, PART_ROOMS));
      if (next.kind === 'refused') return next;
      part = { ...next, rest: [...next.rest, ...reads.slice(PART_ROOMS)] };
      missed.add(part.orders, part.records);
    }
    return { kind: 'restored', rooms, position, records: missed.sortedRecords, readTo: missed.cutAt ?? position.n };
  }

  private async readNextPart(epoch: string, reads: readonly RoomRead[]): Promise<ReturnType<typeof parsePart>> {
    const args = [epoch, JSON.stringify(reads)];
    return parsePart(await this.redis.recoveryRead(this.baseKey, ...(await this.epochArguments()), ...args));
  }

  /** The run id of the Redis server, and a new name: if the journal does not know the run id, an epoch of that name begins. */
  private async epochArguments(): Promise<[string, string]> {
    this.serverRunId ??= this.redis.info('server').then((info) => /run_id:(\w+)/.exec(info)?.[1] ?? '');
    const runId = this.serverRunId;
    try {
      this.callCount = (this.callCount + 1) & 0xff_ff_ff;
      return [await runId, `${this.epochPrefix}${this.callCount.toString(16).padStart(6, '0')}`];
    } catch (error) {
      if (this.serverRunId === runId) this.serverRunId = null;
      throw error;
    }
  }
}

/** Collects a session's missed entries, which are read room by room, and keeps the oldest up to a bound in bytes. */
class MissedRecords {
  private readonly orders: JournalRecord[] = [];
  private readonly records = new Map<number, JournalRecord>();
  private bytes = 0;
  private cutOff: number | null = null;

  constructor(private readonly maxBytes = MAX_BYTES) {}

  /** Orders are never cut off: they apply independently of the entries. */
  add(orders: readonly JournalRecord[], records: readonly JournalRecord[]): void {
    this.orders.push(...orders);
    for (const record of records) {
      // An entry for several rooms of the session is stored in each of them.
      if (this.records.has(record.n) || (this.cutOff !== null && record.n > this.cutOff)) continue;
      this.records.set(record.n, record);
      this.bytes += record.payload.length;
    }
    if (this.bytes > this.maxBytes) this.keepOldestHalf();
  }

  /** Limits the remaining reads to entries that would still be kept. */
  limitReads(reads: readonly RoomRead[]): RoomRead[] {
    const { cutOff } = this;
    if (cutOff === null) return [...reads];
    return reads.map(([room, after, last]) => [room, after, isOrderStream(room) ? last : Math.min(last, cutOff)]);
  }

  /** The number of the last entry kept; null where nothing was cut off. */
  get cutAt(): number | null {
    return this.cutOff;
  }

  get sortedRecords(): JournalRecord[] {
    return [...this.orders, ...this.records.values()].sort((a, b) => a.n - b.n);
  }

  // Keeps half of the bound, so that the sort does not run again for each further record.
  private keepOldestHalf(): void {
    const sorted = [...this.records.values()].sort((a, b) => a.n - b.n);
    this.records.clear();
    this.bytes = 0;
    for (const record of sorted) {
      if (this.records.size > 0 && this.bytes + record.payload.length > this.maxBytes / 2) break;
      this.records.set(record.n, record);
      this.bytes += record.payload.length;
      this.cutOff = record.n;
    }
  }
}

/** Streams of orders have names that begin with an exclamation mark. */
const isOrderStream = (room: string): boolean => room.startsWith('!');
