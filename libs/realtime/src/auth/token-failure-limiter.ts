/** Limits handshakes without a valid token: five per minute and address, over all nodes. A valid token always passes. */
import { Inject, Injectable } from '@nestjs/common';
import { AppError, rate } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { addressKey } from '../transport/client-ip';
import { QUOTA_STORE, type QuotaStore } from '../quota/quota-store';

const FAILURE_POLICY = rate(5, 60);

/** Replaces the error of a sixth failure. `Handshake` sends it to the client, so that a stock client does not reconnect by itself. */
export class TooManyTokenFailures extends AppError {}

@Injectable()
export class TokenFailureLimiter {
  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    @Inject(QUOTA_STORE) private readonly quota: QuotaStore,
  ) {}

  /** Counts a missing or invalid token; an expired one was valid once, so it is not suspicious. @throws TooManyTokenFailures. */
  async recordFailure(error: unknown, ip: string): Promise<void> {
    const isSuspicious =
      error instanceof AppError && (error.code === 'MISSING_TOKEN' || error.code === 'INVALID_TOKEN');
    if (!isSuspicious || !this.config.hasLimits) return;
    const { allowed, retryAfterMs } = await this.quota.take(`handshake:${addressKey(ip)}`, FAILURE_POLICY);
    if (!allowed) throw new TooManyTokenFailures('RATE_LIMITED', 'Too many failed attempts', { retryAfterMs });
  }
}
