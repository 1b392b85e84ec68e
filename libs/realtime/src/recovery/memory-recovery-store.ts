/** The journal and the sessions of a single node. What is appended is heard before `append` returns. */
import { randomBytes } from 'node:crypto';
import { LatestVersions } from './latest-versions';
import type { Position } from './position';
import {
  type FeedListener,
  FOR_ALL,
  type JournalRecord,
  type LogRead,
  type RecoveryBounds,
  type RecoveryFeed,
  type RecoverySession,
  type RecoveryStore,
  type RestoreAnswer,
  type RestoreRequest,
  type SaveAnswer,
  type SessionSave,
  type Submission,
} from './recovery-store';
import { isOpen } from './room-spans';
import { SessionRooms } from './session-rooms';
import { RoomLog } from './room-log';
import { RoomLogs } from './room-logs';

interface KeptSession {
  session: RecoverySession;
  until: number;
}

export class MemoryRecoveryStore implements RecoveryStore, RecoveryFeed {
  readonly shared = false;
  readonly keeps = true;
  private readonly epoch = randomBytes(8).toString('hex');
  private readonly sessions = new Map<string, KeptSession>();
  /** The same ones, by user. */
  private readonly ofUser = new Map<string, KeptSession[]>();
  private readonly rooms: RoomLogs;
  private readonly all: RoomLog;
  private readonly highest = new Map<string, number>();
  private readonly listeners = new Map<string, FeedListener>();
  private readonly versions = new LatestVersions();
  private n = 0;
  private lastPrune = 0;

  constructor(
    private readonly bounds: RecoveryBounds,
    private readonly now: () => number,
    maxBytes?: number,
  ) {
    this.rooms = new RoomLogs(bounds.maxEvents, maxBytes);
    this.all = new RoomLog(bounds.logEvents);
  }

  /** What the entries of all rooms take. */
  get bytes(): number {
    return this.rooms.bytes;
  }

  awaits(room: string): boolean {
    for (const { session } of this.sessions.values()) if (isOpen(session.rooms.get(room))) return true;
    return false;
  }

  async hello(): Promise<Position> {
    return this.position;
  }

  append(source: string, submissions: readonly Submission[]): Promise<void> {
    this.prune();
    for (const { seq, rooms, payload, versioned } of submissions) {
      if (seq <= (this.highest.get(source) ?? 0)) continue;
      this.highest.set(source, seq);
      const isSuperseded = versioned !== undefined && this.versions.checkAndRecord(versioned, this.now());
      const record = { n: ++this.n, payload: isSuperseded ? firstLineOf(payload) : payload };
      this.all.add(record, this.now());
      const kept = isSuperseded ? [] : rooms.length > 0 ? rooms : [FOR_ALL];
      for (const room of kept) this.rooms.add(room, record, this.now());
      for (const listener of this.listeners.values()) listener.record(this.epoch, record);
    }
    return Promise.resolve();
  }

  async log(after: Position): Promise<LogRead> {
    const { position } = this;
    if (after.epoch !== this.epoch) return { kind: 'epoch', position };
    const records = this.all.after(after.n);
    return records ? { kind: 'read', position, records } : { kind: 'trimmed', position };
  }

  async save(saves: readonly SessionSave[]): Promise<SaveAnswer[]> {
    this.prune();
    return saves.map(({ session, fresh, keepMs }) => {
      const known = this.get(session.pid);
      if (known && known.owner !== session.owner) return 'foreign';
      if (!known && !fresh) return 'absent';
      this.keep(session, this.now() + keepMs);
      return 'saved';
    });
  }

  async touch(sessions: readonly { pid: string; owner: string }[], keepMs: number): Promise<boolean[]> {
    this.forgetExpired();
    return sessions.map(({ pid, owner }) => {
      const held = this.get(pid)?.owner === owner;
      const kept = this.sessions.get(pid);
      if (held && kept) kept.until = this.now() + keepMs;
      return held;
    });
  }

  async drop(pid: string, owner: string): Promise<void> {
    const kept = this.sessions.get(pid);
    if (kept?.session.owner === owner) this.remove(kept);
  }

  async find(pid: string): Promise<RecoverySession | null> {
    return this.get(pid) ?? null;
  }

  async restore({ pid, from, owner, nextOwner, joined, keepMs }: RestoreRequest): Promise<RestoreAnswer> {
    const session = this.get(pid);
    if (!session) return { kind: 'refused', reason: 'unknown' };
    if (session.owner !== owner && session.owner !== nextOwner) return { kind: 'moved', owner: session.owner };
    if (from.epoch !== this.epoch || session.epoch !== this.epoch) return { kind: 'refused', reason: 'epoch' };
    if (from.n > this.n) return { kind: 'refused', reason: 'future' };
    const missed = new Map<number, JournalRecord>();
    for (const [room, spans] of [...session.rooms, ...joined]) {
      for (let i = 0; i + 1 < spans.length; i += 2) {
        const [since = 0, until = 0] = [spans[i], spans[i + 1]];
        const start = room.startsWith('!') ? since : Math.max(from.n, since);
        if (until > 0 && until <= start) continue;
        const records = this.rooms.after(room, start);
        if (!records) return { kind: 'refused', reason: 'trimmed' };
        for (const record of records) if (until === 0 || record.n <= until) missed.set(record.n, record);
      }
    }
    // The one before may still change its own.
    const rooms = SessionRooms.copyOf(session.rooms);
    this.keep({ ...session, rooms, owner: nextOwner }, this.now() + keepMs);
    const records = [...missed.values()].sort((a, b) => a.n - b.n);
    return { kind: 'restored', rooms, position: this.position, records, readTo: this.n };
  }

  listen(source: string, listener: FeedListener): void {
    this.listeners.set(source, listener);
    listener.ready();
  }

  restart(): void {}

  async say(source: string, message: string): Promise<boolean> {
    this.listeners.get(source)?.word(message);
    return this.listeners.has(source);
  }

  close(): void {
    this.listeners.clear();
  }

  private get position(): Position {
    return { epoch: this.epoch, n: this.n };
  }

  private get(pid: string): RecoverySession | undefined {
    const kept = this.sessions.get(pid);
    return kept && kept.until > this.now() ? kept.session : undefined;
  }

  // As often as nodes say which sessions they hold, which is several times in the window that a session is kept for.
  private forgetExpired(): void {
    const now = this.now();
    for (const kept of this.sessions.values()) if (kept.until <= now) this.remove(kept);
  }

  private keep(session: RecoverySession, until: number): void {
    const { pid, userId } = session;
    const known = this.sessions.get(pid);
    if (known) Object.assign(known, { session, until });
    else {
      const kept = { session, until };
      this.sessions.set(pid, kept);
      const own = this.ofUser.get(userId);
      if (own) own.push(kept);
      else this.ofUser.set(userId, [kept]);
    }
    this.bound(userId);
  }

  private remove(kept: KeptSession): void {
    const { pid, userId } = kept.session;
    this.sessions.delete(pid);
    const left = (this.ofUser.get(userId) ?? []).filter((each) => each !== kept);
    if (left.length > 0) this.ofUser.set(userId, left);
    else this.ofUser.delete(userId);
  }

  // Sessions of connected sockets are kept for longer than those that are away can be.
  private bound(userId: string): void {
    const own = this.ofUser.get(userId) ?? [];
    const over = own.length - this.bounds.sessionsPerUser;
    if (over <= 0) return;
    const away = own.filter(({ until }) => until <= this.now() + this.bounds.awayKeepMs);
    for (const kept of away.sort((a, b) => a.until - b.until).slice(0, over)) this.remove(kept);
  }

  private prune(): void {
    const now = this.now();
    if (now - this.lastPrune < this.bounds.roomKeepMs / 4) return;
    this.lastPrune = now;
    this.versions.removeExpired(now);
    this.rooms.prune(now - this.bounds.roomKeepMs);
  }
}

const firstLineOf = (payload: string): string => payload.slice(0, payload.indexOf('\n') + 1 || payload.length);
