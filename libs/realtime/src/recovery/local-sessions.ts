/** The sessions of the sockets of this node, kept in the store from the start, so that they outlive the node. */
import type { Position } from './position';
import { isRoom, type RecoverySession, type RecoveryStore, type RoomSpans, type SessionSave } from './recovery-store';
import { entered, excluding, exited, isOpen, reaching, type Spans } from './room-spans';
import { SessionRooms, SharedRooms } from './session-rooms';

const AT_ONCE = 200;
const RETRY_MS = 250;
/** Sessions whose sockets went while the store was away, and their rooms; those without rooms are small, and go in time. */
const MAX_DETACHED = 10_000;
/** Rooms left lately whose entries a session may still have to get. */
const LEFT_AT_MOST = 32;

export interface LocalSession {
  readonly pid: string;
  readonly owner: string;
  readonly socketId: string;
  readonly userId: string;
  readonly login: string;
  readonly rooms: SessionRooms;
  /** Up to where a session that came back was read; what was ordered after that may not have met its socket. */
  restoredTo?: number;
  /** The store does not have it yet. */
  fresh: boolean;
  /** It has been in more rooms than are kept: its rooms are not noted any more, and it cannot be recovered. */
  overfull: boolean;
  epoch: string;
  /** When its socket went; undefined while that is here. */
  endedAt?: number;
}

type Beginning = Omit<LocalSession, 'epoch' | 'endedAt' | 'overfull'>;

export interface SessionBounds {
  /** For how long a client may be away. */
  readonly windowMs: number;
  /** Most rooms of one session. */
  readonly maxRooms: number;
}

export interface SessionHooks {
  /** Another node has taken the session over. */
  fenced(session: LocalSession): void;
  /** Whether the store has it as it is now. */
  saved(socketId: string, well: boolean): void;
}

export class LocalSessions {
  private readonly bySocket = new Map<string, LocalSession>();
  private readonly dirty = new Set<LocalSession>();
  private readonly shared = new SharedRooms();
  /** Ended, and not yet stored so; in the order in which they ended. */
  private readonly detached = new Set<LocalSession>();
  private flushing: Promise<void> | null = null;
  private retry: NodeJS.Timeout | undefined;
  /** While the socket lives, longer: its node renews it only now and then. */
  readonly keepMs: number;

  constructor(
    private readonly store: RecoveryStore,
    private readonly bounds: SessionBounds,
    private readonly position: () => Position | null,
    private readonly hooks: SessionHooks,
    private readonly now: () => number,
  ) {
    this.keepMs = Math.ceil(bounds.windowMs * 1.5);
  }

  close(): void {
    clearTimeout(this.retry);
  }

  get(socketId: string): LocalSession | undefined {
    return this.bySocket.get(socketId);
  }

  begin({ pid, owner, socketId, userId, login, rooms, restoredTo, fresh }: Beginning): LocalSession {
    const epoch = this.position()?.epoch ?? '';
    const made: LocalSession = { pid, owner, socketId, userId, login, rooms, fresh, overfull: false, epoch };
    if (restoredTo !== undefined) made.restoredTo = restoredTo;
    this.bySocket.set(socketId, made);
    void (this.bound(made) ?? this.save(made));
    return made;
  }

  /** Settles when the store has it, or cannot be reached. */
  joined(socketId: string, room: string): Promise<void> | undefined {
    const session = this.bySocket.get(socketId);
    if (!session || session.overfull) return undefined;
    const before = session.rooms.get(room);
    if (isOpen(before)) return undefined;
    session.rooms.set(room, before ? entered(before, this.here) : since(this.here));
    return this.bound(session) ?? this.changed(session);
  }

  left(socketId: string, room: string): void {
    const session = this.bySocket.get(socketId);
    const spans = session?.rooms.get(room);
    if (!session || !spans || !isOpen(spans)) return;
    session.rooms.leave(room, exited(spans, this.here), LEFT_AT_MOST);
    void this.changed(session);
  }

  /** An entry that its socket was due, or was not, although its place says otherwise; the socket may have gone since. */
  correct(session: LocalSession, room: string, n: number, due: boolean): void {
    const spans = session.rooms.get(room);
    const corrected = spans && (due ? reaching(spans, n) : excluding(spans, n));
    if (!corrected || corrected === spans) return;
    session.rooms.set(room, corrected);
    void this.changed(session);
  }

  /** Its socket has heard an order: it does not bind again. */
  obeyed(session: LocalSession, orders: string, n: number): void {
    if (session.overfull) return;
    session.rooms.set(orders, since(n));
    void this.changed(session);
  }

  /** The client is gone, and may come back: the window begins. */
  suspend(socketId: string): Promise<void> | undefined {
    const session = this.bySocket.get(socketId);
    if (!session) return undefined;
    session.endedAt = this.now();
    this.bySocket.delete(socketId);
    this.detached.add(session);
    if (this.detached.size > MAX_DETACHED) this.giveUpOldest();
    return this.save(session);
  }

  /** The session is over. */
  end(socketId: string): void {
    const session = this.bySocket.get(socketId);
    if (!session) return;
    this.bySocket.delete(socketId);
    this.dirty.delete(session);
    this.store.drop(session.pid, session.owner).catch(() => undefined);
  }

  /** The journal is another one: everything counts from here. */
  beginAnew(): void {
    const position = this.position();
    if (!position) return;
    for (const session of this.bySocket.values()) {
      const { rooms } = session;
      for (const [room, spans] of [...rooms]) {
        if (isOpen(spans)) rooms.set(room, since(position.n));
        else rooms.delete(room);
      }
      session.epoch = position.epoch;
      session.fresh = true;
      void this.save(session);
    }
  }

  /** Settles when the store has all sessions as they are, for as long as they are kept. @throws when it cannot be reached. */
  async confirm(): Promise<void> {
    const sessions = [...this.bySocket.values()];
    for (const { userId, rooms } of sessions) this.shared.share(userId, rooms);
    this.shared.removeUnused();
    const held = await this.store.touch(sessions, this.keepMs);
    sessions.forEach((session, index) => {
      if (held[index] === false) this.again(session);
    });
    await this.write();
    if (this.dirty.size > 0) throw new Error('sessions could not be saved');
  }

  private get here(): number {
    return this.position()?.n ?? 0;
  }

  // The store may have let go of it while it could not be reached; the socket is there all the same.
  private again(session: LocalSession): void {
    if (this.bySocket.get(session.socketId) !== session) return;
    session.fresh = true;
    this.dirty.add(session);
  }

  // It stays without its rooms, so that what the store has of it is replaced by a session that cannot be recovered.
  private giveUpOldest(): void {
    const [oldest] = this.detached;
    if (!oldest) return;
    this.detached.delete(oldest);
    oldest.overfull = true;
    oldest.rooms.clear();
  }

  // Part of its rooms would be less than it was promised: then it is better not recovered at all.
  private bound(session: LocalSession): Promise<void> | undefined {
    if (session.rooms.size <= this.bounds.maxRooms) return undefined;
    session.overfull = true;
    session.rooms.clear();
    return this.save(session);
  }

  /** Its rooms are others. */
  private changed(session: LocalSession): Promise<void> | undefined {
    const known = this.store.keeps && !session.fresh && session.endedAt === undefined;
    return known ? undefined : this.save(session);
  }

  private save(session: LocalSession): Promise<void> {
    this.dirty.add(session);
    return this.flush();
  }

  // All that one turn of the event loop changes is saved in one call.
  private flush(): Promise<void> {
    this.flushing ??= new Promise((resolve) => {
      setImmediate(() => {
        this.flushing = null;
        this.write().then(resolve, resolve);
      });
    });
    return this.flushing;
  }

  private async write(): Promise<void> {
    // Without a journal there is nothing to come back to.
    if (!this.position()) return;
    for (let batch = this.take(); batch.length > 0; batch = this.take()) {
      try {
        const saves = batch.map((session) => this.saveOf(session));
        const answers = await this.store.save(saves);
        batch.forEach((session, index) => this.judge(session, answers[index]));
      } catch {
        for (const session of batch) this.failed(session);
        return;
      }
    }
  }

  private saveOf(session: LocalSession): SessionSave {
    this.shared.share(session.userId, session.rooms);
    const keepMs = session.endedAt === undefined ? this.keepMs : this.bounds.windowMs;
    return { session: stored(session), fresh: session.fresh, keepMs };
  }

  private take(): LocalSession[] {
    const batch: LocalSession[] = [];
    for (const session of this.dirty) {
      if (batch.length === AT_ONCE) break;
      this.dirty.delete(session);
      batch.push(session);
    }
    return batch;
  }

  private judge(session: LocalSession, answer: 'saved' | 'foreign' | 'absent' | undefined): void {
    if (session.endedAt !== undefined) this.detached.delete(session);
    if (answer === 'saved') {
      session.fresh = false;
      if (session.endedAt === undefined && !this.dirty.has(session)) this.hooks.saved(session.socketId, true);
    } else if (answer === 'foreign' && session.endedAt === undefined) this.hooks.fenced(session);
    else this.again(session);
  }

  // Who has gone for longer than the window cannot come back anyway.
  private failed(session: LocalSession): void {
    if (session.endedAt === undefined) this.hooks.saved(session.socketId, false);
    const { endedAt } = session;
    if (endedAt === undefined || this.now() - endedAt < this.bounds.windowMs) this.dirty.add(session);
    else this.detached.delete(session);
    this.retry ??= setTimeout(() => {
      this.retry = undefined;
      void this.flush();
    }, RETRY_MS).unref();
  }
}

/** In the place of the journal's life: a session that cannot be recovered is refused by whoever restores it. */
const NO_EPOCH = '';

let latest: Spans = [0, 0];

/** In a room from here on. One for all rooms that are entered at one place of the journal: spans never change. */
export function since(n: number): Spans {
  if (latest[0] !== n) latest = [n, 0];
  return latest;
}

/** The rooms a socket of this session is in. */
export const openRooms = (rooms: RoomSpans): string[] =>
  [...rooms].filter(([room, spans]) => isRoom(room) && isOpen(spans)).map(([room]) => room);

function stored(session: LocalSession): RecoverySession {
  const { pid, owner, socketId, userId, login, overfull, rooms } = session;
  return { pid, owner, socketId, userId, login, epoch: overfull ? NO_EPOCH : session.epoch, rooms };
}
