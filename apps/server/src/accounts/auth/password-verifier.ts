/** Verifies the password of an account: every check counts against the limits of attempts. */
import { Injectable } from '@nestjs/common';
import type { Account } from '../account';
import { KnownAddresses } from '../addresses/known-addresses';
import { type PasswordAttempt, PasswordAttempts } from './password-attempts';
import type { PasswordCheckOrigin } from './password-queue';
import { Passwords } from './passwords';

/** Looked up for unknown names, so that the response time does not reveal which names exist. */
const NO_ACCOUNT_ID = '00000000-0000-0000-0000-000000000000';

@Injectable()
export class PasswordVerifier {
  constructor(
    private readonly addresses: KnownAddresses,
    private readonly attempts: PasswordAttempts,
    private readonly passwords: Passwords,
  ) {}

  /**
   * Takes the same time without an account or a hash.
   * @returns the origin, for hashing a new password; null if the password is wrong.
   * @throws AppError RATE_LIMITED, UNAVAILABLE.
   */
  async verify(
    password: string,
    account: Pick<Account, 'id' | 'passwordHash'> | null,
    { address, ...attempt }: Omit<PasswordAttempt, 'isKnownAddress'>,
  ): Promise<PasswordCheckOrigin | null> {
    const isKnownAddress = await this.addresses.has(account?.id ?? NO_ACCOUNT_ID, address);
    const origin = { address, isKnownAddress };
    await this.attempts.admit({ ...attempt, ...origin });
    return (await this.passwords.matches(password, account?.passwordHash ?? null, origin)) ? origin : null;
  }
}
