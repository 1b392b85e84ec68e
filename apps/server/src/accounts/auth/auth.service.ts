/** Logging in and out, going on with a session, and changing the password. */
import { Inject, Injectable } from '@nestjs/common';
import { AppError, type Principal, rate } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig, Database } from '@aeturnis/platform';
import { Clock, QUOTA_STORE, type QuotaStore, TokenVerifier } from '@aeturnis/realtime';
import type { OfferedToken } from '../../http';
import { type Account, assertActive } from '../account';
import { LOGIN_PATTERN, loginKey } from '../account-name';
import { AccountsRepository } from '../accounts.repository';
import { KnownAddresses } from '../addresses/known-addresses';
import { type SessionAnswer, Sessions } from '../sessions/sessions.service';
import type { ChangePasswordDto, LoginDto } from './auth.dto';
import { PasswordAttempts } from './password-attempts';
import { Passwords } from './passwords';

/** Unknown names are looked up like others, so that the time taken does not tell which names exist. */
const NOBODY = '00000000-0000-0000-0000-000000000000';
/** Refresh tokens that do not exist, per address: those that do are not counted. */
const UNKNOWN_REFRESH_TOKENS = rate(30, 60);

@Injectable()
export class AuthService {
  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    @Inject(QUOTA_STORE) private readonly quota: QuotaStore,
    private readonly database: Database,
    private readonly accounts: AccountsRepository,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly verifier: TokenVerifier,
    private readonly clock: Clock,
    private readonly addresses: KnownAddresses,
    private readonly attempts: PasswordAttempts,
  ) {}

  /** @throws AppError BAD_CREDENTIALS, the same for a wrong name and a wrong password; ACCOUNT_DISABLED only for the right ones. */
  async login({ username, password }: LoginDto, address: string): Promise<SessionAnswer> {
    const account = LOGIN_PATTERN.test(username) ? await this.accounts.findByLogin(username) : null;
    const known = await this.addresses.has(account?.id ?? NOBODY, address);
    await this.attempts.admit({ purpose: 'login', subject: loginKey(username), address, known });
    const right = await this.passwords.matches(password, account?.passwordHash ?? null, { address, known });
    if (!account?.passwordHash || !right) throw badCredentials();
    assertActive(account, this.clock.now());
    const outdated = this.passwords.isOutdated(account.passwordHash);
    const fresh = outdated ? await this.passwords.hash(password) : null;
    return this.database.transaction(async () => {
      const locked = await this.lockUnchanged(account);
      if (fresh !== null) await this.accounts.setPassword(locked.id, fresh);
      await this.addresses.remember(locked.id, address);
      return this.sessions.begin(locked);
    });
  }

  /** @throws AppError MISSING_TOKEN, INVALID_TOKEN, EXPIRED_TOKEN, ACCOUNT_DISABLED, RATE_LIMITED. */
  async refresh(refreshToken: string | null, address: string): Promise<SessionAnswer> {
    if (refreshToken === null)
      throw new AppError('MISSING_TOKEN', 'A refresh token is needed, in the body or the cookie');
    if (await this.sessions.hasToken(refreshToken)) return this.sessions.rotate(refreshToken);
    // Whoever tries out tokens uses up nothing of what others at the same address need.
    const { allowed, retryAfterMs } = this.config.limitsOn
      ? await this.quota.take(`refresh:unknown:${address}`, UNKNOWN_REFRESH_TOKENS)
      : { allowed: true, retryAfterMs: 0 };
    if (!allowed) throw new AppError('RATE_LIMITED', 'Too many refresh tokens that do not exist', { retryAfterMs });
    throw new AppError('INVALID_TOKEN', 'This refresh token is not valid');
  }

  /** Ends the session of the refresh token, or else of the access token. What is no good any more needs no ending. */
  async logout(refreshToken: string | null, offered: OfferedToken | null): Promise<void> {
    if (refreshToken !== null) return this.sessions.endByToken(refreshToken);
    const principal = offered && (await this.verifier.verify(offered.token).catch(ignoreRefusal));
    if (principal && principal.sessionId !== '') await this.sessions.end(principal.userId, principal.sessionId);
  }

  /**
   * All sessions end, also this one, whose tokens may be what made the change necessary. The answer is a new one.
   * @throws AppError BAD_CREDENTIALS, FORBIDDEN for accounts without a password.
   */
  async changePassword({ userId }: Principal, dto: ChangePasswordDto, address: string): Promise<SessionAnswer> {
    const account = await this.accounts.find(userId);
    if (!account?.passwordHash) throw new AppError('FORBIDDEN', 'This account has no password: register first');
    const known = await this.addresses.has(userId, address);
    await this.attempts.admit({ purpose: 'password', subject: userId, address, known });
    const origin = { address, known };
    if (!(await this.passwords.matches(dto.currentPassword, account.passwordHash, origin))) throw badCredentials();
    const passwordHash = await this.passwords.hash(dto.newPassword, origin);
    return this.database.transaction(async () => {
      const locked = await this.lockUnchanged(account);
      await this.accounts.setPassword(userId, passwordHash);
      await this.sessions.endAll(userId);
      // Where the old password was used, somebody else may have used it.
      await this.addresses.forgetAll(userId);
      await this.addresses.remember(userId, address);
      return this.sessions.begin(locked);
    });
  }

  // Hashing takes a while: a password changed meanwhile was not the one that was checked.
  private async lockUnchanged(account: Account): Promise<Account> {
    const locked = await this.accounts.lock(account.id);
    if (locked?.passwordHash !== account.passwordHash) throw badCredentials();
    return locked;
  }
}

const badCredentials = (): AppError => new AppError('BAD_CREDENTIALS', 'The name or the password is wrong');

function ignoreRefusal(error: unknown): null {
  if (error instanceof AppError && !error.traits.retryable) return null;
  throw error;
}
