/** Keeps quotas in force during an outage of the shared store: each node then counts in a local store. */
import type { BucketPolicy, QuotaOutcome, QuotaStore } from './quota-store';

/** The longest wait of a command for the shared store. */
const TIMEOUT_MS = 100;
/** How long the shared store is not called after a failure, so that an outage does not delay every command. */
const PAUSE_MS = 1_000;

export class FallbackQuotaStore implements QuotaStore {
  private pausedUntil = 0;

  /**
   * `onFallback` is called for every take that `local` answers; the cause is null during the pause after a failure. Tokens
   * of one store are not charged to the other: an outage grants at most one extra burst per node.
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
        return await withTimeout(this.shared.take(key, policy, cost));
      } catch (error) {
        cause = error;
        this.pausedUntil = this.now() + PAUSE_MS;
      }
    }
    this.onFallback(cause);
    return this.local.take(key, policy, cost);
  }
}

async function withTimeout<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the quota store did not answer within ${TIMEOUT_MS} ms`)), TIMEOUT_MS);
  });
  try {
    return await Promise.race([answer, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
