/**
 * Publishes every committed entry in log order. The log itself is the outbox. One node at a time publishes a conversation,
 * under a lease that each write takes or renews; other nodes forward their commits to it. `PublicationRounds` takes over when
 * the publisher has died, so an entry may be published twice but never out of order.
 */
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { FailureLog, runForAllUsers, runInBackground } from '@aeturnis/platform';
import { ClusterBus } from '@aeturnis/realtime';
import { AccountsService } from '../../accounts';
import { ConversationLogRepository } from '../log/conversation-log.repository';
import type { AppendResult, LogEntry } from '../log/log-entry';
import { userIdsIn } from '../log/log-events';
import { NodeLiveness } from './node-liveness';
import { PublicationsRepository } from './publications.repository';
import { LogPublisher } from './log-publisher';
import { PrioritySemaphore } from './priority-semaphore';
import { PublicationCursor } from './publication-cursor';

const TOPIC = 'conversations:committed';
const ENTRIES_PER_BATCH = 200;
const BYTES_PER_BATCH = 1024 * 1024;
/** Conversations read at the same time: the remaining database connections serve commands. */
const MAX_CONCURRENT_READS = 4;

type CommittedAnnouncement = Pick<AppendResult, 'conversationId' | 'seq' | 'publisher'>;

/**
 * Entries that were just written, in log order, so that publishing them needs no read. A member they remove must not be able
 * to return: that holds for deleted accounts.
 */
export interface CommittedEntries {
  readonly entries: readonly LogEntry[];
  readonly names: ReadonlyMap<string, string>;
}

@Injectable()
export class ConversationPublisher implements OnModuleInit {
  private readonly logger = new Logger(ConversationPublisher.name);
  private readonly failures = new FailureLog(this.logger);
  /** By conversation; only those that this node publishes. */
  readonly cursors = new Map<string, PublicationCursor>();
  private readonly readSemaphore = new PrioritySemaphore(MAX_CONCURRENT_READS);

  constructor(
    private readonly log: ConversationLogRepository,
    private readonly publications: PublicationsRepository,
    private readonly logPublisher: LogPublisher,
    private readonly accounts: AccountsService,
    private readonly liveness: NodeLiveness,
    private readonly bus: ClusterBus,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe<CommittedAnnouncement>(TOPIC, (committed) =>
      runInBackground('publishing', () => this.onRemoteCommit(committed)),
    );
  }

  /** Call it after the commit. */
  publishCommitted(
    { conversationId, seq, publisher, published }: AppendResult,
    committedEntries?: CommittedEntries,
  ): void {
    if (publisher !== this.liveness.incarnation)
      return this.bus.publish(TOPIC, { conversationId, seq, publisher } satisfies CommittedAnnouncement);
    const cursor = this.cursorOf(conversationId, published);
    const firstSeq = committedEntries?.entries[0]?.seq;
    if (!committedEntries || firstSeq === undefined || !cursor.isNext(firstSeq))
      return this.publishUpTo(conversationId, cursor, seq);
    for (const entry of committedEntries.entries) this.logPublisher.publishCommitted(entry, committedEntries.names);
    cursor.published = seq;
  }

  /** Publishes the entries after `published` up to `target`, after the urgent ones of other conversations. */
  resume(conversationId: string, published: number, target: number): void {
    this.publishUpTo(conversationId, this.cursorOf(conversationId, published), target, false);
  }

  private onRemoteCommit({ conversationId, seq, publisher }: CommittedAnnouncement): void {
    if (publisher !== this.liveness.incarnation) return;
    const cursor = this.cursors.get(conversationId);
    if (cursor) return this.publishUpTo(conversationId, cursor, seq);
    this.publications.find(conversationId).then(
      (found) => found && this.publishUpTo(conversationId, this.cursorOf(conversationId, found.published), seq),
      // The next round publishes it.
      (error: unknown) => this.logFailure(error),
    );
  }

  private cursorOf(conversationId: string, published: number): PublicationCursor {
    const cursor = this.cursors.get(conversationId) ?? new PublicationCursor(published);
    cursor.published = Math.max(cursor.published, published);
    this.cursors.set(conversationId, cursor);
    return cursor;
  }

  /** Publishes all entries up to `seq`. Entries that were just written are urgent; recovered ones are not. */
  private publishUpTo(conversationId: string, cursor: PublicationCursor, seq: number, isUrgent = true): void {
    cursor.target = Math.max(cursor.target, seq);
    if (cursor.published < cursor.target)
      cursor.publishing ??= runForAllUsers(() => this.publishPending(conversationId, cursor, isUrgent));
  }

  /** Clears `publishing` in the same tick as the last check of `target`, so that a later target starts a new run. */
  private async publishPending(conversationId: string, cursor: PublicationCursor, isUrgent: boolean): Promise<void> {
    await this.readSemaphore.acquire(isUrgent);
    try {
      while (cursor.published < cursor.target) await this.publishBatch(conversationId, cursor);
    } catch (error) {
      this.logFailure(error);
    } finally {
      this.readSemaphore.release();
      cursor.publishing = null;
    }
  }

  private async publishBatch(conversationId: string, cursor: PublicationCursor): Promise<void> {
    const { published, target } = cursor;
    const entries = await this.log.entriesBetween(
      conversationId,
      published,
      target,
      ENTRIES_PER_BATCH,
      BYTES_PER_BATCH,
    );
    if (entries.length === 0) throw new Error(`log of conversation ${conversationId} ends before its head`);
    const names = await this.accounts.namesOf(userIdsIn(entries));
    for (const entry of entries) {
      await this.logPublisher.publishEntry(entry, names);
      cursor.published = Math.max(cursor.published, entry.seq);
    }
  }

  private logFailure(error: unknown): void {
    this.failures.warn({ message: 'conversation publish failed, retrying in the next round', error });
  }
}
