/**
 * Nothing lost: recoverable events go through the journal, and a client that was away for a moment gets its session, its
 * rooms and what it missed, each event once and in order, on this node or another.
 */
import { randomBytes } from 'node:crypto';
import type { Namespace } from 'socket.io';
import type { Adapter } from 'socket.io-adapter';
import { Journal, type JournalGap } from './journal';
import { Delivery } from './delivery';
import type { Order } from './journal-entry';
import { LocalSessions } from './local-sessions';
import { offsetOf } from './position';
import { Predecessors } from './predecessors';
import type { RecoveryFeed, RecoveryStore } from './recovery-store';
import { Replay } from './replay';
import { type Refusal, type Restored, Restorer, RestoreRefused } from './restorer';
import type { Heard } from './ring';
import {
  createRecovered,
  encodeEvent,
  type EngineClient,
  type HandshakeAuth,
  insidesOf,
  type NamespaceInternals,
} from './socket-internals';
import { Submissions } from './submissions';

export interface RecoveryHooks {
  /** Whose token a handshake carries; null where it proves nobody. */
  identify(client: EngineClient, auth: HandshakeAuth): Promise<string | null>;
  /** How an attempt to come back ended. */
  outcome(outcome: 'recovered' | Refusal): void;
  /** Events are delivered on this node alone, and connections cannot be recovered: the store is away. */
  away(): void;
  /** The connections of this node can be recovered from here on (again). */
  recoverable(socketIds: readonly string[]): void;
  /** These connections of this node may have missed events. */
  gap(reason: Exclude<JournalGap, 'begun'> | 'lost', socketIds: readonly string[]): void;
}

export interface RecoveryOptions {
  windowMs: number;
  now: () => number;
}

export class Recovery {
  /** Names this life of the node in the journal. */
  private readonly source = randomBytes(6).toString('hex');
  private readonly journal: Journal;
  private readonly submissions: Submissions;
  private readonly sessions: LocalSessions;
  private readonly predecessors: Predecessors;
  private readonly restorer: Restorer;
  private readonly replay: Replay;
  private readonly delivery: Delivery;
  private readonly inside: NamespaceInternals;
  private readonly renewal: NodeJS.Timeout;
  /** Rooms that who is away has been admitted to, and for how long it may still come back. */
  private readonly admitted = new Map<string, number>();

  constructor(
    namespace: Namespace,
    private readonly adapter: Adapter,
    private readonly store: RecoveryStore,
    feed: RecoveryFeed,
    private readonly hooks: RecoveryHooks,
    private readonly options: RecoveryOptions,
  ) {
    const { windowMs, now } = options;
    this.inside = insidesOf(namespace, adapter);
    this.journal = new Journal(this.source, store, feed, {
      contact: () => this.submissions.contact(),
      deliver: (heard) => this.deliver(heard),
      jumped: (gap) => this.jumped(gap),
      word: (message) => this.predecessors.hear(message),
    });
    this.sessions = new LocalSessions(
      store,
      windowMs,
      () => this.journal.position,
      ({ socketId }) => void this.predecessors.close(socketId),
    );
    this.submissions = new Submissions(
      this.source,
      store,
      feed,
      {
        tell: (pending) => this.delivery.tell(pending),
        left: (socketId) => !this.holds(socketId),
        away: () => hooks.away(),
        returning: () => this.sessions.settle(),
        back: () => void this.sessions.admitFromHere().then(() => this.recoverable()),
      },
      now,
    );
    this.predecessors = new Predecessors(this.source, this.inside, this.sessions, feed, (pid) =>
      this.restorer.cancel(pid),
    );
    this.restorer = new Restorer(this.source, store, this.journal, this.sessions, this.predecessors);
    this.replay = new Replay(this.journal, adapter);
    this.delivery = new Delivery(
      this.source,
      adapter,
      this.inside,
      this.journal,
      this.submissions,
      this.sessions,
      (socketIds) => hooks.recoverable(socketIds),
    );
    this.takeOver();
    this.renewal = setInterval(() => this.renew(), Math.max(200, windowMs / 4)).unref();
    this.journal.open();
  }

  close(): void {
    clearInterval(this.renewal);
    this.submissions.close();
    this.journal.close();
  }

  /** False where certainly nobody is in the room, and nobody is awaited there. */
  reaches(room: string): boolean {
    const admitted = (this.admitted.get(room) ?? 0) > this.options.now();
    return this.adapter.rooms.has(room) || admitted || this.store.awaits(room);
  }

  /** The offset for something that this client gets now; undefined while there is no journal. */
  get offset(): string | undefined {
    const { position } = this.journal;
    return position ? offsetOf(position) : undefined;
  }

  holds(socketId: string): boolean {
    return this.inside.sockets.has(socketId);
  }

  /** An event for rooms, or without any for everybody. It is encoded now: later changes of the payload change nothing. */
  emit(data: unknown[], rooms: readonly string[], except: readonly string[]): void {
    this.submissions.submit({ rooms, except, frames: encodeEvent(this.adapter, this.inside.name, data) });
  }

  /** For the sessions of a user that are away: those that are connected obey by other ways. */
  order(userRoom: string, order: Order): void {
    if (order.kind === 'join') this.admitted.set(order.room, this.options.now() + this.sessions.keepMs);
    this.submissions.submit({ rooms: [userRoom], except: [], frames: [], order });
  }

  /** Before a socket is closed for good: what it is due and is still on its way through the journal is written at once. */
  hurry(socketId: string): void {
    this.delivery.hurry(socketId);
  }

  /** Whether the store is away for so long that events are delivered on this node alone. */
  get cutOff(): boolean {
    return this.submissions.cutOff;
  }

  joined(socketId: string, room: string, others: ReadonlySet<string>): Promise<void> | undefined {
    // A socket that is made of a session is in its rooms already; only what it joins now is new to it.
    if (!this.sessions.get(socketId)) return undefined;
    this.submissions.joined(socketId, room, others);
    return this.sessions.joined(socketId, room);
  }

  left(socketId: string, room: string, before: ReadonlySet<string>): void {
    this.submissions.left(socketId, room, before);
    this.sessions.left(socketId, room);
  }

  suspended(socketId: string): void {
    void this.sessions.suspend(socketId);
  }

  gone(socketId: string): void {
    this.submissions.gone(socketId);
    this.replay.forget(socketId);
    this.delivery.gone(socketId);
    this.sessions.end(socketId);
  }

  // The rooms keep more than the log: clients whose connection breaks here and now come back to all of it. Those that had
  // events from this node alone cannot, and are told.
  private sendForWhatIsGone(): void {
    const [able, unable] = this.sessions.ableToReturn([...this.inside.sockets.keys()]);
    this.hooks.gap('trimmed', unable);
    for (const socketId of able) void this.predecessors.close(socketId);
  }

  private recoverable(): void {
    this.hooks.recoverable([...this.inside.sockets.keys()]);
  }

  private renew(): void {
    void this.sessions.renew();
    const now = this.options.now();
    for (const [room, until] of this.admitted) if (until <= now) this.admitted.delete(room);
  }

  private takeOver(): void {
    const { inside } = this;
    const create = inside._createSocket.bind(inside);
    /** One attempt per connection: any number of handshakes may come over it, and the door takes the first. */
    const tried = new WeakSet<EngineClient>();
    inside._createSocket = async (client, { pid, offset, ...auth }) => {
      const asked = typeof pid === 'string' && typeof offset === 'string' && !tried.has(client);
      tried.add(client);
      const restored = asked ? await this.restore(client, auth, pid, offset) : null;
      if (!restored) return create(client, auth);
      const rooms = [...restored.rooms].filter(([, [, until]]) => until === 0).map(([room]) => room);
      this.replay.expect(restored);
      return createRecovered(inside, client, auth, { sid: restored.socketId, pid: restored.pid, rooms });
    };
    inside.prependListener('connect', (socket) => {
      const restored = this.replay.take(socket.id);
      const { id: socketId, pid } = socket;
      const userId = socket.data.principal?.userId;
      if (pid === undefined || userId === undefined) return;
      if (restored) {
        this.sessions.begin({ ...restored, fresh: false });
        this.replay.run(socket, restored);
        return;
      }
      const n = this.journal.position?.n ?? 0;
      const rooms = new Map([...socket.rooms].map((room) => [room, [n, 0] as const]));
      this.sessions.begin({ pid, socketId, userId, owner: this.restorer.nextOwner(), rooms, fresh: true });
    });
  }

  private async restore(
    client: EngineClient,
    auth: HandshakeAuth,
    pid: string,
    offset: string,
  ): Promise<Restored | null> {
    // Nothing is read, and no predecessor is touched, for somebody who is not proved to be its user.
    const userId = await this.hooks.identify(client, auth);
    if (userId === null) return null;
    try {
      const restored = await this.restorer.restore(pid, offset, userId);
      this.hooks.outcome('recovered');
      return restored;
    } catch (error) {
      this.hooks.outcome(error instanceof RestoreRefused ? error.reason : 'unavailable');
      return null;
    }
  }

  private deliver(heard: Heard): void {
    const { source, order } = heard.entry;
    // Its own clients have had what the others never will.
    if (order?.kind === 'gap' && source !== this.source) this.hooks.gap('lost', [...this.inside.sockets.keys()]);
    this.delivery.heard(heard);
  }

  private jumped(gap: JournalGap): void {
    if (gap !== 'begun') this.submissions.forgetSent();
    if (gap !== 'trimmed') this.sessions.beginAnew();
    if (gap === 'trimmed') this.sendForWhatIsGone();
    if (gap === 'epoch') this.hooks.gap(gap, [...this.inside.sockets.keys()]);
    if (gap !== 'trimmed') this.recoverable();
  }
}
