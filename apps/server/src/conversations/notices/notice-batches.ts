/**
 * Raises the notifications of many conversations in batches, each reported once it is stored. A batch that fails is split in
 * halves until the failing conversation is isolated. The others are stored, and that one is retried later.
 */
import { Injectable, Logger } from '@nestjs/common';
import { FailureLog, isContention } from '@aeturnis/platform';
import { Clock, toAppError } from '@aeturnis/realtime';
import { chunks } from './chunks';
import { ConversationNotices } from './conversation-notices';
import type { LogRange } from '../log/conversation-log.repository';

/** Conversations in one batch, and entries of one conversation in a batch. */
export const CONVERSATIONS_PER_BATCH = 50;
export const ENTRIES_PER_BATCH = 500;
/** Notifications of one conversation stored per second. Messages in between are part of the next ones. */
export const NOTICES_PER_SECOND = 200;
/** Up to this many notifications cause no pause. */
const MAX_UNPACED_NOTICES = 100;
const BACKOFF_MIN_MS = 500;
const BACKOFF_MAX_MS = 30_000;
/** After this many failures the notifications of the entries are dropped. */
export const MAX_ATTEMPTS = 10;

interface NoticeFailure {
  attempts: number;
  retryAt: number;
}

/** Called for each batch that is done, with the entries of a conversation in ascending order. */
type OnRaised = (batch: readonly LogRange[]) => Promise<void>;

@Injectable()
export class NoticeBatches {
  private readonly logger = new Logger(NoticeBatches.name);
  private readonly failureLog = new FailureLog(this.logger);
  private readonly failures = new Map<string, NoticeFailure>();
  /** Conversations that have just notified many members, and the time until which they are paused. */
  private readonly pauses = new Map<string, number>();

  constructor(
    private readonly notices: ConversationNotices,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes at most one range per conversation. Conversations that wait for a retry or are paused are skipped without a report.
   * @throws AppError UNAVAILABLE in an outage, in which no conversation would succeed; and errors of `onRaised`.
   */
  async raise(ranges: readonly LogRange[], onRaised: OnRaised): Promise<void> {
    let remaining = ranges.filter((range) => this.isDue(range));
    while (remaining.length > 0) {
      for (const batch of chunks(remaining.map(firstPart), CONVERSATIONS_PER_BATCH))
        await this.raiseBatch(batch, onRaised);
      remaining = remaining.filter((range) => exceedsBatch(range) && this.isDue(range)).map(withoutFirstPart);
    }
  }

  private async raiseBatch(batch: readonly LogRange[], onRaised: OnRaised): Promise<void> {
    const outcome = await this.notices.raise(batch).then(
      (notified) => ({ notified }),
      (error: unknown) => ({ error }),
    );
    if ('error' in outcome && !(await this.handleFailure(batch, outcome.error, onRaised))) return;
    for (const { conversationId } of batch) this.failures.delete(conversationId);
    if ('notified' in outcome) this.paceNext(outcome.notified);
    await onRaised(batch);
  }

  /** @returns whether the batch counts as raised, because its notifications are dropped. */
  private async handleFailure(batch: readonly LogRange[], error: unknown, onRaised: OnRaised): Promise<boolean> {
    const isLockConflict = isContention(error);
    if (!isLockConflict && toAppError(error).traits.retryable) throw error;
    if (batch.length > 1) {
      const half = Math.ceil(batch.length / 2);
      for (const part of chunks(batch, half)) await this.raiseBatch(part, onRaised);
      return false;
    }
    const [range] = batch;
    return range === undefined || this.recordFailure(range, error, isLockConflict);
  }

  private recordFailure(range: LogRange, error: unknown, isLockConflict: boolean): boolean {
    const attempts = (this.failures.get(range.conversationId)?.attempts ?? 0) + 1;
    if (!isLockConflict || attempts >= MAX_ATTEMPTS) {
      const message = 'conversation notifications failed and are dropped, its messages are not affected';
      this.logger.error({ message, ...range, attempts, error });
      return true;
    }
    const delayMs = Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** (attempts - 1));
    this.failures.set(range.conversationId, { attempts, retryAt: this.clock.now() + delayMs });
    const message = 'conversation notifications failed, retrying after a delay';
    this.failureLog.warn({ message, ...range, attempts, delayMs, error });
    return false;
  }

  private paceNext(notified: ReadonlyMap<string, number>): void {
    const now = this.clock.now();
    for (const [conversationId, count] of notified)
      if (count > MAX_UNPACED_NOTICES) this.pauses.set(conversationId, now + (count * 1_000) / NOTICES_PER_SECOND);
  }

  private isDue({ conversationId }: LogRange): boolean {
    const now = this.clock.now();
    return (this.failures.get(conversationId)?.retryAt ?? 0) <= now && (this.pauses.get(conversationId) ?? 0) <= now;
  }

  /** Call it when this node has stopped publishing the conversation. */
  forget(conversationId: string): void {
    this.failures.delete(conversationId);
    this.pauses.delete(conversationId);
  }
}

const exceedsBatch = ({ after, upTo }: LogRange): boolean => upTo - after > ENTRIES_PER_BATCH;

const firstPart = (range: LogRange): LogRange =>
  exceedsBatch(range) ? { ...range, upTo: range.after + ENTRIES_PER_BATCH } : range;

const withoutFirstPart = (range: LogRange): LogRange => ({ ...range, after: range.after + ENTRIES_PER_BATCH });
