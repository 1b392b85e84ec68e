/**
 * Delivers journal entries to their recipients among this node's sockets, each event once: from the journal, or
 * directly while the journal is unreachable. Called by the `ResumeCoordinator`.
 */
import type { Adapter } from 'socket.io-adapter';
import type { JournalConsumer } from '../journal/journal-consumer';
import {
  isSuperseded,
  type JournalEntry,
  type SessionOrder,
  offsetOf,
  type NumberedEntry,
} from '../journal/journal-entry';
import { DuplicateFilter } from '../journal/received-entries';
import type { LocalSessions } from '../sessions/local-sessions';
import type { RoomTransitions } from './room-transitions';
import { OutgoingEvent } from './outgoing-event';
import type { PendingEntry } from '../journal/pending-entries';
import type { ResumeEligibility } from '../sessions/resume-eligibility';
import { BROADCAST_STREAM, orderStreamOf } from '../stores/resume-store';
import type { NamespaceInternals, SocketInternals } from '../../transport/internals/socketio-internals';
import type { JournalProducer } from '../journal/journal-producer';

const NONE: ReadonlySet<string> = new Set();
/** After so many events that excluded it, a client gets a fresh offset: its old one would be trimmed from its rooms' streams. */
const MAX_EXCLUSIONS = 1_000;

export interface DeliveryDependencies {
  readonly source: string;
  readonly adapter: Adapter;
  readonly namespace: NamespaceInternals;
  readonly journal: JournalConsumer;
  readonly producer: JournalProducer;
  readonly sessions: LocalSessions;
  readonly transitions: RoomTransitions;
  readonly eligibility: ResumeEligibility;
  /** Sends these sockets the current offset. */
  sendFreshOffset(socketIds: string[]): void;
  /** Applies an order to the connection of a socket. */
  applyOrder(socketId: string, order: Exclude<SessionOrder, { kind: 'gap' }>): void;
}

export class JournalDelivery {
  private readonly exclusionCounts = new Map<string, number>();
  private readonly duplicateFilter = new DuplicateFilter();

  constructor(private readonly dependencies: DeliveryDependencies) {}

  /** Delivers an entry that was received from the journal; call in the order of the journal. */
  deliverEntry({ n, entry }: NumberedEntry): void {
    const { source, producer, adapter, journal, eligibility } = this.dependencies;
    const isOwn = entry.source === source;
    // The entry of this node by which its sockets have received the event already, if any.
    const deliveredSeq = isOwn
      ? producer.onOwnEntry(entry.seq).isDeliveredLocally
        ? entry.seq
        : undefined
      : producer.onForeignEntry(entry.dedupId);
    const { position } = journal;
    const isDuplicate = this.duplicateFilter.checkAndRecord(entry);
    if (entry.order) this.deliverOrder(entry, n, isOwn);
    else if (isDuplicate) this.skipDuplicate(entry);
    else if (position && !isSuperseded(entry)) {
      // Without recent transitions every socket found in the rooms is a recipient, which is the common case.
      const isRecipient = isOwn && !this.dependencies.transitions.isEmpty ? this.recipientTestFor(entry) : null;
      const event = new OutgoingEvent(entry.frames);
      const offset = offsetOf({ ...position, n });
      const deliver = (socket: SocketInternals): void => {
        const { id } = socket;
        if (isRecipient?.(id) === false) return;
        if (deliveredSeq !== undefined && !this.dependencies.transitions.hasResumedSince(id, deliveredSeq)) return;
        if (eligibility.isEligible(id)) event.sendWithOffset(offset, socket);
        else event.sendTo(socket);
      };
      forEachRecipient(adapter, this.dependencies.namespace, entry, deliver);
      if (isOwn) this.deliverToTransitioned(entry, n, deliver);
      for (const room of entry.except) this.countExclusions(room);
    }
    if (isOwn) producer.onConsumed(entry.seq);
  }

  // Recipients have received the duplicate's original: a fresh offset after it keeps a replay from repeating it.
  private skipDuplicate(entry: JournalEntry): void {
    const { adapter, namespace, eligibility } = this.dependencies;
    const recipients: string[] = [];
    forEachRecipient(adapter, namespace, entry, ({ id }) => eligibility.isEligible(id) && recipients.push(id));
    if (recipients.length > 0) this.dependencies.sendFreshOffset(recipients);
  }

  /** Delivers an entry to this node's recipients while the journal is unreachable. Without an offset: it has no position yet. */
  deliverLocally({ entry }: PendingEntry): void {
    const { adapter, namespace } = this.dependencies;
    if (entry.order) return;
    const isRecipient = this.recipientTestFor(entry);
    const event = new OutgoingEvent(entry.frames);
    const deliver = (socket: SocketInternals): void => {
      if (isRecipient(socket.id)) event.sendTo(socket);
    };
    forEachRecipient(adapter, namespace, entry, deliver);
    this.deliverToLeavers(entry, deliver);
  }

  /** Writes the socket's events that are still on their way through the journal; called before it is closed for good. */
  deliverPending(socketId: string): void {
    const { producer, namespace, transitions } = this.dependencies;
    const socket = namespace.sockets.get(socketId);
    for (const { entry, isDeliveredLocally } of producer.pendingEntries) {
      if (!socket || entry.order || (isDeliveredLocally && !transitions.hasResumedSince(socketId, entry.seq))) continue;
      if (!this.recipientTestFor(entry)(socketId)) continue;
      new OutgoingEvent(entry.frames).sendTo(socket);
    }
  }

  removeSocket(socketId: string): void {
    this.exclusionCounts.delete(socketId);
  }

  /** Tests whether a socket was a recipient of this node's event when it was emitted. */
  private recipientTestFor({ seq, rooms, except }: JournalEntry): (socketId: string) => boolean {
    const { transitions, adapter } = this.dependencies;
    const wasIn = (socketId: string, room: string): boolean =>
      transitions.wasIn(socketId, room, seq, adapter.sids.get(socketId)?.has(room) ?? false);
    return (socketId) => {
      const isRecipient =
        rooms.length === 0 ? transitions.wasConnected(socketId, seq) : rooms.some((room) => wasIn(socketId, room));
      return isRecipient && !except.some((room) => wasIn(socketId, room));
    };
  }

  // A socket that left a room after the emission still receives the event; one that joined after it does not, also not in a
  // replay, for which the session's intervals are corrected.
  private deliverToTransitioned(entry: JournalEntry, n: number, deliver: (socket: SocketInternals) => void): void {
    const { transitions, sessions } = this.dependencies;
    if (transitions.isEmpty) return;
    this.deliverToLeavers(entry, deliver);
    for (const room of entry.rooms.length > 0 ? entry.rooms : [BROADCAST_STREAM]) {
      for (const socketId of transitions.transitionedSockets(room)) {
        const session = transitions.sessionOf(socketId, room);
        if (session) sessions.correctIntervals(session, room, n, transitions.wasIn(socketId, room, entry.seq, false));
      }
    }
  }

  private deliverToLeavers({ rooms }: JournalEntry, deliver: (socket: SocketInternals) => void): void {
    const { transitions, adapter, namespace } = this.dependencies;
    const found = new Set<SocketInternals>();
    for (const room of rooms) {
      for (const socketId of transitions.transitionedSockets(room)) {
        const currentRooms = adapter.sids.get(socketId);
        const socket = rooms.some((name) => currentRooms?.has(name)) ? undefined : namespace.sockets.get(socketId);
        if (socket) found.add(socket);
      }
    }
    for (const socket of found) deliver(socket);
  }

  // On the publishing node, the order was applied to connected sockets before it was published; see `publishOrder`.
  private deliverOrder(entry: JournalEntry, n: number, isOwn: boolean): void {
    const { adapter, namespace, sessions } = this.dependencies;
    const { order } = entry;
    if (!order || order.kind === 'gap') return;
    const recipients: SocketInternals[] = [];
    forEachRecipient(adapter, namespace, entry, (socket) => recipients.push(socket));
    for (const { id } of recipients) {
      const session = sessions.get(id);
      const hasMissedOrder = session?.restoredTo !== undefined && session.restoredTo < n;
      if (session) sessions.markOrderApplied(session, orderStreamOf(order.userId), n);
      if (hasMissedOrder || (!isOwn && order.kind !== 'end')) this.dependencies.applyOrder(id, order);
    }
  }

  private countExclusions(room: string): void {
    const { adapter, eligibility } = this.dependencies;
    const staleSocketIds: string[] = [];
    for (const socketId of adapter.rooms.get(room) ?? NONE) {
      const count = (this.exclusionCounts.get(socketId) ?? 0) + 1;
      this.exclusionCounts.set(socketId, count % MAX_EXCLUSIONS);
      if (count === MAX_EXCLUSIONS && eligibility.isEligible(socketId)) staleSocketIds.push(socketId);
    }
    if (staleSocketIds.length > 0) this.dependencies.sendFreshOffset(staleSocketIds);
  }
}

/** Calls `visit` once per connected recipient on this node. The common case, one room without exceptions, allocates no set. */
function forEachRecipient(
  { rooms: socketIdsByRoom }: Pick<Adapter, 'rooms'>,
  { sockets }: NamespaceInternals,
  { rooms, except }: Pick<JournalEntry, 'rooms' | 'except'>,
  visit: (socket: SocketInternals) => void,
): void {
  const [only] = rooms;
  const idsOf = (room: string): Iterable<string> => socketIdsByRoom.get(room) ?? [];
  let ids: Iterable<string>;
  if (rooms.length === 0) ids = sockets.keys();
  else if (rooms.length === 1 && only !== undefined) ids = idsOf(only);
  else ids = new Set(rooms.flatMap((room) => [...idsOf(room)]));
  const excluded = except.length > 0 ? new Set(except.flatMap((room) => [...idsOf(room)])) : null;
  for (const id of ids) {
    const socket = excluded?.has(id) ? undefined : sockets.get(id);
    if (socket) visit(socket);
  }
}
