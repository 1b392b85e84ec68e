/**
 * A queue of items to store. During a database outage all items wait. If the database rejects a chunk, its items are retried
 * in smaller chunks, so that the others are stored. An item that fails alone is dropped.
 */
import type { Logger } from '@nestjs/common';
import { isContention } from '@aeturnis/platform';
import { toAppError } from '@aeturnis/realtime';

/** Chunk sizes of the first and each later attempt. An item that fails the last one is dropped. */
const CHUNK_SIZES = [1_000, 100, 10, 1];

interface QueuedItem<Item> {
  readonly item: Item;
  failures: number;
}

export class StorageQueue<Item> {
  private queued: QueuedItem<Item>[] = [];
  private isFailing = false;

  /** `name` describes the items in the log. Beyond `limit` items, the oldest are dropped. */
  constructor(
    private readonly name: string,
    private readonly limit: number,
    private readonly logger: Logger,
  ) {}

  add(item: Item): void {
    this.queued.push({ item, failures: 0 });
  }

  /**
   * Tries each queued item once. `write` must store all of its items or none, and be idempotent.
   * @returns false in an outage of the database.
   */
  async flush(write: (items: readonly Item[]) => Promise<void>): Promise<boolean> {
    const batch = this.queued;
    this.queued = [];
    let [position, failed] = [0, 0];
    while (position < batch.length) {
      const chunk = nextChunk(batch, position);
      const error = await write(chunk.map(({ item }) => item)).then(
        () => undefined,
        (reason: unknown) => ({ reason }),
      );
      if (error && isOutage(error.reason)) {
        this.putBack(batch.slice(position));
        return false;
      }
      if (error && ++failed) this.handleFailure(chunk, error.reason);
      position += chunk.length;
    }
    if (failed === 0 && batch.length > 0) this.isFailing = false;
    return true;
  }

  /** Logs the first failure of a series, and every dropped item. */
  private handleFailure(chunk: readonly QueuedItem<Item>[], error: unknown): void {
    const retried = chunk.filter((queued) => isContention(error) || ++queued.failures < CHUNK_SIZES.length);
    this.putBack(retried);
    if (!this.isFailing)
      this.logger.warn({
        message: `storing ${this.name} failed, retrying in smaller chunks`,
        count: chunk.length,
        error,
      });
    this.isFailing = true;
    if (retried.length < chunk.length)
      this.logger.error({ message: `storing ${this.name} failed, items are dropped`, lost: chunk[0]?.item, error });
  }

  private putBack(items: readonly QueuedItem<Item>[]): void {
    this.queued = [...items, ...this.queued].slice(-this.limit);
  }
}

/** The next items with equally many failures, up to the chunk size of that attempt. */
function nextChunk<Item>(items: readonly QueuedItem<Item>[], from: number): QueuedItem<Item>[] {
  const failures = items[from]?.failures ?? 0;
  const candidates = items.slice(from, from + (CHUNK_SIZES[failures] ?? 1));
  const end = candidates.findIndex((queued) => queued.failures !== failures);
  return end === -1 ? candidates : candidates.slice(0, end);
}

const isOutage = (error: unknown): boolean => !isContention(error) && toAppError(error).traits.retryable;
