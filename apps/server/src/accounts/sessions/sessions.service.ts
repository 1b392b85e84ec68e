/**
 * Sessions: each login is one, a family of refresh tokens of which every one is exchanged once for the next. Whoever
 * presents an exchanged one again has a copy, or somebody else has: the family ends (RFC 9700, section 4.14.2).
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig, Database } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import { type Account, assertActive } from '../account';
import { AccountsRepository } from '../accounts.repository';
import { AccessTokens } from '../tokens/access-tokens';
import { LiveSessions } from './live-sessions';
import { RefreshTokensRepository } from './refresh-tokens.repository';

/**
 * Two tabs may refresh with the same token at the same moment, and an answer may get lost on the way: so long an exchanged
 * token is good yet, and its family has several live ones. The next exchange leaves one. A thief who was that fast is
 * therefore found out at the next exchange but one, when the other side comes with what is no longer live.
 */
export const REUSE_GRACE_MS = 5_000;
const TOKEN_BYTES = 32;

export interface SessionAnswer {
  accessToken: string;
  refreshToken: string;
  /** Life of the access token in seconds. */
  expiresIn: number;
  user: { id: string; name: string; roles: readonly string[] };
}

@Injectable()
export class Sessions {
  private readonly logger = new Logger(Sessions.name);

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly database: Database,
    private readonly accounts: AccountsRepository,
    private readonly tokens: RefreshTokensRepository,
    private readonly access: AccessTokens,
    private readonly live: LiveSessions,
    private readonly clock: Clock,
  ) {}

  /** A new session. Inside a transaction that holds the account's lock, so that it cannot slip past a change of password. */
  begin(account: Account): Promise<SessionAnswer> {
    return this.issue(account, randomUUID());
  }

  /** Goes on with a session under new tokens; all other sessions of the account, and its old refresh tokens, end. */
  async takeOver(account: Account, sessionId: string): Promise<SessionAnswer> {
    const ended = await this.tokens.revokeAll(account.id, this.now());
    const others = ended.filter((familyId) => familyId !== sessionId);
    this.database.afterCommit(() => others.forEach((other) => this.live.end(account.id, undefined, other)));
    // One that has ended meanwhile stays so.
    return this.issue(account, ended.includes(sessionId) ? sessionId : randomUUID());
  }

  /**
   * Exchanges a refresh token for the next one.
   * @throws AppError INVALID_TOKEN, EXPIRED_TOKEN, ACCOUNT_DISABLED.
   */
  async rotate(refreshToken: string): Promise<SessionAnswer> {
    const answer = await this.database.transaction(() => this.exchange(hashOf(refreshToken)));
    if (!answer) throw new AppError('INVALID_TOKEN', 'This refresh token was used before: the session has ended');
    return answer;
  }

  /** Ends the session of a refresh token; an unknown one is none. */
  async endByToken(refreshToken: string): Promise<void> {
    await this.database.transaction(async () => {
      const { token } = await this.lockToken(hashOf(refreshToken));
      if (token) await this.revoke(token.accountId, token.familyId);
    });
  }

  async end(userId: string, sessionId: string): Promise<void> {
    await this.database.transaction(async () => {
      await this.accounts.lock(userId);
      await this.revoke(userId, sessionId);
    });
  }

  /** Inside a transaction that holds the account's lock. */
  async endAll(userId: string): Promise<void> {
    await this.tokens.revokeAll(userId, this.now());
    this.database.afterCommit(() => this.live.end(userId));
  }

  // Null where the token came back too late: what that changes must be committed before the refusal.
  private async exchange(tokenHash: string): Promise<SessionAnswer | null> {
    const { account, token } = await this.lockToken(tokenHash);
    if (!account || !token || token.revokedAt) throw new AppError('INVALID_TOKEN', 'This refresh token is not valid');
    const now = this.now();
    assertActive(account, now.getTime());
    if (token.expiresAt <= now) throw new AppError('EXPIRED_TOKEN', 'The refresh token has expired: log in again');
    if (token.usedAt && now.getTime() - token.usedAt.getTime() > REUSE_GRACE_MS) {
      this.logger.warn({ message: 'suspicious activity: refresh token reused, session ended', userId: account.id });
      await this.revoke(account.id, token.familyId);
      return null;
    }
    if (!token.usedAt) await this.tokens.markFamilyUsed(token.familyId, now);
    return this.issue(account, token.familyId);
  }

  // All that changes sessions of an account waits in line at its row: else a token issued meanwhile would escape a revocation.
  private async lockToken(tokenHash: string) {
    const owner = (await this.tokens.find(tokenHash))?.accountId;
    const account = owner === undefined ? null : await this.accounts.lock(owner);
    return { account, token: account && (await this.tokens.find(tokenHash)) };
  }

  private async revoke(userId: string, sessionId: string): Promise<void> {
    await this.tokens.revokeFamily(sessionId, this.now());
    this.database.afterCommit(() => this.live.end(userId, undefined, sessionId));
  }

  private async issue(account: Account, sessionId: string): Promise<SessionAnswer> {
    const refreshToken = randomBytes(TOKEN_BYTES).toString('base64url');
    const createdAt = this.now();
    const expiresAt = new Date(createdAt.getTime() + this.config.refreshTokenTtlMs);
    const tokenHash = hashOf(refreshToken);
    await this.tokens.insert({ accountId: account.id, familyId: sessionId, tokenHash, createdAt, expiresAt });
    await this.accounts.touch(account.id, createdAt);
    const { id, name, roles } = account;
    const accessToken = this.access.sign(account, sessionId);
    return { accessToken, refreshToken, expiresIn: this.access.lifetime, user: { id, name, roles } };
  }

  private now(): Date {
    return new Date(this.clock.now());
  }
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');
