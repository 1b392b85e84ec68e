/**
 * Sessions: each login is one, a family of refresh tokens of which every one is exchanged once for the next. Whoever
 * presents an exchanged one again has a copy, or somebody else has: the family ends (RFC 9700, section 4.14.2).
 */
import { createHash, randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig, Database } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import { type Account, assertActive } from '../account';
import { AccountsRepository } from '../accounts.repository';
import { AccessTokens } from '../tokens/access-tokens';
import { LiveSessions } from './live-sessions';
import { RefreshTokenCodec } from './refresh-token-codec';
import { RefreshTokensRepository } from './refresh-tokens.repository';

/**
 * Two tabs may refresh with the same token at the same moment, and an answer may get lost on the way: so long an exchanged
 * token is good yet, and its family has several live ones. The next exchange leaves one. A thief who was that fast is
 * therefore found out at the next exchange but one, when the other side comes with what is no longer live.
 */
export const REUSE_GRACE_MS = 30_000;
/** Of an account; who begins one more ends the oldest. */
export const MAX_SESSIONS = 100;

/** Of an account: tokens of sessions that have ended, until they expire. */
export const MAX_ENDED_TOKENS = 100;

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
    private readonly codec: RefreshTokenCodec,
    private readonly access: AccessTokens,
    private readonly live: LiveSessions,
    private readonly clock: Clock,
  ) {}

  /** A new session. Inside a transaction that holds the account's lock, so that it cannot slip past a change of password. */
  async begin(account: Account): Promise<SessionAnswer> {
    const sessionId = randomUUID();
    const session = await this.issue(account, sessionId);
    for (const oldest of await this.tokens.familiesPast(account.id, MAX_SESSIONS, { now: this.now(), kept: sessionId }))
      await this.revoke(account.id, oldest);
    await this.tokens.removeRevoked(account.id, MAX_ENDED_TOKENS);
    return session;
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
    const answer = await this.database.transaction(() => this.exchange(refreshToken));
    if (!answer) throw new AppError('INVALID_TOKEN', 'This refresh token was used before: the session has ended');
    return answer;
  }

  /** Whether this was ever a refresh token, good or not. */
  async hasToken(refreshToken: string): Promise<boolean> {
    return (await this.tokens.find(hashOf(refreshToken))) !== null;
  }

  /** Ends the session of a refresh token; an unknown one is none. */
  async endByToken(refreshToken: string): Promise<void> {
    await this.database.transaction(async () => {
      const { token } = await this.lockToken(hashOf(refreshToken));
      if (token) return this.revoke(token.accountId, token.familyId);
      const session = await this.lockSessionOf(refreshToken);
      if (session) await this.revoke(session.userId, session.sessionId);
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
  private async exchange(refreshToken: string): Promise<SessionAnswer | null> {
    const { account, token } = await this.lockToken(hashOf(refreshToken));
    const reused = token ? null : await this.lockSessionOf(refreshToken);
    if (reused) {
      await this.endSuspicious(reused.userId, reused.sessionId);
      return null;
    }
    if (!account || !token || token.revokedAt) throw new AppError('INVALID_TOKEN', 'This refresh token is not valid');
    const now = this.now();
    assertActive(account, now.getTime());
    if (token.expiresAt <= now) throw new AppError('EXPIRED_TOKEN', 'The refresh token has expired: log in again');
    if (token.usedAt && now.getTime() - token.usedAt.getTime() > REUSE_GRACE_MS) {
      await this.endSuspicious(account.id, token.familyId);
      return null;
    }
    if (!token.usedAt) await this.tokens.markFamilyUsed(token.familyId, now);
    await this.tokens.removeUsed(token.familyId, new Date(now.getTime() - REUSE_GRACE_MS));
    return this.issue(account, token.familyId);
  }

  /** The session of a token that was exchanged so long ago that nothing is kept of it; null where that has ended. */
  private async lockSessionOf(refreshToken: string): Promise<{ userId: string; sessionId: string } | null> {
    const sessionId = this.codec.sessionOf(refreshToken);
    const userId = sessionId === null ? null : await this.tokens.ownerOf(sessionId);
    if (sessionId === null || userId === null || !(await this.accounts.lock(userId))) return null;
    return { userId, sessionId };
  }

  private async endSuspicious(userId: string, sessionId: string): Promise<void> {
    this.logger.warn({ message: 'suspicious activity: refresh token reused, session ended', userId });
    await this.revoke(userId, sessionId);
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
    const refreshToken = this.codec.make(sessionId);
    const createdAt = this.now();
    const expiresAt = new Date(createdAt.getTime() + this.config.refreshTokenTtlMs);
    const tokenHash = hashOf(refreshToken);
    await this.tokens.insert({ accountId: account.id, familyId: sessionId, tokenHash, createdAt, expiresAt });
    await this.accounts.touch(account.id, createdAt);
    const { id, displayName, roles } = account;
    const accessToken = this.access.sign(account, sessionId);
    return { accessToken, refreshToken, expiresIn: this.access.lifetime, user: { id, name: displayName, roles } };
  }

  private now(): Date {
    return new Date(this.clock.now());
  }
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');
