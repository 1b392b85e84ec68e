/** Slows down those who try tokens: five failures a minute and address, counted over all nodes. */
import { Inject, Injectable } from '@nestjs/common';
import { AppError, rate } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { addressKey } from '../adapter/client-ip';
import { QUOTA_STORE, type QuotaStore } from '../quota/quota-store';

const FAILURES = rate(5, 60);

/** A token was wrong, and so were others from this address a moment ago. */
export class TooManyFailures extends AppError {}

@Injectable()
export class HandshakeFailures {
  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    @Inject(QUOTA_STORE) private readonly quota: QuotaStore,
  ) {}

  /** Counts a failed proof. An expired token is no attack: its holder once had a right. @throws TooManyFailures past the limit. */
  async count(error: unknown, ip: string): Promise<void> {
    const suspicious = error instanceof AppError && (error.code === 'MISSING_TOKEN' || error.code === 'INVALID_TOKEN');
    if (!suspicious || !this.config.limitsOn) return;
    const { allowed, retryAfterMs } = await this.quota.take(`handshake:${addressKey(ip)}`, FAILURES);
    if (!allowed) throw new TooManyFailures('RATE_LIMITED', 'Too many failed attempts', { retryAfterMs });
  }
}
