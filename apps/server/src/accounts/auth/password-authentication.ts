/** Authentication by password: login, and change of the password. */
import { Injectable } from '@nestjs/common';
import { AppError, type Principal } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import { type Account, assertActive } from '../account';
import { LOGIN_PATTERN, loginKey } from '../account-name';
import { AccountsRepository } from '../accounts.repository';
import { KnownAddresses } from '../addresses/known-addresses';
import { type SessionAnswer, Sessions } from '../sessions/sessions.service';
import type { ChangePasswordDto, LoginDto } from './auth.dto';
import { PasswordVerifier } from './password-verifier';
import { Passwords } from './passwords';

@Injectable()
export class PasswordAuthentication {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsRepository,
    private readonly passwords: Passwords,
    private readonly verifier: PasswordVerifier,
    private readonly sessions: Sessions,
    private readonly clock: Clock,
    private readonly addresses: KnownAddresses,
  ) {}

  /** @throws AppError BAD_CREDENTIALS for a wrong name or password alike; ACCOUNT_DISABLED only with correct credentials. */
  async login({ username, password }: LoginDto, address: string): Promise<SessionAnswer> {
    const account = LOGIN_PATTERN.test(username) ? await this.accounts.findByLogin(username) : null;
    const attempt = { purpose: 'login', subject: loginKey(username), address } as const;
    const origin = await this.verifier.verify(password, account, attempt);
    if (!account?.passwordHash || !origin) throw badCredentialsError();
    assertActive(account, this.clock.now());
    const isOutdated = this.passwords.isOutdated(account.passwordHash);
    const newHash = isOutdated ? await this.passwords.hash(password) : null;
    return this.database.transaction(async () => {
      const locked = await this.lockUnchanged(account);
      if (newHash !== null) await this.accounts.setPassword(locked.id, newHash);
      await this.addresses.remember(locked.id, address);
      return this.sessions.begin(locked);
    });
  }

  /**
   * Ends all sessions, the caller's included, since its tokens may be stolen, and returns a new one.
   * @throws AppError BAD_CREDENTIALS, FORBIDDEN for accounts without a password.
   */
  async changePassword({ userId }: Principal, dto: ChangePasswordDto, address: string): Promise<SessionAnswer> {
    const account = await this.accounts.find(userId);
    if (!account?.passwordHash) throw new AppError('FORBIDDEN', 'This account has no password: register first');
    const attempt = { purpose: 'password', subject: userId, address } as const;
    const origin = await this.verifier.verify(dto.currentPassword, account, attempt);
    if (!origin) throw badCredentialsError();
    const passwordHash = await this.passwords.hash(dto.newPassword, origin);
    return this.database.transaction(async () => {
      const locked = await this.lockUnchanged(account);
      await this.accounts.setPassword(userId, passwordHash);
      await this.sessions.endAll(userId);
      // An attacker may have logged in with the old password, so addresses that used it are no longer trusted.
      await this.addresses.removeAll(userId);
      await this.addresses.remember(userId, address);
      return this.sessions.begin(locked);
    });
  }

  // Hashing takes a while: if the password was changed since it was checked, the check no longer holds.
  private async lockUnchanged(account: Account): Promise<Account> {
    const locked = await this.accounts.lock(account.id);
    if (locked?.passwordHash !== account.passwordHash) throw badCredentialsError();
    return locked;
  }
}

const badCredentialsError = (): AppError => new AppError('BAD_CREDENTIALS', 'The name or the password is wrong');
