/**
 * Wires the parts of session resume together; owned by `ResumeService`. Recoverable events go through the journal. A client that
 * reconnects gets its session, its rooms and the missed events, each once and in order, on any node.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { RoomKind, roomName } from '@aeturnis/contracts';
import type { Namespace } from 'socket.io';
import type { Adapter } from 'socket.io-adapter';
import { JournalDelivery } from './delivery/journal-delivery';
import { ConnectInterceptor } from './socketio/connect-interceptor';
import { JournalConsumer, type JournalGap } from './journal/journal-consumer';
import { type SessionOrder, offsetOf, type NumberedEntry } from './journal/journal-entry';
import { LocalSessions, type SessionBounds, type SessionHooks } from './sessions/local-sessions';
import { RoomTransitions } from './delivery/room-transitions';
import { SessionTakeover } from './sessions/session-takeover';
import { ResumeEligibility } from './sessions/resume-eligibility';
import type { JournalFeed, ResumeStore } from './stores/resume-store';
import type { ResumeHooks } from './resume-hooks';
import { SessionReplay } from './delivery/session-replay';
import { SessionRestorer } from './sessions/session-restorer';
import {
  encodeEvent,
  namespaceInternalsOf,
  type NamespaceInternals,
  type SocketInternals,
} from '../transport/internals/socketio-internals';
import type { JournalLag } from '../base/metrics/delivery-metrics';
import type { JournalProducerHooks, JournalProgress } from './journal/journal-producer';
import { JournalProducer, type PublishOptions } from './journal/journal-producer';

const CONFIRM_RETRY_MS = 250;

export interface ResumeOptions extends SessionBounds {
  /** Names this process incarnation in the journal. */
  readonly source: string;
  /** Bytes of missed events that are written to a client at once; it reconnects for the rest. */
  readonly maxMissedBytes: number;
  readonly now: () => number;
}

export class ResumeCoordinator {
  private readonly journalConsumer: JournalConsumer;
  private readonly producer: JournalProducer;
  private readonly sessions: LocalSessions;
  private readonly transitions = new RoomTransitions(() => this.flushTransitions());
  private readonly eligibility: ResumeEligibility;
  private readonly takeover: SessionTakeover;
  private readonly restorer: SessionRestorer;
  private readonly replay: SessionReplay;
  private readonly delivery: JournalDelivery;
  private readonly namespace: NamespaceInternals;
  private readonly renewTimer: NodeJS.Timeout;
  private isClosed = false;
  /** Redis answers, but cannot be used. */
  private isStoreUnusable = false;

  constructor(
    namespace: Namespace,
    private readonly adapter: Adapter,
    private readonly store: ResumeStore,
    feed: JournalFeed,
    private readonly hooks: ResumeHooks,
    private readonly options: ResumeOptions,
  ) {
    const { source, windowMs, now } = options;
    const { transitions } = this;
    const internals = namespaceInternalsOf(namespace, adapter);
    this.namespace = internals;
    const eligibility = new ResumeEligibility(
      { onRevoked: (ids) => hooks.onUnrecoverable(ids), onRestored: (ids) => hooks.onRecoverable(ids) },
      () => this.allSocketIds,
    );
    this.eligibility = eligibility;
    const journal = new JournalConsumer(source, store, feed, {
      onStoreReply: () => this.producer.onStoreReply(),
      onEntry: (received) => this.onEntry(received),
      onJump: (gap) => this.onJournalJump(gap),
      onCaughtUp: () => this.producer.dropUncertain(),
      onNodeMessage: (message) => this.takeover.onMessage(message),
    });
    this.journalConsumer = journal;
    const sessionHooks: SessionHooks = {
      onFenced: ({ socketId }) => void this.takeover.closeSocket(socketId),
      onSaveResult: (socketId, isSaved) => (isSaved ? eligibility.restore(socketId) : eligibility.revoke(socketId)),
    };
    const sessions = new LocalSessions(store, options, () => journal.position, sessionHooks, now);
    this.sessions = sessions;
    const producerHooks: JournalProducerHooks = {
      deliverLocally: (pending) => this.delivery.deliverLocally(pending),
      onStoreLost: () => eligibility.revokeAll(),
      onPendingDelivered: () => transitions.clearResumed(),
      onStoreRestored: () => void this.restoreEligibility(),
      onConsumed: (seq) => transitions.removeUpTo(seq),
      onEventLost: (reason) => hooks.onEventLost(reason),
    };
    const producer = new JournalProducer(source, store, feed, producerHooks, now);
    this.producer = producer;
    this.takeover = new SessionTakeover(source, internals, sessions, feed, (pid, owner) =>
      this.restorer.cancel(pid, owner),
    );
    this.restorer = new SessionRestorer(source, store, journal, sessions, this.takeover, options.maxMissedBytes, hooks);
    this.replay = new SessionReplay(journal, () =>
      encodeEvent(adapter, internals.name, ['system:recoverable', { serverTime: now() }]),
    );
    const dependencies = {
      source,
      adapter,
      namespace: internals,
      journal,
      producer,
      sessions,
      transitions,
      eligibility,
      sendFreshOffset: (socketIds: string[]) => hooks.onRecoverable(socketIds),
      applyOrder: hooks.applyOrder,
    };
    this.delivery = new JournalDelivery(dependencies);
    new ConnectInterceptor({
      ...dependencies,
      takeover: this.takeover,
      restorer: this.restorer,
      replay: this.replay,
      hooks,
      isStoreAway: () => this.isStoreUnusable || producer.isOffline,
    }).install();
    this.renewTimer = setInterval(() => this.renew(), Math.max(200, windowMs / 4)).unref();
    journal.open();
  }

  close(): void {
    this.isClosed = true;
    clearInterval(this.renewTimer);
    this.sessions.close();
    this.producer.close();
    this.journalConsumer.close();
  }

  /** Resolves when this node knows the journal's position. @throws after `withinMs`. */
  waitForPosition(withinMs: number): Promise<void> {
    return this.journalConsumer.waitUntilReached(0, withinMs);
  }

  /** Redis answers but cannot be used, or can be used again. Until then no session can be resumed; clients are sent `DEGRADED`. */
  setStoreUnusable(isUnusable: boolean): void {
    this.isStoreUnusable = isUnusable;
    if (isUnusable) this.eligibility.revokeAll();
    else void this.restoreEligibility();
  }

  /** False only if no socket is in the room and no suspended session may resume in it. */
  mayHaveRecipients(room: string): boolean {
    return this.adapter.rooms.has(room) || this.store.mayHaveSessionIn(room);
  }

  /** The offset for an event that a client receives now; undefined while clients cannot resume. */
  get offset(): string | undefined {
    const { position } = this.journalConsumer;
    return position && this.canResume ? offsetOf(position) : undefined;
  }

  get journalProgress(): JournalProgress {
    return this.producer.progress;
  }

  get lag(): JournalLag {
    return { ...this.producer.backlog, behindEntries: this.journalConsumer.lagEntries };
  }

  findSocket(socketId: string): SocketInternals | undefined {
    return this.namespace.sockets.get(socketId);
  }

  /** Publishes an event to rooms, or to all clients without any. It is encoded now: later changes of `data` have no effect. */
  publish(
    data: unknown[],
    rooms: readonly string[],
    except: readonly string[],
    options?: PublishOptions,
    onJournaled?: () => void,
  ): void {
    const frames = encodeEvent(this.adapter, this.namespace.name, data);
    this.producer.publish({ rooms, except, frames }, options, onJournaled);
  }

  /** See `ResumeService.publishOrder`. */
  publishOrder(order: Exclude<SessionOrder, { kind: 'gap' }>): void {
    const rooms = [roomName(RoomKind.User, order.userId)];
    this.producer.publish({ rooms, except: [], frames: [], order });
  }

  /** Whether a connection that begins now can be resumed. */
  get canResume(): boolean {
    return this.eligibility.isEligible('');
  }

  /** See `ResumeService.deliverPending`. */
  deliverPending(socketId: string): void {
    this.delivery.deliverPending(socketId);
  }

  onJoin(socketId: string, room: string): Promise<void> | undefined {
    // A resumed socket joins its old rooms before its session is begun here, and those joins must not be recorded.
    const session = this.sessions.get(socketId);
    if (!session && !this.eligibility.isExcluded(socketId)) return undefined;
    if (!this.producer.isIdle) this.transitions.recordJoin(socketId, room, this.producer.emittedCount, session);
    return session && this.sessions.onJoin(socketId, room);
  }

  onLeave(socketId: string, room: string): void {
    const session = this.sessions.get(socketId);
    if (!this.producer.isIdle) this.transitions.recordLeave(socketId, room, this.producer.emittedCount, session);
    this.sessions.onLeave(socketId, room);
  }

  onSuspend(socketId: string): void {
    void this.sessions.suspend(socketId);
  }

  endSession(socketId: string): void {
    this.eligibility.removeSocket(socketId);
    this.replay.cancel(socketId);
    this.delivery.removeSocket(socketId);
    this.sessions.end(socketId);
  }

  private renew(): void {
    this.sessions.confirmAll().catch(() => undefined);
  }

  private onEntry(received: NumberedEntry): void {
    const { source, order } = received.entry;
    this.delivery.deliverEntry(received);
    if (order?.kind !== 'gap') return;
    // Only the source's own clients have received the dropped events. No session can be resumed across a gap, so that clients
    // get a fresh offset. If orders were lost, clients of other nodes reconnect, into the rooms they still have a right to.
    const { allSocketIds } = this;
    if (source !== this.options.source && order.orders)
      for (const socketId of allSocketIds) void this.takeover.closeSocket(socketId);
    else if (source !== this.options.source) this.hooks.onGap('lost', allSocketIds);
    this.hooks.onRecoverable(this.eligibleSocketIds);
  }

  // Pending events are delivered now, while the recorded transitions still give their recipients. Without the transitions,
  // resumed sockets would miss the events that they are still due from the journal: they get `system:resync`.
  private flushTransitions(): void {
    this.producer.goOffline();
    this.hooks.onGap('lost', this.transitions.clear());
  }

  private onJournalJump(gap: JournalGap): void {
    if (gap !== 'begun') this.producer.markSentUncertain();
    if (gap === 'trimmed') return this.forceReconnects();
    this.sessions.rebaseOnJournal();
    if (gap === 'epoch') this.hooks.onGap(gap, this.allSocketIds);
    this.hooks.onRecoverable(this.eligibleSocketIds);
  }

  // Room streams reach back further than the log: clients that reconnect now are replayed everything. Clients that cannot
  // resume get `system:resync` instead.
  private forceReconnects(): void {
    const eligible = this.eligibleSocketIds;
    const isEligible = new Set(eligible);
    const others = this.allSocketIds.filter((socketId) => !isEligible.has(socketId));
    this.hooks.onGap('trimmed', others);
    for (const socketId of eligible) void this.takeover.closeSocket(socketId);
  }

  // Clients can resume again once the journal has every event delivered offline and the store every session.
  private async restoreEligibility(): Promise<void> {
    while (!this.isClosed) {
      try {
        await this.sessions.confirmAll();
        if (this.producer.hasCaughtUp && !this.isStoreUnusable) this.eligibility.restoreAll();
        return;
      } catch {
        await delay(CONFIRM_RETRY_MS, undefined, { ref: false });
      }
    }
  }

  private get allSocketIds(): string[] {
    return [...this.namespace.sockets.keys()];
  }

  private get eligibleSocketIds(): string[] {
    return this.allSocketIds.filter((socketId) => this.eligibility.isEligible(socketId));
  }
}
