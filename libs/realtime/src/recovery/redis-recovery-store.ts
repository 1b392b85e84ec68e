/** The journal and the sessions of a cluster, in Redis 7 or later. */
import { randomBytes } from 'node:crypto';
import type { AppConfig } from '@aeturnis/platform';
import type { Redis } from 'ioredis';
import { MissedRecords, type RoomRead } from './missed-records';
import type { Position } from './position';
import {
  defineRecoveryScripts,
  partsOf,
  readLog,
  readPart,
  readRestored,
  type RecoveryRedis,
  roomsText,
  saveArguments,
  submissionArguments,
} from './recovery-protocol';
import type {
  LogRead,
  RecoveryBounds,
  RecoveryStore,
  RestoreAnswer,
  RestoreRequest,
  SaveAnswer,
  SessionSave,
  Submission,
} from './recovery-store';
import { PART_ROOMS } from './restore-scripts';
import { RoomSet } from './session-rooms';

const NO_SET = new RoomSet(new Set());

export const RECOVERY_PREFIX = '{rt}:recovery';
const TOUCHED_AT_ONCE = 500;

export class RedisRecoveryStore implements RecoveryStore {
  readonly keeps = false;
  private readonly redis: RecoveryRedis;
  /** Names the server behind the connection; unknown while there is none. */
  private run: Promise<string> | null = null;
  /** With a count, what no other epoch is named: cheaper than chance for each call. */
  private readonly epochs = randomBytes(5).toString('hex');
  private calls = 0;
  /** Whose names Redis had when they were last sent. */
  private readonly storedSets = new WeakSet<RoomSet>();

  constructor(
    redis: Redis,
    private readonly bounds: RecoveryBounds,
    private readonly pubSub: AppConfig['redisPubSub'] = 'plain',
    private readonly base = RECOVERY_PREFIX,
  ) {
    this.redis = defineRecoveryScripts(redis);
    redis.on('close', () => (this.run = null));
  }

  async hello(): Promise<Position> {
    const [epoch, n] = await this.redis.recoveryHello(this.base, ...(await this.life()));
    return { epoch, n: Number(n) };
  }

  async append(source: string, submissions: readonly Submission[]): Promise<void> {
    const { roomKeepMs, maxEvents, logEvents } = this.bounds;
    const publish = this.pubSub === 'sharded' ? 'SPUBLISH' : 'PUBLISH';
    const bounds = [roomKeepMs, maxEvents, logEvents];
    const args = [publish, `${this.base}:feed`, source, ...bounds, ...submissionArguments(submissions)];
    await this.redis.recoveryAppend(this.base, ...(await this.life()), ...args);
  }

  async log({ epoch, n }: Position): Promise<LogRead> {
    return readLog(await this.redis.recoveryLog(this.base, ...(await this.life()), epoch, n));
  }

  async save(saves: readonly SessionSave[]): Promise<SaveAnswer[]> {
    if (saves.length === 0) return [];
    const answers = await this.saveOnce(saves);
    const unshared = saves.filter((_, index) => answers[index] === 'unshared');
    if (unshared.length > 0) {
      // Redis has lost their shared rooms, or has let go of them: sent with their names, they cannot be refused for that.
      for (const { session } of unshared) this.storedSets.delete(partsOf(session.rooms).shared ?? NO_SET);
      const again = await this.saveOnce(unshared);
      unshared.forEach((save, index) => (answers[saves.indexOf(save)] = again[index] ?? 'absent'));
    }
    return answers.map((answer) => (answer === 'unshared' ? 'absent' : answer));
  }

  private async saveOnce(saves: readonly SessionSave[]): Promise<(SaveAnswer | 'unshared')[]> {
    const { sessionsPerUser, awayKeepMs } = this.bounds;
    const sent = saves.map(({ session }) => partsOf(session.rooms).shared);
    const args = saveArguments(saves, (set) => this.storedSets.has(set));
    const answers = await this.redis.recoverySave(this.base, sessionsPerUser, awayKeepMs, ...args);
    sent.forEach((set, index) => {
      if (set && answers[index] === 'saved') this.storedSets.add(set);
    });
    return answers;
  }

  async touch(sessions: readonly { pid: string; owner: string }[], keepMs: number): Promise<boolean[]> {
    const held: boolean[] = [];
    for (let i = 0; i < sessions.length; i += TOUCHED_AT_ONCE) {
      const names = sessions.slice(i, i + TOUCHED_AT_ONCE).flatMap(({ pid, owner }) => [pid, owner]);
      held.push(...(await this.redis.recoveryTouch(this.base, keepMs, ...names)).map((each) => each === 1));
    }
    return held;
  }

  async drop(pid: string, owner: string): Promise<void> {
    await this.redis.recoveryDrop(this.base, pid, owner);
  }

  /** What all nodes hold is not known to one of them. */
  awaits(): boolean {
    return true;
  }

  async find(pid: string): ReturnType<RecoveryStore['find']> {
    const key = `${this.base}:s:${pid}`;
    const [owner, socketId, userId, login] = await this.redis.hmget(key, 'owner', 'socket', 'user', 'login');
    return owner == null || socketId == null || userId == null ? null : { owner, socketId, userId, login: login ?? '' };
  }

  async restore({ pid, from, owner, nextOwner, joined, keepMs }: RestoreRequest): Promise<RestoreAnswer> {
    const args = [pid, from.epoch, from.n, owner, nextOwner, roomsText(joined), keepMs];
    const answer = await this.redis.recoveryRestore(this.base, ...(await this.life()), ...args);
    const taken = readRestored(answer, from.epoch);
    if (taken.kind !== 'restored') return taken;
    const { rooms, position } = taken;
    const missed = new MissedRecords();
    let { part } = taken;
    missed.add(part.orders, part.records);
    // Each part is a call of its own: one that is told of everything at once keeps Redis from all others.
    while (part.rest.length > 0) {
      const reads = missed.narrow(part.rest);
      const next = await this.readOn(position.epoch, reads.slice(0, PART_ROOMS));
      if (next.kind === 'refused') return next;
      part = { ...next, rest: [...next.rest, ...reads.slice(PART_ROOMS)] };
      missed.add(part.orders, part.records);
    }
    return { kind: 'restored', rooms, position, records: missed.inOrder, readTo: missed.cutAt ?? position.n };
  }

  private async readOn(epoch: string, reads: readonly RoomRead[]): Promise<ReturnType<typeof readPart>> {
    const args = [epoch, JSON.stringify(reads)];
    return readPart(await this.redis.recoveryRead(this.base, ...(await this.life()), ...args));
  }

  /** The server's run id, and a name for the epoch that begins if that is new. */
  private async life(): Promise<[string, string]> {
    this.run ??= this.redis.info('server').then((info) => /run_id:(\w+)/.exec(info)?.[1] ?? '');
    const asked = this.run;
    try {
      this.calls = (this.calls + 1) & 0xff_ff_ff;
      return [await asked, `${this.epochs}${this.calls.toString(16).padStart(6, '0')}`];
    } catch (error) {
      if (this.run === asked) this.run = null;
      throw error;
    }
  }
}
