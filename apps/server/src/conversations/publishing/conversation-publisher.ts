/**
 * Sees to it that every committed entry is told, in the order of the log, also when the node that committed it is gone.
 * The log itself is the outbox: one node at a time publishes a conversation, by a lease that writing to it takes and
 * renews; the others hand on to it what they commit. It notes how far all nodes have what it has told;
 * what a dead node has not told, another one finds by that note and tells. So an entry may be told twice, never out of order.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { Database, FailureLog, forEverybody, inBackground, Shutdown } from '@aeturnis/platform';
import { ClusterBus, RealtimeService } from '@aeturnis/realtime';
import { AccountsService } from '../../accounts';
import { ConversationLogRepository } from '../conversation-log.repository';
import type { Appended, LogEntry } from '../log-entry';
import { usersIn } from '../log-events';
import { NodeLife } from '../node-life';
import { NoticeBatches } from '../notices/notice-batches';
import type { Stretch } from '../notices/notices.repository';
import { PublicationsRepository } from '../publications.repository';
import { LogTeller } from './log-teller';
import { Slots } from './slots';
import { Stream } from './stream';

const TOPIC = 'conversations:committed';
/** Well within the lease, so that it is renewed in time. */
const ROUND_MS = 500;
/** An event that has been on its way to the other nodes for so long: they do not hear this one. */
const LATE_MS = 1_000;
const LOOK_MS = 20;
const BATCH = 200;
const BATCH_BYTES = 1024 * 1024;
const CLAIMS = 500;
/** Conversations that are read at a time: the other connections to the database are for commands. */
const READERS = 4;

type Committed = Pick<Appended, 'conversationId' | 'seq' | 'publisher'>;

/**
 * What was just written: to tell it, nothing has to be read. In the order of the log; whoever they take out is brought back
 * by nobody, as the members of deleted accounts are.
 */
export interface Fresh {
  readonly entries: readonly LogEntry[];
  readonly names: ReadonlyMap<string, string>;
}

@Injectable()
export class ConversationPublisher implements OnModuleInit, OnApplicationBootstrap {
  private readonly logger = new Logger(ConversationPublisher.name);
  private readonly failures = new FailureLog(this.logger);
  private readonly streams = new Map<string, Stream>();
  private timer: NodeJS.Timeout | undefined;
  private underWay: Promise<void> | null = null;
  private readonly readers = new Slots(READERS);

  constructor(
    private readonly database: Database,
    private readonly log: ConversationLogRepository,
    private readonly publications: PublicationsRepository,
    private readonly teller: LogTeller,
    private readonly notices: NoticeBatches,
    private readonly accounts: AccountsService,
    private readonly life: NodeLife,
    private readonly bus: ClusterBus,
    private readonly realtime: RealtimeService,
    private readonly shutdown: Shutdown,
  ) {}

  onModuleInit(): void {
    this.bus.on<Committed>(TOPIC, (committed) => inBackground('publishing', () => this.hear(committed)));
    this.shutdown.register('state', 'conversations', () => this.stop());
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.underWay ??= inBackground('publishing', () => this.round()).finally(() => (this.underWay = null));
    }, ROUND_MS).unref();
  }

  /** To be called after the commit. */
  committed({ conversationId, seq, publisher, published }: Appended, fresh?: Fresh): void {
    if (publisher !== this.life.id)
      return this.bus.publish(TOPIC, { conversationId, seq, publisher } satisfies Committed);
    const stream = this.stream(conversationId, published);
    const first = fresh?.entries[0]?.seq;
    if (!fresh || first === undefined || !stream.isNext(first)) return this.follow(conversationId, stream, seq);
    for (const entry of fresh.entries) this.teller.sayFresh(entry, fresh.names);
    stream.told = seq;
  }

  private hear({ conversationId, seq, publisher }: Committed): void {
    if (publisher !== this.life.id) return;
    const stream = this.streams.get(conversationId);
    if (stream) return this.follow(conversationId, stream, seq);
    this.publications.find(conversationId).then(
      (found) => found && this.follow(conversationId, this.stream(conversationId, found.published), seq),
      // The next round finds it.
      (error: unknown) => this.complain(error),
    );
  }

  private stream(conversationId: string, published: number): Stream {
    const known = this.streams.get(conversationId);
    if (known) {
      known.told = Math.max(known.told, published);
      return known;
    }
    const stream = new Stream(published);
    this.streams.set(conversationId, stream);
    return stream;
  }

  /** Tells everything up to there; what nobody has just written comes after what somebody has. */
  private follow(conversationId: string, stream: Stream, seq: number, isUrgent = true): void {
    stream.goal = Math.max(stream.goal, seq);
    if (stream.told < stream.goal) stream.running ??= forEverybody(() => this.run(conversationId, stream, isUrgent));
  }

  /** Ends in the turn in which nothing is left, so that what comes then begins it again. */
  private async run(conversationId: string, stream: Stream, isUrgent: boolean): Promise<void> {
    await this.readers.enter(isUrgent);
    try {
      while (stream.told < stream.goal) await this.tellSome(conversationId, stream);
    } catch (error) {
      this.complain(error);
    } finally {
      this.readers.leave();
      stream.running = null;
    }
  }

  private async tellSome(conversationId: string, stream: Stream): Promise<void> {
    const entries = await this.log.entries(conversationId, stream.told, stream.goal, BATCH, BATCH_BYTES);
    if (entries.length === 0) throw new Error('the log ends before its head');
    const names = await this.accounts.namesOf(usersIn(entries));
    for (const entry of entries) {
      await this.teller.tell(entry, names);
      stream.told = Math.max(stream.told, entry.seq);
    }
  }

  private async round(): Promise<void> {
    const { progress } = this.realtime;
    this.life.heard = progress.lateMs < LATE_MS;
    if (this.database.state !== 'ready') return;
    try {
      await this.note((stream) => stream.settle(progress));
      await this.takeOver();
    } catch (error) {
      this.complain(error);
    }
    for (const [conversationId, stream] of this.streams) {
      // The database knows what this node knows of it.
      if (stream.idle) {
        this.streams.delete(conversationId);
        this.notices.forget(conversationId);
      }
      // What could not be told before.
      else if (stream.told < stream.goal) this.follow(conversationId, stream, stream.goal, false);
    }
  }

  /**
   * Who is away is notified before the note, so that it is not lost with a node. Noted batch by batch, so that one
   * conversation whose notifications cannot be stored holds up no other.
   */
  private async note(upTo: (stream: Stream) => number): Promise<void> {
    const stretches: Stretch[] = [];
    for (const [conversationId, stream] of this.streams) {
      const seq = upTo(stream);
      if (seq > stream.noted) stretches.push({ conversationId, after: stream.noted, upTo: seq });
    }
    if (stretches.length === 0) return;
    await this.notices.raise(stretches, (batch) => this.advance(batch));
    // Those that wait for another try stay with this node: another one would publish them anew and fail as well.
    const waiting = stretches.filter(({ conversationId, upTo: seq }) => this.notedOf(conversationId) < seq);
    await this.advance(waiting.map((stretch) => ({ ...stretch, upTo: this.notedOf(stretch.conversationId) })));
  }

  private async advance(batch: readonly Stretch[]): Promise<void> {
    if (batch.length === 0) return;
    await this.publications.advance(new Map(batch.map(({ conversationId, upTo }) => [conversationId, upTo])));
    for (const { conversationId, upTo } of batch) {
      const stream = this.streams.get(conversationId);
      if (stream) stream.noted = upTo;
    }
  }

  private notedOf(conversationId: string): number {
    return this.streams.get(conversationId)?.noted ?? Infinity;
  }

  private async takeOver(): Promise<void> {
    for (let more = true; more;) {
      const claimed = await this.publications.claim(CLAIMS);
      for (const { conversationId, published, head } of claimed)
        this.follow(conversationId, this.stream(conversationId, published), head, false);
      more = claimed.length === CLAIMS;
    }
  }

  private async stop(): Promise<void> {
    clearInterval(this.timer);
    // Without a database nothing has been committed, and no conversation claimed.
    if (this.database.state === 'starting') return;
    await this.underWay;
    for (const { running } of this.streams.values()) await running;
    const { emitted } = this.realtime.progress;
    for (let waited = 0; this.realtime.progress.kept < emitted && waited < LATE_MS; waited += LOOK_MS)
      await delay(LOOK_MS);
    // What the others have not heard by now they tell themselves.
    if (this.realtime.progress.kept >= emitted) await this.note(({ told }) => told);
    await this.publications.release();
  }

  private complain(error: unknown): void {
    this.failures.warn({ message: 'a conversation could not be published; tried again', error });
  }
}
