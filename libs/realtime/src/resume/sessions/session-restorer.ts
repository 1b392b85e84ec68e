/**
 * Restores the session that a reconnecting client names, for `ConnectInterceptor`: checks its user and login, takes it over from
 * its owner, and reads the missed entries. A failed attempt consumes nothing; of concurrent claims the latest wins.
 */
import { isReplyError } from '@aeturnis/platform';
import { setTimeout as delay } from 'node:timers/promises';
import type { JournalConsumer } from '../journal/journal-consumer';
import type { LocalSessions } from './local-sessions';
import {
  decodeEntry,
  isAddressedTo,
  type JournalPosition,
  type NumberedEntry,
  parseOffset,
} from '../journal/journal-entry';
import type { SessionTakeover } from './session-takeover';
import { VOID_OFFSET } from './resume-eligibility';
import { orderStreamOf, type ResumeStore, type RestoreAnswer, type RestoreRefusalReason } from '../stores/resume-store';
import {
  type RoomIntervals,
  SessionRooms,
  includesEntry,
  openInterval,
  closeInterval,
  isInRoom,
} from './session-rooms';

const STORE_TIMEOUT_MS = 3_000;
const RETRY_MS = 30;
/** Redis refused the command, for example while it loads or fails over: retrying at once would not help. */
const REFUSED_RETRY_MS = 500;
const MAX_ROUNDS = 8;
/** The form of Socket.IO's private session ids; any other id is refused without a read. */
const PID_PATTERN = /^[\w-]{1,64}$/;

/** The user and login that a resuming client's token proves. */
export interface ResumeIdentity {
  readonly userId: string;
  /** Id of the user's login; a session is resumed by the same login only. */
  readonly login: string;
}

/** The reasons of a refused restore, which are values of a metric's label. */
export type ResumeRefusal =
  RestoreRefusalReason | 'void' | 'malformed' | 'foreign' | 'superseded' | 'ended' | 'limited' | 'unavailable';

export class RestoreRefusedError extends Error {
  constructor(readonly reason: ResumeRefusal) {
    super(`session cannot be resumed (${reason}); the client has to begin a new session or retry later`);
  }
}

export interface RestoredSession {
  readonly pid: string;
  readonly owner: string;
  readonly socketId: string;
  readonly userId: string;
  readonly login: string;
  readonly rooms: SessionRooms;
  readonly missed: readonly NumberedEntry[];
  /** The last entry considered for `missed`; less than `restoredTo` if the client has to reconnect for the rest. */
  readonly missedTo: number;
  /** The journal's number at the restore, in `epoch`; `rooms` are as of then. */
  readonly restoredTo: number;
  readonly epoch: string;
}

/** The constant fields of a session and its owner, after the check that it belongs to the claiming user and login. */
type OwnSession = Pick<RestoredSession, 'pid' | 'owner' | 'socketId' | 'userId' | 'login'>;

export interface ReplayLimit {
  /** False if the user's replay budget is exhausted; the client has to reconnect later. */
  canReplay(userId: string): boolean;
  /** Charges the bytes that were read from the journal to the user's replay budget. */
  onReplayed(userId: string, bytes: number): void;
}

interface RestoreClaim {
  isCancelled: boolean;
  /** The owner name under which this claim takes the session over. */
  owner: string;
  done: Promise<void>;
}

export class SessionRestorer {
  private readonly claims = new Map<string, RestoreClaim>();
  private lastOwnerSerial = 0;

  constructor(
    private readonly source: string,
    private readonly store: ResumeStore,
    private readonly journal: JournalConsumer,
    private readonly sessions: LocalSessions,
    private readonly takeover: SessionTakeover,
    /** Most bytes of missed entries per attempt: a connection may not have more unread. */
    private readonly maxMissedBytes: number,
    private readonly replayLimit: ReplayLimit,
  ) {}

  nextOwner(): string {
    return `${this.source}:${++this.lastOwnerSerial}`;
  }

  /** A later claim takes the session over from this owner. */
  cancel(pid: string, owner: string): void {
    const claim = this.claims.get(pid);
    if (claim?.owner === owner) claim.isCancelled = true;
  }

  /**
   * Checks ownership first: a client that is not the session's user with the same login costs one read of the session, and
   * affects neither a running claim nor the socket that holds the session.
   * @throws RestoreRefusedError; the session can then still be resumed.
   */
  async restore(pid: string, offset: string, identity: ResumeIdentity): Promise<RestoredSession> {
    const from = parseOffset(offset);
    if (offset === VOID_OFFSET) throw new RestoreRefusedError('void');
    if (!from || !PID_PATTERN.test(pid)) throw new RestoreRefusedError('malformed');
    const session = await retryUntilTimeout(neverCancelled, () => this.findOwnSession(pid, identity));
    if (!this.replayLimit.canReplay(session.userId)) throw new RestoreRefusedError('limited');
    const previous = this.claims.get(pid);
    if (previous) previous.isCancelled = true;
    let finish = (): void => undefined;
    const claim: RestoreClaim = { isCancelled: false, owner: '', done: new Promise((resolve) => (finish = resolve)) };
    this.claims.set(pid, claim);
    await previous?.done;
    try {
      return await retryUntilTimeout(
        () => claim.isCancelled,
        () => this.takeOver(session, from, claim),
      );
    } finally {
      // In the next iteration the socket made of this session is registered, so that the next claim can close it.
      setImmediate(() => {
        if (this.claims.get(pid) === claim) this.claims.delete(pid);
        finish();
      });
    }
  }

  private async findOwnSession(pid: string, { userId, login }: ResumeIdentity): Promise<OwnSession> {
    const session = await this.store.find(pid);
    if (!session) throw new RestoreRefusedError('unknown');
    if (session.userId !== userId) throw new RestoreRefusedError('foreign');
    if (session.login !== login) throw new RestoreRefusedError('ended');
    const { owner, socketId } = session;
    return { pid, owner, socketId, userId, login };
  }

  private async takeOver(session: OwnSession, from: JournalPosition, claim: RestoreClaim): Promise<RestoredSession> {
    const { pid, socketId, userId, login } = session;
    const nextOwner = this.nextOwner();
    claim.owner = nextOwner;
    // If another claim has taken the session over since it was read, the store answers `moved` with the new owner.
    let { owner } = session;
    await this.takeover.evictOwner(owner, pid, socketId);
    const joinedRooms = new Map<string, RoomIntervals>();
    const missed: NumberedEntry[] = [];
    let [missedTo, bytes] = [from.n, 0];
    for (let round = 0; round < MAX_ROUNDS;) {
      assertNotCancelled(claim);
      const { keepMs } = this.sessions;
      const after = { ...from, n: missedTo };
      const answer = await this.store.restore({ pid, from: after, owner, nextOwner, joinedRooms, keepMs });
      if (answer.kind === 'refused') throw new RestoreRefusedError(answer.reason);
      if (answer.kind === 'moved') {
        owner = answer.owner;
        await this.takeover.evictOwner(owner, pid, socketId);
        round++;
        continue;
      }
      owner = nextOwner;
      const { rooms, joinedRooms: joined, ...read } = selectMissedEntries(answer, userId, this.maxMissedBytes - bytes);
      this.replayLimit.onReplayed(userId, read.bytes);
      const newRooms = joined.filter(([room]) => !joinedRooms.has(room));
      for (const [room, n] of newRooms) if (!joinedRooms.has(room)) joinedRooms.set(room, [n, 0]);
      // Entries of rooms that orders joined on the session's behalf have not been read yet: restore again with those rooms.
      if (newRooms.length > 0) {
        round++;
        continue;
      }
      const { n } = answer.position;
      for (const entry of read.missed) missed.push(entry);
      missedTo = read.readTo;
      bytes += read.bytes;
      if (missedTo < n && missedTo === answer.readTo && bytes < this.maxMissedBytes) continue;
      await this.journal.waitUntilReached(n, STORE_TIMEOUT_MS);
      if (this.journal.position?.epoch !== from.epoch) throw new RestoreRefusedError('epoch');
      assertNotCancelled(claim);
      rooms.set(orderStreamOf(userId), [n, 0]);
      const { epoch } = from;
      return { pid, owner, socketId, userId, login, rooms, missed, missedTo, restoredTo: n, epoch };
    }
    throw new RestoreRefusedError('unavailable');
  }
}

/** Retries an idempotent attempt while the store is unreachable, for at most `STORE_TIMEOUT_MS`. */
async function retryUntilTimeout<T>(isCancelled: () => boolean, attempt: () => Promise<T>): Promise<T> {
  const end = performance.now() + STORE_TIMEOUT_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof RestoreRefusedError) throw error;
      if (isCancelled() || performance.now() > end) throw new RestoreRefusedError('unavailable');
      await delay(isReplyError(error) ? REFUSED_RETRY_MS : RETRY_MS);
    }
  }
}

const neverCancelled = (): boolean => false;

function assertNotCancelled({ isCancelled }: RestoreClaim): void {
  if (isCancelled) throw new RestoreRefusedError('superseded');
}

type RestoredAnswer = Extract<RestoreAnswer, { kind: 'restored' }>;

interface MissedSelection {
  rooms: SessionRooms;
  missed: NumberedEntry[];
  /** The number of the last entry considered, and the bytes of all entries up to it. */
  readTo: number;
  bytes: number;
  /** Rooms that orders joined on the session's behalf, and the numbers of those orders. */
  joinedRooms: [room: string, n: number][];
}

/**
 * Goes through the records in order, so that each entry is tested against the session's rooms of that time. Takes at most
 * `maxBytes` of entries, but at least one; all orders are applied. @throws RestoreRefusedError at a gap or an `end` order.
 */
function selectMissedEntries(answer: RestoredAnswer, userId: string, maxBytes: number): MissedSelection {
  const rooms = SessionRooms.copyOf(answer.rooms);
  const missed: NumberedEntry[] = [];
  let [bytes, selectedUpTo, isFull] = [0, 0, false];
  const joinedRooms: MissedSelection['joinedRooms'] = [];
  const appliedUpTo = rooms.get(orderStreamOf(userId))?.[0] ?? 0;
  for (const { n, payload } of answer.records) {
    const entry = decodeEntry(payload);
    const { order } = entry;
    if (order?.kind === 'gap') throw new RestoreRefusedError('trimmed');
    if (!order) {
      isFull ||= bytes > 0 && bytes + payload.length > maxBytes;
      if (isFull) continue;
      bytes += payload.length;
      selectedUpTo = n;
      if (isAddressedTo(entry, (room) => includesEntry(rooms.get(room), n))) missed.push({ n, entry });
    } else if (n <= appliedUpTo) continue;
    else if (order.kind === 'end') throw new RestoreRefusedError('ended');
    else {
      const intervals = rooms.get(order.room);
      if (order.kind === 'leave' && intervals && n > (intervals.at(-2) ?? 0))
        rooms.set(order.room, closeInterval(intervals, n));
      if (order.kind === 'join' && !isInRoom(intervals) && n >= (intervals?.at(-1) ?? 0)) {
        rooms.set(order.room, openInterval(intervals, n));
        joinedRooms.push([order.room, n]);
      }
    }
  }
  return { rooms, missed, readTo: isFull ? selectedUpTo : answer.readTo, bytes, joinedRooms };
}
