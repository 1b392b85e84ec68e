/** Who came into and went out of rooms while events of this node were on their way through the journal, in its own count. */
import type { LocalSession } from './local-sessions';
import { FOR_ALL } from './recovery-store';
import { covers, entered, exited, type Spans } from './room-spans';

/** As if it were a room: who has come back here. */
const RETURNED = '+';

/** While Redis is away they are kept, one for each time that somebody enters or leaves a room. */
const MAX_MOVES = 100_000;

interface Move {
  spans: Spans;
  /** The last change, in the node's count. */
  at: number;
  readonly session: LocalSession | undefined;
}

export class Moves {
  private readonly sockets = new Map<string, Map<string, Move>>();
  private readonly movers = new Map<string, Set<string>>();
  private readonly queue: { at: number; socketId: string; room: string }[] = [];

  constructor(
    /** There are too many: everything that is on its way has to be delivered, and then `clear` called. */
    private readonly overflow: () => void,
    private readonly most = MAX_MOVES,
  ) {}

  get size(): number {
    return this.queue.length;
  }

  get none(): boolean {
    return this.sockets.size === 0;
  }

  came(socketId: string, at: number, session: LocalSession | undefined): void {
    this.joined(socketId, FOR_ALL, at, session);
  }

  /** With a session: what was emitted before is due to it, whoever has been told here. */
  returned(socketId: string, at: number): void {
    this.set(socketId, RETURNED, at, { spans: [-1, at], at, session: undefined });
  }

  joined(socketId: string, room: string, at: number, session: LocalSession | undefined): void {
    const known = this.sockets.get(socketId)?.get(room);
    this.set(socketId, room, at, { spans: entered(known?.spans, at), at, session });
  }

  left(socketId: string, room: string, at: number, session: LocalSession | undefined): void {
    const known = this.sockets.get(socketId)?.get(room);
    this.set(socketId, room, at, { spans: exited(known?.spans ?? [-1, 0], at), at, session });
  }

  /** Whether a socket was in the room when this node emitted its event `seq`; `now` where it has not moved since. */
  wasIn(socketId: string, room: string, seq: number, now: boolean): boolean {
    const move = this.sockets.get(socketId)?.get(room);
    return move ? covers(move.spans, seq) : now;
  }

  wasThere(socketId: string, seq: number): boolean {
    return this.wasIn(socketId, FOR_ALL, seq, true);
  }

  hasReturnedSince(socketId: string, seq: number): boolean {
    return this.wasIn(socketId, RETURNED, seq, false);
  }

  /** Who has come into this room or gone out of it lately. */
  moversOf(room: string): Iterable<string> {
    return this.movers.get(room) ?? [];
  }

  sessionOf(socketId: string, room: string): LocalSession | undefined {
    return this.sockets.get(socketId)?.get(room)?.session;
  }

  /** Those who have come back have been written everything that is on its way: the journal owes them nothing more of it. */
  clearReturned(): void {
    for (const socketId of this.moversOf(RETURNED)) {
      const moves = this.sockets.get(socketId);
      moves?.delete(RETURNED);
      if (moves?.size === 0) this.sockets.delete(socketId);
    }
    this.movers.delete(RETURNED);
  }

  /** Everything up to there has been heard. */
  settled(seq: number): void {
    let done = 0;
    for (const { at, socketId, room } of this.queue) {
      if (at > seq) break;
      done++;
      const moves = this.sockets.get(socketId);
      if ((moves?.get(room)?.at ?? Infinity) > seq) continue;
      moves?.delete(room);
      if (moves?.size === 0) this.sockets.delete(socketId);
      const movers = this.movers.get(room);
      movers?.delete(socketId);
      if (movers?.size === 0) this.movers.delete(room);
    }
    if (done > 0) this.queue.splice(0, done);
  }

  /** @returns the sockets that have come back, and are due what was emitted before. */
  clear(): string[] {
    const returned = [...this.moversOf(RETURNED)];
    this.sockets.clear();
    this.movers.clear();
    this.queue.length = 0;
    return returned;
  }

  private set(socketId: string, room: string, at: number, move: Move): void {
    if (this.queue.length >= this.most) this.overflow();
    const moves = this.sockets.get(socketId) ?? new Map<string, Move>();
    this.sockets.set(socketId, moves.set(room, move));
    this.movers.set(room, (this.movers.get(room) ?? new Set()).add(socketId));
    this.queue.push({ at, socketId, room });
  }
}
