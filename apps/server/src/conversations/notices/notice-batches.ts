/**
 * Raises the notifications of many conversations in batches, each of which counts once it is stored. A batch that fails
 * is halved until the conversation that it fails for is alone: the others go on, and that one is tried again later.
 */
import { Injectable, Logger } from '@nestjs/common';
import { FailureLog, isContention } from '@aeturnis/platform';
import { Clock, toAppError } from '@aeturnis/realtime';
import { chunks } from './chunks';
import { ConversationNotices } from './conversation-notices';
import type { Stretch } from './notices.repository';

/** Conversations that are raised in one batch, and entries of one of them. */
export const CONVERSATIONS_PER_BATCH = 50;
export const ENTRIES_PER_BATCH = 500;
/** Notifications of one conversation that are stored in a second: what is said meanwhile is in the next ones. */
export const NOTICES_PER_SECOND = 200;
/** So few are stored again as soon as something is said. */
const FEW = 100;
const BACKOFF_MIN_MS = 500;
const BACKOFF_MAX_MS = 30_000;
/** After so many failures the notifications of those entries are given up. */
export const MAX_ATTEMPTS = 10;

interface Failure {
  attempts: number;
  retryAt: number;
}

/** Told of each batch that is done, in the order of the entries of a conversation. */
export type OnRaised = (batch: readonly Stretch[]) => Promise<void>;

@Injectable()
export class NoticeBatches {
  private readonly logger = new Logger(NoticeBatches.name);
  private readonly failureLog = new FailureLog(this.logger);
  private readonly failures = new Map<string, Failure>();
  /** Conversations that have just notified many members, and until when they do not again. */
  private readonly pauses = new Map<string, number>();

  constructor(
    private readonly notices: ConversationNotices,
    private readonly clock: Clock,
  ) {}

  /**
   * At most one stretch per conversation. Those that have to wait for another try are left out, and not told of.
   * @throws AppError UNAVAILABLE where no conversation would succeed, and what `onRaised` throws.
   */
  async raise(stretches: readonly Stretch[], onRaised: OnRaised): Promise<void> {
    let remaining = stretches.filter((stretch) => this.isDue(stretch));
    while (remaining.length > 0) {
      for (const batch of chunks(remaining.map(firstPart), CONVERSATIONS_PER_BATCH))
        await this.attempt(batch, onRaised);
      remaining = remaining.filter((stretch) => isLong(stretch) && this.isDue(stretch)).map(rest);
    }
  }

  private async attempt(batch: readonly Stretch[], onRaised: OnRaised): Promise<void> {
    const outcome = await this.notices.raise(batch).then(
      (notified) => ({ notified }),
      (error: unknown) => ({ error }),
    );
    if ('error' in outcome && !(await this.isolate(batch, outcome.error, onRaised))) return;
    for (const { conversationId } of batch) this.failures.delete(conversationId);
    if ('notified' in outcome) this.pause(outcome.notified);
    await onRaised(batch);
  }

  /** @returns whether what failed counts as raised: it is given up. */
  private async isolate(batch: readonly Stretch[], error: unknown, onRaised: OnRaised): Promise<boolean> {
    const contention = isContention(error);
    if (!contention && toAppError(error).traits.retryable) throw error;
    if (batch.length > 1) {
      const half = Math.ceil(batch.length / 2);
      for (const part of chunks(batch, half)) await this.attempt(part, onRaised);
      return false;
    }
    const [stretch] = batch;
    return stretch === undefined || this.isGivenUp(stretch, error, contention);
  }

  private isGivenUp(stretch: Stretch, error: unknown, contention: boolean): boolean {
    const attempts = (this.failures.get(stretch.conversationId)?.attempts ?? 0) + 1;
    if (!contention || attempts >= MAX_ATTEMPTS) {
      const message =
        'notifications of a conversation could not be stored and are given up; its messages are not affected';
      this.logger.error({ message, ...stretch, attempts, error });
      return true;
    }
    const delayMs = Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** (attempts - 1));
    this.failures.set(stretch.conversationId, { attempts, retryAt: this.clock.now() + delayMs });
    const message = 'notifications of a conversation could not be stored, retrying';
    this.failureLog.warn({ message, ...stretch, attempts, delayMs, error });
    return false;
  }

  private pause(notified: ReadonlyMap<string, number>): void {
    const now = this.clock.now();
    for (const [conversationId, count] of notified)
      if (count > FEW) this.pauses.set(conversationId, now + (count * 1_000) / NOTICES_PER_SECOND);
  }

  private isDue({ conversationId }: Stretch): boolean {
    const now = this.clock.now();
    return (this.failures.get(conversationId)?.retryAt ?? 0) <= now && (this.pauses.get(conversationId) ?? 0) <= now;
  }

  /** Call it where this node does not publish the conversation any more. */
  forget(conversationId: string): void {
    this.failures.delete(conversationId);
    this.pauses.delete(conversationId);
  }
}

const isLong = ({ after, upTo }: Stretch): boolean => upTo - after > ENTRIES_PER_BATCH;

const firstPart = (stretch: Stretch): Stretch =>
  isLong(stretch) ? { ...stretch, upTo: stretch.after + ENTRIES_PER_BATCH } : stretch;

const rest = (stretch: Stretch): Stretch => ({ ...stretch, after: stretch.after + ENTRIES_PER_BATCH });
