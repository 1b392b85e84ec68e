/** Limits repetitions of a text per user over all nodes: three at once, then one in ten seconds. */
import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { rate } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { assertAllowed, QUOTA_STORE, type QuotaStore } from '@aeturnis/realtime';

const REPEATS = rate(3, 30);

@Injectable()
export class RepeatGuard {
  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    @Inject(QUOTA_STORE) private readonly quota: QuotaStore,
  ) {}

  /** Counts a text of a user across all channels. @throws AppError RATE_LIMITED if it was repeated too often. */
  async check(userId: string, text: string): Promise<void> {
    if (!this.config.hasLimits) return;
    const outcome = await this.quota.take(`chat-repeat:${userId}:${fingerprint(text)}`, REPEATS);
    assertAllowed(outcome, 'Text repeated too often; wait and try again');
  }
}

/** Equal for texts that differ only in letter case, white space or compatibility forms. */
export function fingerprint(text: string): string {
  const plain = text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
  return createHash('sha256').update(plain).digest('base64url');
}
