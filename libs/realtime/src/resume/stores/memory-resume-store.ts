/** The journal, its feed and the sessions of a single node without Redis. `append` delivers to the listeners before it returns. */
import { randomBytes } from 'node:crypto';
import { LatestVersions, RoomLog, RoomLogs } from './memory-journal';
import type { JournalPosition } from '../journal/journal-entry';
import {
  type FeedListener,
  BROADCAST_STREAM,
  type JournalRecord,
  type LogRead,
  type ResumeBounds,
  type JournalFeed,
  type StoredSession,
  type ResumeStore,
  type RestoreAnswer,
  type RestoreRequest,
  type SaveAnswer,
  type SessionSave,
  type AppendRequest,
} from './resume-store';
import { isInRoom, SessionRooms } from '../sessions/session-rooms';

const MAX_ADMITTED_ROOMS = 100_000;
/** The expiry of a connected socket's session in windows, the longest one; see `LocalSessions.keepMs`. */
const LONGEST_KEEP_FACTOR = 1.5;

interface ExpiringSession {
  session: StoredSession;
  until: number;
}

export class MemoryResumeStore implements ResumeStore, JournalFeed {
  readonly isShared = false;
  readonly keepsLiveRooms = true;
  private readonly epoch = randomBytes(8).toString('hex');
  private readonly sessions = new Map<string, ExpiringSession>();
  /** The same sessions, by user. */
  private readonly sessionsByUser = new Map<string, ExpiringSession[]>();
  private readonly roomLogs: RoomLogs;
  private readonly fullLog: RoomLog;
  private readonly highestSeqs = new Map<string, number>();
  private readonly listeners = new Map<string, FeedListener>();
  private readonly versions = new LatestVersions();
  private readonly admittedRooms = new AdmittedRooms();
  private n = 0;
  private lastPrune = 0;

  constructor(
    private readonly bounds: ResumeBounds,
    private readonly now: () => number,
    maxBytes?: number,
  ) {
    this.roomLogs = new RoomLogs(bounds.maxEvents, maxBytes);
    this.fullLog = new RoomLog(bounds.logEvents);
  }

  /** Memory of the entries of all rooms. */
  get bytes(): number {
    return this.roomLogs.bytes;
  }

  mayHaveSessionIn(room: string): boolean {
    if (this.admittedRooms.has(room, this.now())) return true;
    for (const { session } of this.sessions.values()) if (isInRoom(session.rooms.get(room))) return true;
    return false;
  }

  async readPosition(): Promise<JournalPosition> {
    return this.position;
  }

  append(source: string, requests: readonly AppendRequest[]): Promise<void> {
    this.pruneIfDue();
    for (const { seq, rooms, payload, versioned, admittedRoom } of requests) {
      if (seq <= (this.highestSeqs.get(source) ?? 0)) continue;
      this.highestSeqs.set(source, seq);
      const isSuperseded = versioned !== undefined && this.versions.checkAndRecord(versioned, this.now());
      const record = { n: ++this.n, payload: isSuperseded ? firstLineOf(payload) : payload };
      this.fullLog.add(record, this.now());
      const streams = isSuperseded ? [] : rooms.length > 0 ? rooms : [BROADCAST_STREAM];
      for (const room of streams) this.roomLogs.add(room, record, this.now());
      // A suspended session may be in the room from now on, although its stored rooms change only when it is restored.
      if (admittedRoom !== undefined)
        this.admittedRooms.add(admittedRoom, this.now() + LONGEST_KEEP_FACTOR * this.bounds.awayKeepMs);
      for (const listener of this.listeners.values()) listener.onRecord(this.epoch, record);
    }
    return Promise.resolve();
  }

  async readLog(after: JournalPosition): Promise<LogRead> {
    const { position } = this;
    if (after.epoch !== this.epoch) return { kind: 'epoch', position };
    const records = this.fullLog.after(after.n);
    return records ? { kind: 'read', position, records } : { kind: 'trimmed', position };
  }

  async save(saves: readonly SessionSave[]): Promise<SaveAnswer[]> {
    this.pruneIfDue();
    return saves.map(({ session, isNew, keepMs }) => {
      const known = this.getUnexpired(session.pid);
      if (known && known.owner !== session.owner) return 'foreign';
      if (!known && !isNew) return 'absent';
      this.putSession(session, this.now() + keepMs);
      return 'saved';
    });
  }

  async touch(sessions: readonly { pid: string; owner: string }[], keepMs: number): Promise<boolean[]> {
    this.removeExpired();
    return sessions.map(({ pid, owner }) => {
      const isOwned = this.getUnexpired(pid)?.owner === owner;
      const stored = this.sessions.get(pid);
      if (isOwned && stored) stored.until = this.now() + keepMs;
      return isOwned;
    });
  }

  async deleteSession(pid: string, owner: string): Promise<void> {
    const stored = this.sessions.get(pid);
    if (stored?.session.owner === owner) this.removeSession(stored);
  }

  async find(pid: string): Promise<StoredSession | null> {
    return this.getUnexpired(pid) ?? null;
  }

  async restore({ pid, from, owner, nextOwner, joinedRooms, keepMs }: RestoreRequest): Promise<RestoreAnswer> {
    const session = this.getUnexpired(pid);
    if (!session) return { kind: 'refused', reason: 'unknown' };
    if (session.owner !== owner && session.owner !== nextOwner) return { kind: 'moved', owner: session.owner };
    if (from.epoch !== this.epoch || session.epoch !== this.epoch) return { kind: 'refused', reason: 'epoch' };
    if (from.n > this.n) return { kind: 'refused', reason: 'future' };
    const missed = new Map<number, JournalRecord>();
    for (const [room, intervals] of [...session.rooms, ...joinedRooms]) {
      for (let i = 0; i + 1 < intervals.length; i += 2) {
        const [since = 0, until = 0] = [intervals[i], intervals[i + 1]];
        const start = room.startsWith('!') ? since : Math.max(from.n, since);
        if (until > 0 && until <= start) continue;
        const records = this.roomLogs.after(room, start);
        if (!records) return { kind: 'refused', reason: 'trimmed' };
        for (const record of records) if (until === 0 || record.n <= until) missed.set(record.n, record);
      }
    }
    // Copied, because the previous owner may still modify its map.
    const rooms = SessionRooms.copyOf(session.rooms);
    this.putSession({ ...session, rooms, owner: nextOwner }, this.now() + keepMs);
    const records = [...missed.values()].sort((a, b) => a.n - b.n);
    return { kind: 'restored', rooms, position: this.position, records, readTo: this.n };
  }

  subscribe(source: string, listener: FeedListener): void {
    this.listeners.set(source, listener);
    listener.onReady();
  }

  resubscribe(): void {}

  async sendToNode(source: string, message: string): Promise<boolean> {
    this.listeners.get(source)?.onNodeMessage(message);
    return this.listeners.has(source);
  }

  close(): void {
    this.listeners.clear();
  }

  private get position(): JournalPosition {
    return { epoch: this.epoch, n: this.n };
  }

  private getUnexpired(pid: string): StoredSession | undefined {
    const stored = this.sessions.get(pid);
    return stored && stored.until > this.now() ? stored.session : undefined;
  }

  // Runs with each `touch`, which the node calls four times per window.
  private removeExpired(): void {
    const now = this.now();
    for (const stored of this.sessions.values()) if (stored.until <= now) this.removeSession(stored);
    this.admittedRooms.removeExpired(now);
  }

  private putSession(session: StoredSession, until: number): void {
    const { pid, userId } = session;
    const known = this.sessions.get(pid);
    if (known) Object.assign(known, { session, until });
    else {
      const added = { session, until };
      this.sessions.set(pid, added);
      const own = this.sessionsByUser.get(userId);
      if (own) own.push(added);
      else this.sessionsByUser.set(userId, [added]);
    }
    this.enforceUserLimit(userId);
  }

  private removeSession(removed: ExpiringSession): void {
    const { pid, userId } = removed.session;
    this.sessions.delete(pid);
    const remaining = (this.sessionsByUser.get(userId) ?? []).filter((stored) => stored !== removed);
    if (remaining.length > 0) this.sessionsByUser.set(userId, remaining);
    else this.sessionsByUser.delete(userId);
  }

  // Sessions of connected sockets expire later than any suspended one can, so that only suspended ones are evicted.
  private enforceUserLimit(userId: string): void {
    const own = this.sessionsByUser.get(userId) ?? [];
    const over = own.length - this.bounds.sessionsPerUser;
    if (over <= 0) return;
    const suspended = own.filter(({ until }) => until <= this.now() + this.bounds.awayKeepMs);
    for (const stored of suspended.sort((a, b) => a.until - b.until).slice(0, over)) this.removeSession(stored);
  }

  private pruneIfDue(): void {
    const now = this.now();
    if (now - this.lastPrune < this.bounds.roomKeepMs / 4) return;
    this.lastPrune = now;
    this.versions.removeExpired(now);
    this.roomLogs.removeIdle(now - this.bounds.roomKeepMs);
  }
}

const firstLineOf = (payload: string): string => payload.slice(0, payload.indexOf('\n') + 1 || payload.length);

/** Rooms that orders may have added to suspended sessions: events for them are journaled although no socket is in them. */
export class AdmittedRooms {
  private readonly expiryByRoom = new Map<string, number>();
  /** Past the bound every room counts as admitted until then: an event without recipients costs less than a missed one. */
  private allAdmittedUntil = 0;

  constructor(private readonly maxRooms = MAX_ADMITTED_ROOMS) {}

  get size(): number {
    return this.expiryByRoom.size;
  }

  add(room: string, until: number): void {
    if (this.expiryByRoom.size < this.maxRooms || this.expiryByRoom.has(room)) this.expiryByRoom.set(room, until);
    else this.allAdmittedUntil = Math.max(this.allAdmittedUntil, until);
  }

  has(room: string, now: number): boolean {
    return (this.expiryByRoom.get(room) ?? 0) > now || this.allAdmittedUntil > now;
  }

  removeExpired(now: number): void {
    for (const [room, until] of this.expiryByRoom) if (until <= now) this.expiryByRoom.delete(room);
  }
}
