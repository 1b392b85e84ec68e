/**
 * Limits password attempts, so that guessing is slow and an attacker cannot lock out the owner of an account. Attempts from
 * a known address of an account have a separate limit, which attempts from other addresses do not use up. Each other address
 * keeps two attempts an hour, also during an attack from many addresses.
 */
import { Inject, Injectable } from '@nestjs/common';
import { rate, type RatePolicy } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { assertAllowed, QUOTA_STORE, type QuotaStore } from '@aeturnis/realtime';

/** For one account from one of its known addresses: 10 in 60 seconds, after 60 at once. */
const KNOWN_ADDRESS_LIMIT = rate(10, 60, { burst: 60 });
/** For all accounts together from one address. */
const ADDRESS_LIMIT = rate(20, 60);
/** For one account from one unknown address. */
const PAIR_LIMIT = rate(10, 600);
/** For one account from all unknown addresses together. Beyond it, ATTACKED_PAIR_LIMIT applies to each of them. */
const SUBJECT_LIMIT = rate(30, 3_600);
const ATTACKED_PAIR_LIMIT = rate(2, 3_600);

export interface PasswordAttempt {
  /** A login, or the check of the current password for a change or a deletion; each has limits of its own. */
  readonly purpose: 'login' | 'password';
  /** The account, by its name or its id; it need not exist. */
  readonly subject: string;
  /** The key of the client's address in rate limits. */
  readonly address: string;
  /** Whether the account has logged in from there before. */
  readonly isKnownAddress: boolean;
}

@Injectable()
export class PasswordAttempts {
  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    @Inject(QUOTA_STORE) private readonly quota: QuotaStore,
  ) {}

  /**
   * Call it before checking the password: concurrent attempts could exceed the limits otherwise.
   * @throws AppError RATE_LIMITED.
   */
  async admit({ purpose, subject, address, isKnownAddress }: PasswordAttempt): Promise<void> {
    if (!this.config.hasLimits) return;
    const pair = `${subject} ${address}`;
    if (isKnownAddress) return this.take(`${purpose}:known:${pair}`, KNOWN_ADDRESS_LIMIT);
    await this.take(`${purpose}:address:${address}`, ADDRESS_LIMIT);
    await this.take(`${purpose}:pair:${pair}`, PAIR_LIMIT);
    const { allowed } = await this.quota.take(`${purpose}:subject:${subject}`, SUBJECT_LIMIT);
    if (!allowed) await this.take(`${purpose}:attacked:${pair}`, ATTACKED_PAIR_LIMIT);
  }

  private async take(key: string, limit: RatePolicy): Promise<void> {
    assertAllowed(await this.quota.take(key, limit), 'Too many password attempts; try again later');
  }
}
