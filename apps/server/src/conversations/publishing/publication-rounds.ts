/**
 * Saves how far this node has published, every half second, after the notifications of absent members. The
 * checkpoint of a conversation is the last entry that all nodes have received. Takes over the conversations of publishers that
 * have died, from that checkpoint, and retries failures.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { Database, FailureLog, runInBackground, Shutdown } from '@aeturnis/platform';
import { RealtimeService } from '../../realtime';
import { NoticeBatches } from '../notices/notice-batches';
import type { LogRange } from '../log/conversation-log.repository';
import { ConversationPublisher } from './conversation-publisher';
import { NodeLiveness } from './node-liveness';
import type { PublicationCursor } from './publication-cursor';
import { PublicationsRepository } from './publications.repository';

/** Well below the lease of 2 s, so that it is renewed in time. */
const ROUND_INTERVAL_MS = 500;
/** If an event has been on its way to the other nodes for longer, this node counts as cut off from them. */
const MAX_DELIVERY_LAG_MS = 1_000;
const POLL_INTERVAL_MS = 20;
const CLAIMS_PER_BATCH = 500;

@Injectable()
export class PublicationRounds implements OnModuleInit, OnApplicationBootstrap {
  private readonly logger = new Logger(PublicationRounds.name);
  private readonly failures = new FailureLog(this.logger);
  private timer: NodeJS.Timeout | undefined;
  private currentRound: Promise<void> | null = null;

  constructor(
    private readonly database: Database,
    private readonly publisher: ConversationPublisher,
    private readonly publications: PublicationsRepository,
    private readonly notices: NoticeBatches,
    private readonly liveness: NodeLiveness,
    private readonly realtime: RealtimeService,
    private readonly shutdown: Shutdown,
  ) {}

  onModuleInit(): void {
    this.shutdown.register('state', 'conversations', () => this.stop());
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.currentRound ??= runInBackground('publishing', () => this.runRound()).finally(
        () => (this.currentRound = null),
      );
    }, ROUND_INTERVAL_MS).unref();
  }

  private async runRound(): Promise<void> {
    const { journalProgress } = this.realtime;
    this.liveness.canReachPeers = journalProgress.lateMs < MAX_DELIVERY_LAG_MS;
    if (this.database.state !== 'ready') return;
    try {
      await this.notifyAndCheckpoint((cursor) => cursor.advanceConfirmed(journalProgress));
      await this.takeOverOrphaned();
    } catch (error) {
      this.failures.warn({ message: 'round of publications failed, retrying in the next one', error });
    }
    for (const [conversationId, cursor] of this.publisher.cursors) {
      // The stored checkpoint is up to date.
      if (cursor.isIdle) {
        this.publisher.cursors.delete(conversationId);
        this.notices.forget(conversationId);
      }
      // Publishes what an earlier attempt has failed to publish.
      else this.publisher.resume(conversationId, cursor.published, cursor.target);
    }
  }

  /**
   * Stores notifications for offline members before the checkpoint, so that none is lost when this node dies. Checkpoints
   * are saved batch by batch: a conversation whose notifications cannot be stored does not hold up the others.
   */
  private async notifyAndCheckpoint(upTo: (cursor: PublicationCursor) => number): Promise<void> {
    const ranges: LogRange[] = [];
    for (const [conversationId, cursor] of this.publisher.cursors) {
      const seq = upTo(cursor);
      if (seq > cursor.checkpoint) ranges.push({ conversationId, after: cursor.checkpoint, upTo: seq });
    }
    if (ranges.length === 0) return;
    await this.notices.raise(ranges, (batch) => this.saveCheckpoints(batch));
    // Renews the leases of postponed conversations: another node would republish them and fail in the same way.
    const postponed = ranges.filter(({ conversationId, upTo: seq }) => this.checkpointOf(conversationId) < seq);
    await this.saveCheckpoints(postponed.map((range) => ({ ...range, upTo: this.checkpointOf(range.conversationId) })));
  }

  private async saveCheckpoints(batch: readonly LogRange[]): Promise<void> {
    if (batch.length === 0) return;
    await this.publications.saveCheckpoints(new Map(batch.map(({ conversationId, upTo }) => [conversationId, upTo])));
    for (const { conversationId, upTo } of batch) {
      const cursor = this.publisher.cursors.get(conversationId);
      if (cursor) cursor.checkpoint = upTo;
    }
  }

  private checkpointOf(conversationId: string): number {
    return this.publisher.cursors.get(conversationId)?.checkpoint ?? Infinity;
  }

  private async takeOverOrphaned(): Promise<void> {
    for (let more = true; more;) {
      const claimed = await this.publications.claimOrphaned(CLAIMS_PER_BATCH);
      for (const { conversationId, published, head } of claimed) this.publisher.resume(conversationId, published, head);
      more = claimed.length === CLAIMS_PER_BATCH;
    }
  }

  private async stop(): Promise<void> {
    clearInterval(this.timer);
    // The database was never ready, so nothing was committed and no conversation was claimed.
    if (this.database.state === 'starting') return;
    await this.currentRound;
    for (const { publishing } of this.publisher.cursors.values()) await publishing;
    const { emitted } = this.realtime.journalProgress;
    const isJournaled = (): boolean => this.realtime.journalProgress.journaled >= emitted;
    for (let waited = 0; !isJournaled() && waited < MAX_DELIVERY_LAG_MS; waited += POLL_INTERVAL_MS)
      await delay(POLL_INTERVAL_MS);
    // Without a checkpoint, another node publishes the entries again.
    if (isJournaled()) await this.notifyAndCheckpoint(({ published }) => published);
    await this.publications.releaseLeases();
  }
}
