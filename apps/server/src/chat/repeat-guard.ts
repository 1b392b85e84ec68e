/** Refuses those who say the same thing again and again: three times at once, then once in ten seconds, over all nodes. */
import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { AppError, rate } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { QUOTA_STORE, type QuotaStore } from '@aeturnis/realtime';

const REPEATS = rate(3, 30);

@Injectable()
export class RepeatGuard {
  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    @Inject(QUOTA_STORE) private readonly quota: QuotaStore,
  ) {}

  /** Counts a text of this user, whatever channel it goes to. @throws AppError RATE_LIMITED for one repeated too often. */
  async check(userId: string, text: string): Promise<void> {
    if (!this.config.limitsOn) return;
    const { allowed, retryAfterMs } = await this.quota.take(`chat-repeat:${userId}:${fingerprint(text)}`, REPEATS);
    if (!allowed) throw new AppError('RATE_LIMITED', 'You have said that already', { retryAfterMs });
  }
}

/** The same for texts that differ in letter case, white space or look-alike forms alone. */
export function fingerprint(text: string): string {
  const plain = text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
  return createHash('sha256').update(plain).digest('base64url');
}
