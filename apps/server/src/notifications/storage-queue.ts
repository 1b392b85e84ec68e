/**
 * Items that wait to be stored. While the database is away all of them wait. Where it is there and refuses some, these are
 * tried in smaller and smaller chunks, so that the others are stored, and what fails alone is given up.
 */
import type { Logger } from '@nestjs/common';
import { isContention } from '@aeturnis/platform';
import { toAppError } from '@aeturnis/realtime';

/** Items of one statement at the first try, and at each after it; what fails in the last of these is given up. */
const CHUNKS = [1_000, 100, 10, 1];

interface Waiting<Item> {
  readonly item: Item;
  failures: number;
}

export class StorageQueue<Item> {
  private waiting: Waiting<Item>[] = [];
  private isFailing = false;

  /** `name` of the items, for the log. Past `limit` items the oldest are dropped. */
  constructor(
    private readonly name: string,
    private readonly limit: number,
    private readonly logger: Logger,
  ) {}

  add(item: Item): void {
    this.waiting.push({ item, failures: 0 });
  }

  /**
   * Tries each once. `write` stores all of its items or none, and may be called with the same ones again.
   * @returns false where the database is away.
   */
  async store(write: (items: readonly Item[]) => Promise<void>): Promise<boolean> {
    const taken = this.waiting;
    this.waiting = [];
    let [done, failed] = [0, 0];
    while (done < taken.length) {
      const chunk = chunkOf(taken, done);
      const error = await write(chunk.map(({ item }) => item)).then(
        () => undefined,
        (reason: unknown) => ({ reason }),
      );
      if (error && isOutage(error.reason)) {
        this.putBack(taken.slice(done));
        return false;
      }
      if (error && ++failed) this.refuse(chunk, error.reason);
      done += chunk.length;
    }
    if (failed === 0 && taken.length > 0) this.isFailing = false;
    return true;
  }

  /** Told once, until everything is stored again; what is lost is told each time. */
  private refuse(chunk: readonly Waiting<Item>[], error: unknown): void {
    const again = chunk.filter((each) => isContention(error) || ++each.failures < CHUNKS.length);
    this.putBack(again);
    if (!this.isFailing)
      this.logger.warn({
        message: `${this.name} could not be stored, retrying in smaller parts`,
        count: chunk.length,
        error,
      });
    this.isFailing = true;
    if (again.length < chunk.length)
      this.logger.error({ message: `${this.name} could not be stored and are given up`, lost: chunk[0]?.item, error });
  }

  private putBack(items: readonly Waiting<Item>[]): void {
    this.waiting = [...items, ...this.waiting].slice(-this.limit);
  }
}

/** As many of those from there on as have failed equally often, up to the size of that try. */
function chunkOf<Item>(items: readonly Waiting<Item>[], from: number): Waiting<Item>[] {
  const failures = items[from]?.failures ?? 0;
  const most = items.slice(from, from + (CHUNKS[failures] ?? 1));
  const end = most.findIndex((each) => each.failures !== failures);
  return end === -1 ? most : most.slice(0, end);
}

const isOutage = (error: unknown): boolean => !isContention(error) && toAppError(error).traits.retryable;
