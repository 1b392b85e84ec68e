/**
 * The sessions of this node's sockets, for the `ResumeCoordinator`. Each is saved to the store from its beginning and at every
 * change of its rooms, so that another node can restore it if this one dies.
 */
import type { JournalPosition } from '../journal/journal-entry';
import { isRoomName, type StoredSession, type ResumeStore, type SessionSave } from '../stores/resume-store';
import {
  type RoomIntervalMap,
  openInterval,
  excludeEntry,
  closeInterval,
  intervalsFrom,
  isInRoom,
  extendLeaveTo,
  SessionRooms,
  SharedRoomSets,
} from './session-rooms';

const SAVE_BATCH = 200;
const RETRY_MS = 250;
/** Ended sessions that wait for the store with their rooms; past it the oldest lose theirs, and can no longer be resumed. */
const MAX_DETACHED = 10_000;
/** Rooms left lately whose last entries the session may still have missed. */
const MAX_LEFT_ROOMS = 32;

export interface LocalSession {
  readonly pid: string;
  readonly owner: string;
  readonly socketId: string;
  readonly userId: string;
  readonly login: string;
  readonly rooms: SessionRooms;
  /** Up to which number a resumed session was read; orders after that have not been applied to its socket. */
  restoredTo?: number;
  /** The store does not have the session yet. */
  isNew: boolean;
  /** It has exceeded a bound: its rooms are no longer recorded, and it cannot be resumed. */
  isOverRoomLimit: boolean;
  epoch: string;
  /** When its socket disconnected; undefined while it is connected. */
  endedAt?: number;
}

type NewSession = Omit<LocalSession, 'epoch' | 'endedAt' | 'isOverRoomLimit'>;

export interface SessionBounds {
  /** How long after a disconnect a session can be resumed. */
  readonly windowMs: number;
  /** Most rooms of a resumable session. */
  readonly maxRooms: number;
}

export interface SessionHooks {
  /** Another owner has taken the session over: its socket here must be closed. */
  onFenced(session: LocalSession): void;
  /** Whether the store has the session in its present state. */
  onSaveResult(socketId: string, isSaved: boolean): void;
}

export class LocalSessions {
  private readonly bySocket = new Map<string, LocalSession>();
  private readonly unsaved = new Set<LocalSession>();
  private readonly sharedRooms = new SharedRoomSets();
  /** Sessions without a socket whose end has not been stored yet, in the order of their end. */
  private readonly detached = new Set<LocalSession>();
  private flushing: Promise<void> | null = null;
  private retryTimer: NodeJS.Timeout | undefined;
  /** Expiry of a connected socket's session: longer than the window, because the node renews it only four times per window. */
  readonly keepMs: number;

  constructor(
    private readonly store: ResumeStore,
    private readonly bounds: SessionBounds,
    private readonly position: () => JournalPosition | null,
    private readonly hooks: SessionHooks,
    private readonly now: () => number,
  ) {
    this.keepMs = Math.ceil(bounds.windowMs * 1.5);
  }

  close(): void {
    clearTimeout(this.retryTimer);
  }

  get(socketId: string): LocalSession | undefined {
    return this.bySocket.get(socketId);
  }

  begin({ pid, owner, socketId, userId, login, rooms, restoredTo, isNew }: NewSession): LocalSession {
    const epoch = this.position()?.epoch ?? '';
    const session: LocalSession = { pid, owner, socketId, userId, login, rooms, isNew, isOverRoomLimit: false, epoch };
    if (restoredTo !== undefined) session.restoredTo = restoredTo;
    this.bySocket.set(socketId, session);
    void (this.enforceRoomLimit(session) ?? this.save(session));
    return session;
  }

  /** Resolves when the store has the change or cannot be reached; undefined if nothing has to be saved. */
  onJoin(socketId: string, room: string): Promise<void> | undefined {
    const session = this.bySocket.get(socketId);
    if (!session || session.isOverRoomLimit) return undefined;
    const before = session.rooms.get(room);
    if (isInRoom(before)) return undefined;
    session.rooms.set(room, before ? openInterval(before, this.currentOffset) : intervalsFrom(this.currentOffset));
    return this.enforceRoomLimit(session) ?? this.onRoomsChanged(session);
  }

  onLeave(socketId: string, room: string): void {
    const session = this.bySocket.get(socketId);
    const intervals = session?.rooms.get(room);
    if (!session || !intervals || !isInRoom(intervals)) return;
    session.rooms.recordLeave(room, closeInterval(intervals, this.currentOffset), MAX_LEFT_ROOMS);
    void this.onRoomsChanged(session);
  }

  /** Corrects the intervals for an entry that crossed a join or leave: due to the session or not, contrary to its number. */
  correctIntervals(session: LocalSession, room: string, n: number, isDue: boolean): void {
    const intervals = session.rooms.get(room);
    const corrected = intervals && (isDue ? extendLeaveTo(intervals, n) : excludeEntry(intervals, n));
    if (!corrected || corrected === intervals) return;
    session.rooms.set(room, corrected);
    void this.onRoomsChanged(session);
  }

  /** The order was applied to the session's socket: a restore must not apply it again. */
  markOrderApplied(session: LocalSession, orderStream: string, n: number): void {
    if (session.isOverRoomLimit) return;
    session.rooms.set(orderStream, intervalsFrom(n));
    void this.onRoomsChanged(session);
  }

  /** The client has disconnected and may resume: the window begins. */
  suspend(socketId: string): Promise<void> | undefined {
    const session = this.bySocket.get(socketId);
    if (!session) return undefined;
    session.endedAt = this.now();
    this.bySocket.delete(socketId);
    this.detached.add(session);
    if (this.detached.size > MAX_DETACHED) this.evictOldestDetached();
    return this.save(session);
  }

  /** Deletes the session: its client cannot resume it. */
  end(socketId: string): void {
    const session = this.bySocket.get(socketId);
    if (!session) return;
    this.bySocket.delete(socketId);
    this.unsaved.delete(session);
    this.store.deleteSession(session.pid, session.owner).catch(() => undefined);
  }

  /** The journal has a new epoch: all sessions start at its current position. */
  rebaseOnJournal(): void {
    const position = this.position();
    if (!position) return;
    for (const session of this.bySocket.values()) {
      const { rooms } = session;
      for (const [room, intervals] of [...rooms]) {
        if (isInRoom(intervals)) rooms.set(room, intervalsFrom(position.n));
        else rooms.delete(room);
      }
      session.epoch = position.epoch;
      session.isNew = true;
      void this.save(session);
    }
  }

  /** Renews all sessions and saves changed ones. @throws if the store cannot be reached. */
  async confirmAll(): Promise<void> {
    const sessions = [...this.bySocket.values()];
    for (const { userId, rooms } of sessions) this.sharedRooms.share(userId, rooms);
    this.sharedRooms.removeUnused();
    const held = await this.store.touch(sessions, this.keepMs);
    sessions.forEach((session, index) => {
      if (held[index] === false) this.requeueAsNew(session);
    });
    await this.writeUnsaved();
    if (this.unsaved.size > 0) throw new Error('sessions could not be saved; retry when the store is reachable');
  }

  private get currentOffset(): number {
    return this.position()?.n ?? 0;
  }

  // The session may have expired during an outage of the store although its socket is connected.
  private requeueAsNew(session: LocalSession): void {
    if (this.bySocket.get(session.socketId) !== session) return;
    session.isNew = true;
    this.unsaved.add(session);
  }

  // The session is still saved, without rooms: it replaces the outdated one in the store and makes it non-resumable.
  private evictOldestDetached(): void {
    const [oldest] = this.detached;
    if (!oldest) return;
    this.detached.delete(oldest);
    oldest.isOverRoomLimit = true;
    oldest.rooms.clear();
  }

  // A session restored with a part of its rooms would silently miss events: it is made non-resumable instead.
  private enforceRoomLimit(session: LocalSession): Promise<void> | undefined {
    if (session.rooms.size <= this.bounds.maxRooms) return undefined;
    session.isOverRoomLimit = true;
    session.rooms.clear();
    return this.save(session);
  }

  private onRoomsChanged(session: LocalSession): Promise<void> | undefined {
    const isUpToDate = this.store.keepsLiveRooms && !session.isNew && session.endedAt === undefined;
    return isUpToDate ? undefined : this.save(session);
  }

  private save(session: LocalSession): Promise<void> {
    this.unsaved.add(session);
    return this.flush();
  }

  // Saves all sessions changed in one event-loop iteration in one call.
  private flush(): Promise<void> {
    this.flushing ??= new Promise((resolve) => {
      setImmediate(() => {
        this.flushing = null;
        this.writeUnsaved().then(resolve, resolve);
      });
    });
    return this.flushing;
  }

  private async writeUnsaved(): Promise<void> {
    // Without a position of the journal no session can be resumed.
    if (!this.position()) return;
    for (let batch = this.takeBatch(); batch.length > 0; batch = this.takeBatch()) {
      try {
        const saves = batch.map((session) => this.saveOf(session));
        const answers = await this.store.save(saves);
        batch.forEach((session, index) => this.applySaveAnswer(session, answers[index]));
      } catch {
        for (const session of batch) this.onSaveFailed(session);
        return;
      }
    }
  }

  private saveOf(session: LocalSession): SessionSave {
    this.sharedRooms.share(session.userId, session.rooms);
    const keepMs = session.endedAt === undefined ? this.keepMs : this.bounds.windowMs;
    return { session: storedSessionOf(session), isNew: session.isNew, keepMs };
  }

  private takeBatch(): LocalSession[] {
    const batch: LocalSession[] = [];
    for (const session of this.unsaved) {
      if (batch.length === SAVE_BATCH) break;
      this.unsaved.delete(session);
      batch.push(session);
    }
    return batch;
  }

  private applySaveAnswer(session: LocalSession, answer: 'saved' | 'foreign' | 'absent' | undefined): void {
    if (session.endedAt !== undefined) this.detached.delete(session);
    if (answer === 'saved') {
      session.isNew = false;
      if (session.endedAt === undefined && !this.unsaved.has(session)) this.hooks.onSaveResult(session.socketId, true);
    } else if (answer === 'foreign' && session.endedAt === undefined) this.hooks.onFenced(session);
    else this.requeueAsNew(session);
  }

  // A session that ended longer than the window ago cannot be resumed, and is not retried.
  private onSaveFailed(session: LocalSession): void {
    if (session.endedAt === undefined) this.hooks.onSaveResult(session.socketId, false);
    const { endedAt } = session;
    if (endedAt === undefined || this.now() - endedAt < this.bounds.windowMs) this.unsaved.add(session);
    else this.detached.delete(session);
    this.retryTimer ??= setTimeout(() => {
      this.retryTimer = undefined;
      void this.flush();
    }, RETRY_MS).unref();
  }
}

/** Stored as the epoch of a non-resumable session: it equals no epoch, so that every restore is refused. */
const NO_EPOCH = '';

/** The rooms that the session's socket is in. */
export const openRooms = (rooms: RoomIntervalMap): string[] =>
  [...rooms].filter(([room, intervals]) => isRoomName(room) && isInRoom(intervals)).map(([room]) => room);

function storedSessionOf(session: LocalSession): StoredSession {
  const { pid, owner, socketId, userId, login, isOverRoomLimit, rooms } = session;
  return { pid, owner, socketId, userId, login, epoch: isOverRoomLimit ? NO_EPOCH : session.epoch, rooms };
}
