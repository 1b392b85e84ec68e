/** Quotas that hold on while the shared store does not answer: then each node counts for itself. */
import type { BucketPolicy, QuotaOutcome, QuotaStore } from './quota-store';

/** A command does not wait longer than this for a quota. */
const PATIENCE_MS = 100;
/** After a failure the shared store is left alone for so long, so that an outage does not slow every command down. */
const PAUSE_MS = 1_000;

export class InsuredQuotaStore implements QuotaStore {
  private pausedUntil = 0;

  /**
   * `onFallback` hears of every take that `local` had to answer; the cause is null during the pause after a failure.
   * Tokens taken of the one are not charged to the other: an outage costs at most one more burst per node.
   */
  constructor(
    private readonly shared: QuotaStore,
    private readonly local: QuotaStore,
    private readonly now: () => number,
    private readonly onFallback: (cause: unknown) => void,
  ) {}

  /** Never rejects because of the shared store. */
  async take(key: string, policy: BucketPolicy, cost = 1): Promise<QuotaOutcome> {
    let cause: unknown = null;
    if (this.now() >= this.pausedUntil) {
      try {
        return await inTime(this.shared.take(key, policy, cost));
      } catch (error) {
        cause = error;
        this.pausedUntil = this.now() + PAUSE_MS;
      }
    }
    this.onFallback(cause);
    return this.local.take(key, policy, cost);
  }
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the quota store did not answer within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
