/**
 * Bounds how many passwords may be tried, so that guessing is slow and nobody can lock an owner out by guessing:
 * an address from which the account has logged in before has attempts of its own, whatever happens elsewhere, and any other
 * address at least a few, also while many guess at once.
 */
import { Inject, Injectable } from '@nestjs/common';
import { AppError, rate } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { QUOTA_STORE, type QuotaOutcome, type QuotaStore } from '@aeturnis/realtime';

/** For one account from an address that it knows. */
const KNOWN = rate(10, 60, { burst: 60 });
/** For all accounts together from one address. */
const ADDRESS = rate(20, 60);
/** For one account from an address that it does not know. */
const PAIR = rate(10, 600);
/** For one account from all addresses together that it does not know; past that, each address has only what follows. */
const SUBJECT = rate(30, 3_600);
const PAIR_UNDER_ATTACK = rate(2, 3_600);

export interface Attempt {
  readonly purpose: 'login' | 'password';
  /** The account, by its name or its id; it need not exist. */
  readonly subject: string;
  /** As limits count it. */
  readonly address: string;
  /** Whether the account has logged in from there before. */
  readonly known: boolean;
}

@Injectable()
export class PasswordAttempts {
  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    @Inject(QUOTA_STORE) private readonly quota: QuotaStore,
  ) {}

  /** Counts an attempt before it is made: many at once must not all find the last one free. @throws AppError RATE_LIMITED. */
  async admit({ purpose, subject, address, known }: Attempt): Promise<void> {
    if (!this.config.limitsOn) return;
    const pair = `${subject} ${address}`;
    if (known) return assertAllowed(await this.quota.take(`${purpose}:known:${pair}`, KNOWN));
    assertAllowed(await this.quota.take(`${purpose}:address:${address}`, ADDRESS));
    assertAllowed(await this.quota.take(`${purpose}:pair:${pair}`, PAIR));
    const { allowed } = await this.quota.take(`${purpose}:subject:${subject}`, SUBJECT);
    if (!allowed) assertAllowed(await this.quota.take(`${purpose}:attacked:${pair}`, PAIR_UNDER_ATTACK));
  }
}

function assertAllowed({ allowed, retryAfterMs }: QuotaOutcome): void {
  if (!allowed) throw new AppError('RATE_LIMITED', 'Too many attempts with a password', { retryAfterMs });
}
