/**
 * Records joins, leaves and resumes of this node's sockets while its own events are on their way through the journal,
 * in the node's sequence numbers. `JournalDelivery` uses it to find the recipients as of the emission.
 */
import type { LocalSession } from '../sessions/local-sessions';
import { BROADCAST_STREAM } from '../stores/resume-store';
import { includesEntry, openInterval, closeInterval, type RoomIntervals } from '../sessions/session-rooms';

/** A pseudo room, in which a socket was until it resumed its session on this node. */
const RESUMED = '+';

/** While Redis is unreachable nothing is removed, so that each join and leave adds one. */
const MAX_TRANSITIONS = 100_000;

interface RoomTransition {
  intervals: RoomIntervals;
  /** The node's sequence number at the last change. */
  at: number;
  readonly session: LocalSession | undefined;
}

export class RoomTransitions {
  private readonly transitionsBySocket = new Map<string, Map<string, RoomTransition>>();
  private readonly socketsByRoom = new Map<string, Set<string>>();
  private readonly queue: { at: number; socketId: string; room: string }[] = [];

  constructor(
    /** Called at the bound: deliver all pending events, then call `clear`. */
    private readonly onOverflow: () => void,
    private readonly maxTransitions = MAX_TRANSITIONS,
  ) {}

  get size(): number {
    return this.queue.length;
  }

  get isEmpty(): boolean {
    return this.transitionsBySocket.size === 0;
  }

  recordConnect(socketId: string, at: number, session: LocalSession | undefined): void {
    this.recordJoin(socketId, BROADCAST_STREAM, at, session);
  }

  /** The socket has resumed: earlier events are still due to it, even if this node's sockets received them offline. */
  recordResume(socketId: string, at: number): void {
    this.record(socketId, RESUMED, at, { intervals: [-1, at], at, session: undefined });
  }

  recordJoin(socketId: string, room: string, at: number, session: LocalSession | undefined): void {
    const known = this.transitionsBySocket.get(socketId)?.get(room);
    this.record(socketId, room, at, { intervals: openInterval(known?.intervals, at), at, session });
  }

  recordLeave(socketId: string, room: string, at: number, session: LocalSession | undefined): void {
    const known = this.transitionsBySocket.get(socketId)?.get(room);
    this.record(socketId, room, at, { intervals: closeInterval(known?.intervals ?? [-1, 0], at), at, session });
  }

  /** Whether the socket was in the room when this node emitted event `seq`; `isInNow` without a recorded transition. */
  wasIn(socketId: string, room: string, seq: number, isInNow: boolean): boolean {
    const transition = this.transitionsBySocket.get(socketId)?.get(room);
    return transition ? includesEntry(transition.intervals, seq) : isInNow;
  }

  wasConnected(socketId: string, seq: number): boolean {
    return this.wasIn(socketId, BROADCAST_STREAM, seq, true);
  }

  hasResumedSince(socketId: string, seq: number): boolean {
    return this.wasIn(socketId, RESUMED, seq, false);
  }

  /** The sockets with a recorded join or leave of this room. */
  transitionedSockets(room: string): Iterable<string> {
    return this.socketsByRoom.get(room) ?? [];
  }

  sessionOf(socketId: string, room: string): LocalSession | undefined {
    return this.transitionsBySocket.get(socketId)?.get(room)?.session;
  }

  /** Resumed sockets have been written all pending events: when those arrive from the journal, they are not written again. */
  clearResumed(): void {
    for (const socketId of this.transitionedSockets(RESUMED)) {
      const transitions = this.transitionsBySocket.get(socketId);
      transitions?.delete(RESUMED);
      if (transitions?.size === 0) this.transitionsBySocket.delete(socketId);
    }
    this.socketsByRoom.delete(RESUMED);
  }

  /** This node has received its events up to `seq` from the journal: transitions up to there are no longer needed. */
  removeUpTo(seq: number): void {
    let processed = 0;
    for (const { at, socketId, room } of this.queue) {
      if (at > seq) break;
      processed++;
      const transitions = this.transitionsBySocket.get(socketId);
      if ((transitions?.get(room)?.at ?? Infinity) > seq) continue;
      transitions?.delete(room);
      if (transitions?.size === 0) this.transitionsBySocket.delete(socketId);
      const socketIds = this.socketsByRoom.get(room);
      socketIds?.delete(socketId);
      if (socketIds?.size === 0) this.socketsByRoom.delete(room);
    }
    if (processed > 0) this.queue.splice(0, processed);
  }

  /** Removes all transitions. @returns the resumed sockets, which were still due earlier events. */
  clear(): string[] {
    const resumed = [...this.transitionedSockets(RESUMED)];
    this.transitionsBySocket.clear();
    this.socketsByRoom.clear();
    this.queue.length = 0;
    return resumed;
  }

  private record(socketId: string, room: string, at: number, transition: RoomTransition): void {
    if (this.queue.length >= this.maxTransitions) this.onOverflow();
    const transitions = this.transitionsBySocket.get(socketId) ?? new Map<string, RoomTransition>();
    this.transitionsBySocket.set(socketId, transitions.set(room, transition));
    this.socketsByRoom.set(room, (this.socketsByRoom.get(room) ?? new Set()).add(socketId));
    this.queue.push({ at, socketId, room });
  }
}
