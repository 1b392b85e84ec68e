/** The sessions of the sockets of this node, kept in the store from the start, so that they outlive the node. */
import type { Position } from './position';
import type { RecoverySession, RecoveryStore, RoomSpan } from './recovery-store';

const AT_ONCE = 200;
/** Rooms left lately whose entries a session may still have to get. */
const LEFT_AT_MOST = 32;
/** As the least offset: none is admitted. */
const NOTHING = Number.MAX_SAFE_INTEGER;

export interface LocalSession {
  readonly pid: string;
  readonly owner: string;
  readonly socketId: string;
  readonly userId: string;
  readonly rooms: Map<string, RoomSpan>;
  /** The store does not have it yet. */
  fresh: boolean;
  epoch: string;
  least: number;
  ended: boolean;
}

export class LocalSessions {
  private readonly bySocket = new Map<string, LocalSession>();
  private readonly dirty = new Set<LocalSession>();
  private flushing: Promise<void> | null = null;
  /** While the socket lives, longer: its node renews it only now and then. */
  readonly keepMs: number;

  constructor(
    private readonly store: RecoveryStore,
    private readonly windowMs: number,
    private readonly position: () => Position | null,
    /** Another node has taken the session over. */
    private readonly fenced: (session: LocalSession) => void,
  ) {
    this.keepMs = Math.ceil(windowMs * 1.5);
  }

  get(socketId: string): LocalSession | undefined {
    return this.bySocket.get(socketId);
  }

  begin(session: Pick<LocalSession, 'pid' | 'owner' | 'socketId' | 'userId' | 'rooms' | 'fresh'>): void {
    const made = { ...session, epoch: this.position()?.epoch ?? '', least: 0, ended: false };
    this.bySocket.set(session.socketId, made);
    void this.save(made);
  }

  /** Settles when the store has it, or cannot be reached. */
  joined(socketId: string, room: string): Promise<void> | undefined {
    const session = this.bySocket.get(socketId);
    if (!session || session.rooms.get(room)?.[1] === 0) return undefined;
    session.rooms.set(room, [this.position()?.n ?? 0, 0]);
    return this.save(session);
  }

  left(socketId: string, room: string): void {
    const session = this.bySocket.get(socketId);
    const span = session?.rooms.get(room);
    if (!session || span?.[1] !== 0) return;
    session.rooms.delete(room);
    session.rooms.set(room, [span[0], Math.max(1, this.position()?.n ?? 0)]);
    const left = [...session.rooms].filter(([, [, until]]) => until > 0);
    if (left.length > LEFT_AT_MOST && left[0]) session.rooms.delete(left[0][0]);
    void this.save(session);
  }

  /** The client is gone, and may come back: the window begins. */
  suspend(socketId: string): Promise<void> | undefined {
    const session = this.bySocket.get(socketId);
    if (!session) return undefined;
    session.ended = true;
    this.bySocket.delete(socketId);
    this.dirty.add(session);
    return this.flush();
  }

  /** The session is over. */
  end(socketId: string): void {
    const session = this.bySocket.get(socketId);
    if (!session) return;
    this.bySocket.delete(socketId);
    this.dirty.delete(session);
    this.store.drop(session.pid, session.owner).catch(() => undefined);
  }

  /** The socket has got something that an older offset would give it again. */
  admitNothing(socketId: string): void {
    const session = this.bySocket.get(socketId);
    if (!session || session.least === NOTHING) return;
    session.least = NOTHING;
    this.dirty.add(session);
  }

  /** What such sockets have got is in the journal now. Settles once the store knows. */
  async admitFromHere(): Promise<void> {
    const position = this.position();
    const closed = [...this.bySocket.values()].filter(({ least }) => least === NOTHING);
    if (!position) return;
    for (const session of closed) {
      session.least = position.n;
      this.dirty.add(session);
    }
    await this.flush();
  }

  /** Who would get everything back after its last offset, and who would not. */
  ableToReturn(socketIds: readonly string[]): [able: string[], unable: string[]] {
    const able = socketIds.filter((socketId) => (this.bySocket.get(socketId)?.least ?? NOTHING) !== NOTHING);
    const chosen = new Set(able);
    return [able, socketIds.filter((socketId) => !chosen.has(socketId))];
  }

  /** The journal is another one: everything counts from here. */
  beginAnew(): void {
    const position = this.position();
    if (!position) return;
    for (const session of this.bySocket.values()) {
      for (const [room, [, until]] of session.rooms) {
        if (until > 0) session.rooms.delete(room);
        else session.rooms.set(room, [position.n, 0]);
      }
      session.epoch = position.epoch;
      session.fresh = true;
      if (session.least !== NOTHING) session.least = 0;
      void this.save(session);
    }
  }

  /** @throws when the store cannot be reached. */
  async settle(): Promise<void> {
    await this.write();
    if (this.dirty.size > 0) throw new Error('sessions could not be saved');
  }

  async renew(): Promise<void> {
    const sessions = [...this.bySocket.values()];
    const held = await this.store.touch(sessions, this.keepMs).catch(() => null);
    sessions.forEach((session, index) => {
      if (held?.[index] === false) this.again(session);
    });
    if (this.dirty.size > 0) await this.flush();
  }

  // The store may have let go of it while it could not be reached; the socket is there all the same.
  private again(session: LocalSession): void {
    if (this.bySocket.get(session.socketId) !== session) return;
    session.fresh = true;
    this.dirty.add(session);
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
    const batch = [...this.dirty].slice(0, AT_ONCE);
    if (batch.length === 0) return;
    for (const session of batch) this.dirty.delete(session);
    try {
      const saves = batch.map((session) => ({
        session: stored(session),
        fresh: session.fresh,
        keepMs: session.ended ? this.windowMs : this.keepMs,
      }));
      const saved = await this.store.save(saves);
      batch.forEach((session, index) => {
        const answer = saved[index];
        if (answer === 'saved') session.fresh = false;
        else if (answer === 'foreign' && !session.ended) this.fenced(session);
        else this.again(session);
      });
    } catch {
      for (const session of batch) this.dirty.add(session);
      return;
    }
    await this.write();
  }
}

function stored({ pid, owner, socketId, userId, epoch, rooms, least }: LocalSession): RecoverySession {
  return { pid, owner, socketId, userId, epoch, rooms: Object.fromEntries(rooms), least };
}
