/**
 * Nothing lost: recoverable events go through the journal, and a client that was away for a moment gets its session, its
 * rooms and what it missed, each event once and in order, on this node or another.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { RoomKind, roomName } from '@aeturnis/contracts';
import type { Namespace } from 'socket.io';
import type { Adapter } from 'socket.io-adapter';
import { AdmittedRooms } from './admitted-rooms';
import { Delivery } from './delivery';
import { Entrance } from './entrance';
import { Journal, type JournalGap } from './journal';
import type { Order } from './journal-entry';
import { LocalSessions, type SessionBounds } from './local-sessions';
import { Moves } from './moves';
import { offsetOf } from './position';
import { Predecessors } from './predecessors';
import { Recoverability } from './recoverability';
import type { RecoveryFeed, RecoveryStore } from './recovery-store';
import type { RecoveryHooks } from './recovery-hooks';
import { Replay } from './replay';
import { Restorer } from './restorer';
import type { Heard } from './ring';
import { encodeEvent, insidesOf, type NamespaceInternals, type SocketInternals } from './socket-internals';
import type { JournalLag } from './submission-hooks';
import { Submissions, type Submitting } from './submissions';

const SETTLE_RETRY_MS = 250;

export interface RecoveryOptions extends SessionBounds {
  /** Bytes of missed events that are written to a client at once; it comes back for more. */
  readonly maxMissedBytes: number;
  readonly now: () => number;
}

/** How far what this node emits has come: `kept` of `emitted` events are in the journal, the next one has been waiting. */
export interface Progress {
  readonly emitted: number;
  readonly kept: number;
  readonly lateMs: number;
}

export class Recovery {
  /** Names this life of the node in the journal. */
  private readonly source = randomBytes(6).toString('hex');
  private readonly journal: Journal;
  private readonly submissions: Submissions;
  private readonly sessions: LocalSessions;
  private readonly moves = new Moves(() => this.forgetMoves());
  private readonly recoverability: Recoverability;
  private readonly predecessors: Predecessors;
  private readonly restorer: Restorer;
  private readonly replay: Replay;
  private readonly delivery: Delivery;
  private readonly inside: NamespaceInternals;
  private readonly renewal: NodeJS.Timeout;
  private closed = false;
  /** Redis answers, but cannot be used. */
  private isTroubled = false;
  private readonly admitted = new AdmittedRooms();

  constructor(
    namespace: Namespace,
    private readonly adapter: Adapter,
    private readonly store: RecoveryStore,
    feed: RecoveryFeed,
    private readonly hooks: RecoveryHooks,
    private readonly options: RecoveryOptions,
  ) {
    const { windowMs, now } = options;
    const { source, moves } = this;
    const inside = insidesOf(namespace, adapter);
    this.inside = inside;
    const recoverability = new Recoverability(
      { lost: (ids) => hooks.unrecoverable(ids), regained: (ids) => hooks.recoverable(ids) },
      () => this.everybody,
    );
    this.recoverability = recoverability;
    const journal = new Journal(source, store, feed, {
      contact: () => this.submissions.contact(),
      deliver: (heard) => this.deliver(heard),
      jumped: (gap) => this.jumped(gap),
      caughtUp: () => this.submissions.forgetDoubtful(),
      word: (message) => this.predecessors.hear(message),
    });
    this.journal = journal;
    const sessions = new LocalSessions(
      store,
      options,
      () => journal.position,
      {
        fenced: ({ socketId }) => void this.predecessors.close(socketId),
        saved: (socketId, well) => (well ? recoverability.regain(socketId) : recoverability.lose(socketId)),
      },
      now,
    );
    this.sessions = sessions;
    const submissions = new Submissions(
      source,
      store,
      feed,
      {
        tell: (pending) => this.delivery.tell(pending),
        away: () => recoverability.loseAll(),
        deliveredPending: () => moves.clearReturned(),
        back: () => void this.regain(),
        settled: (seq) => moves.settled(seq),
        gaveUp: (reason) => hooks.gaveUp(reason),
      },
      now,
    );
    this.submissions = submissions;
    this.predecessors = new Predecessors(source, inside, sessions, feed, (pid, owner) =>
      this.restorer.cancel(pid, owner),
    );
    this.restorer = new Restorer(source, store, journal, sessions, this.predecessors, options.maxMissedBytes, hooks);
    const { obey } = hooks;
    this.replay = new Replay(journal, () =>
      encodeEvent(adapter, inside.name, ['system:recoverable', { serverTime: now() }]),
    );
    const freshen = (socketIds: string[]): void => hooks.recoverable(socketIds);
    const parts = { source, adapter, inside, journal, submissions, sessions, moves, recoverability, freshen, obey };
    this.delivery = new Delivery(parts);
    new Entrance({
      ...parts,
      predecessors: this.predecessors,
      restorer: this.restorer,
      replay: this.replay,
      hooks,
      isAway: () => this.isTroubled || submissions.cutOff,
    }).open();
    this.renewal = setInterval(() => this.renew(), Math.max(200, windowMs / 4)).unref();
    journal.open();
  }

  close(): void {
    this.closed = true;
    clearInterval(this.renewal);
    this.sessions.close();
    this.submissions.close();
    this.journal.close();
  }

  /** Settles when this node knows where the journal stands. @throws when that takes too long. */
  positioned(withinMs: number): Promise<void> {
    return this.journal.reached(0, withinMs);
  }

  /** Redis answers but cannot be used, or can be used again. Until then no session can be resumed, and clients are told so. */
  troubled(isTroubled: boolean): void {
    this.isTroubled = isTroubled;
    if (isTroubled) this.recoverability.loseAll();
    else void this.regain();
  }

  /** False where certainly nobody is in the room, and nobody is awaited there. */
  reaches(room: string): boolean {
    const admitted = this.admitted.has(room, this.options.now());
    return this.adapter.rooms.has(room) || admitted || this.store.awaits(room);
  }

  /** The offset for something that this client gets now; undefined while it could not come back to it. */
  get offset(): string | undefined {
    const { position } = this.journal;
    return position && this.able ? offsetOf(position) : undefined;
  }

  get progress(): Progress {
    const { count: emitted, kept, lateMs } = this.submissions;
    return { emitted, kept, lateMs };
  }

  get lag(): JournalLag {
    return { ...this.submissions.backlog, behindEntries: this.journal.behind };
  }

  /** A socket of this node. */
  socket(socketId: string): SocketInternals | undefined {
    return this.inside.sockets.get(socketId);
  }

  /** An event for rooms, or without any for everybody. It is encoded now: later changes of the payload change nothing. `settle`: it is in the journal. */
  emit(
    data: unknown[],
    rooms: readonly string[],
    except: readonly string[],
    how?: Submitting,
    settle?: () => void,
  ): void {
    this.submissions.submit({ rooms, except, frames: encodeEvent(this.adapter, this.inside.name, data) }, how, settle);
  }

  /** For all sessions of a user, here or elsewhere, connected or away; who is connected here has obeyed already. */
  order(order: Exclude<Order, { kind: 'gap' }>): void {
    if (order.kind === 'join') this.admitted.add(order.room, this.options.now() + this.sessions.keepMs);
    const rooms = [roomName(RoomKind.User, order.userId)];
    this.submissions.submit({ rooms, except: [], frames: [], order });
  }

  /** Whether a connection that begins now can be recovered. */
  get able(): boolean {
    return this.recoverability.has('');
  }

  /** Before a socket is closed for good: what it is due and is still on its way through the journal is written at once. */
  hurry(socketId: string): void {
    this.delivery.hurry(socketId);
  }

  joined(socketId: string, room: string): Promise<void> | undefined {
    // A socket that is made of a session is in its rooms already; only what it joins now is new to it.
    const session = this.sessions.get(socketId);
    if (!session) return undefined;
    if (!this.submissions.idle) this.moves.joined(socketId, room, this.submissions.count, session);
    return this.sessions.joined(socketId, room);
  }

  left(socketId: string, room: string): void {
    const session = this.sessions.get(socketId);
    if (!this.submissions.idle) this.moves.left(socketId, room, this.submissions.count, session);
    this.sessions.left(socketId, room);
  }

  suspended(socketId: string): void {
    void this.sessions.suspend(socketId);
  }

  gone(socketId: string): void {
    this.recoverability.gone(socketId);
    this.replay.forget(socketId);
    this.delivery.gone(socketId);
    this.sessions.end(socketId);
  }

  private renew(): void {
    this.sessions.confirm().catch(() => undefined);
    this.admitted.removeExpired(this.options.now());
  }

  private deliver(heard: Heard): void {
    const { source, order } = heard.entry;
    this.delivery.heard(heard);
    if (order?.kind !== 'gap') return;
    // Its own clients have had what the others never will. Nobody can come back across it: here is a new beginning.
    // Where orders are lost, the others come in anew, into the rooms that they still have a right to.
    const { everybody } = this;
    if (source !== this.source && order.orders)
      for (const socketId of everybody) void this.predecessors.close(socketId);
    else if (source !== this.source) this.hooks.gap('lost', everybody);
    this.hooks.recoverable(this.everybody.filter((socketId) => this.recoverability.has(socketId)));
  }

  // What is on its way is delivered here at once, to whom it is for by the moves that are known; after that they are needed
  // by those alone who have come back and are due it once more from the journal. They are told to ask anew.
  private forgetMoves(): void {
    this.submissions.goOnAlone();
    this.hooks.gap('lost', this.moves.clear());
  }

  private jumped(gap: JournalGap): void {
    if (gap !== 'begun') this.submissions.doubt();
    if (gap === 'trimmed') this.sendForWhatIsGone();
    if (gap === 'trimmed') return;
    this.sessions.beginAnew();
    if (gap === 'epoch') this.hooks.gap(gap, this.everybody);
    this.hooks.recoverable(this.everybody.filter((socketId) => this.recoverability.has(socketId)));
  }

  // The rooms keep more than the log: clients whose connection breaks here and now come back to all of it. Those that had
  // events from this node alone cannot, and are told.
  private sendForWhatIsGone(): void {
    const able = this.everybody.filter((socketId) => this.recoverability.has(socketId));
    const chosen = new Set(able);
    this.hooks.gap(
      'trimmed',
      this.everybody.filter((socketId) => !chosen.has(socketId)),
    );
    for (const socketId of able) void this.predecessors.close(socketId);
  }

  // Once the journal has all that was told alone, and the store all sessions as they are.
  private async regain(): Promise<void> {
    while (!this.closed) {
      try {
        await this.sessions.confirm();
        if (this.submissions.caughtUp && !this.isTroubled) this.recoverability.regainAll();
        return;
      } catch {
        await delay(SETTLE_RETRY_MS, undefined, { ref: false });
      }
    }
  }

  private get everybody(): string[] {
    return [...this.inside.sockets.keys()];
  }
}
