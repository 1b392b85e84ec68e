/**
 * Sessions: each login starts one, a family of refresh tokens; each token is exchanged once for the next. Reuse of an
 * exchanged token means that it was copied, so the family is revoked (RFC 9700, section 4.14.2).
 */
import { createHash, randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { AppError, type Uuid } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig, Database } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import { type Account, assertActive } from '../account';
import { AccountsRepository } from '../accounts.repository';
import { AccessTokens } from '../tokens/access-tokens';
import { LiveSessions } from './live-sessions';
import { RefreshTokenCodec } from './refresh-token-codec';
import { RefreshTokensRepository } from './refresh-tokens.repository';

/**
 * How long an exchanged token stays valid: two tabs may refresh with the same token at once, and a response may be lost. The
 * family then has several live tokens; the next exchange leaves one. A thief that uses the token within this time is
 * therefore detected one exchange later, when the other side presents a token that is no longer live.
 */
export const REUSE_GRACE_MS = 30_000;
/** Per account; one more session ends the oldest. */
export const MAX_SESSIONS = 100;

/** Per account: stored tokens of ended sessions, which are kept until they expire. */
export const MAX_ENDED_TOKENS = 100;

export interface SessionAnswer {
  accessToken: string;
  refreshToken: string;
  /** Lifetime of the access token in seconds. */
  expiresIn: number;
  user: { id: Uuid; name: string; roles: readonly string[] };
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
    private readonly liveSessions: LiveSessions,
    private readonly clock: Clock,
  ) {}

  /** Starts a session. Call it in a transaction that holds the account's lock: a change of password must end it too. */
  async begin(account: Account): Promise<SessionAnswer> {
    const sessionId = randomUUID();
    const session = await this.issue(account, sessionId);
    for (const oldest of await this.tokens.surplusFamilies(account.id, MAX_SESSIONS, {
      now: this.now(),
      keep: sessionId,
    }))
      await this.revoke(account.id, oldest);
    await this.tokens.removeRevoked(account.id, MAX_ENDED_TOKENS);
    return session;
  }

  /** Continues a session with new tokens; all other sessions of the account, and its old refresh tokens, end. */
  async takeOver(account: Account, sessionId: string): Promise<SessionAnswer> {
    const ended = await this.tokens.revokeAll(account.id, this.now());
    const others = ended.filter((familyId) => familyId !== sessionId);
    this.database.afterCommit(() => others.forEach((other) => this.liveSessions.end(account.id, undefined, other)));
    // A session that has ended before is not revived.
    return this.issue(account, ended.includes(sessionId) ? sessionId : randomUUID());
  }

  /**
   * Exchanges a refresh token for the next one.
   * @throws AppError INVALID_TOKEN, EXPIRED_TOKEN, ACCOUNT_DISABLED.
   */
  async rotate(refreshToken: string): Promise<SessionAnswer> {
    const answer = await this.database.transaction(() => this.exchange(refreshToken));
    if (!answer) throw new AppError('INVALID_TOKEN', 'This refresh token was used before: log in again');
    return answer;
  }

  /** Whether the token is stored, valid or not. */
  async hasToken(refreshToken: string): Promise<boolean> {
    return (await this.tokens.find(hashOf(refreshToken))) !== null;
  }

  /** Ends the session of a refresh token; ignores an unknown token. */
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

  /** Call it in a transaction that holds the account's lock. */
  async endAll(userId: string): Promise<void> {
    await this.tokens.revokeAll(userId, this.now());
    this.database.afterCommit(() => this.liveSessions.end(userId));
  }

  // Null for a reused token: the revocation must be committed before the refusal is thrown.
  private async exchange(refreshToken: string): Promise<SessionAnswer | null> {
    const { account, token } = await this.lockToken(hashOf(refreshToken));
    const reused = token ? null : await this.lockSessionOf(refreshToken);
    if (reused) {
      await this.endReusedSession(reused.userId, reused.sessionId);
      return null;
    }
    if (!account || !token || token.revokedAt) throw new AppError('INVALID_TOKEN', 'This refresh token is not valid');
    const now = this.now();
    assertActive(account, now.getTime());
    if (token.expiresAt <= now) throw new AppError('EXPIRED_TOKEN', 'The refresh token has expired: log in again');
    if (token.usedAt && now.getTime() - token.usedAt.getTime() > REUSE_GRACE_MS) {
      await this.endReusedSession(account.id, token.familyId);
      return null;
    }
    if (!token.usedAt) await this.tokens.markFamilyUsed(token.familyId, now);
    await this.tokens.removeUsed(token.familyId, new Date(now.getTime() - REUSE_GRACE_MS));
    return this.issue(account, token.familyId);
  }

  /** Locks the owner of a token whose row was removed after its exchange; null if the session has ended. */
  private async lockSessionOf(refreshToken: string): Promise<{ userId: string; sessionId: string } | null> {
    const sessionId = this.codec.sessionOf(refreshToken);
    const userId = sessionId === null ? null : await this.tokens.ownerOf(sessionId);
    if (sessionId === null || userId === null || !(await this.accounts.lock(userId))) return null;
    return { userId, sessionId };
  }

  private async endReusedSession(userId: string, sessionId: string): Promise<void> {
    this.logger.warn({ message: 'suspicious activity: refresh token reused, session ended', userId });
    await this.revoke(userId, sessionId);
  }

  // Changes to the sessions of an account are serialised by the lock on its row: a concurrent exchange would escape a revocation.
  private async lockToken(tokenHash: string) {
    const owner = (await this.tokens.find(tokenHash))?.accountId;
    const account = owner === undefined ? null : await this.accounts.lock(owner);
    return { account, token: account && (await this.tokens.find(tokenHash)) };
  }

  private async revoke(userId: string, sessionId: string): Promise<void> {
    await this.tokens.revokeFamily(sessionId, this.now());
    this.database.afterCommit(() => this.liveSessions.end(userId, undefined, sessionId));
  }

  private async issue(account: Account, sessionId: string): Promise<SessionAnswer> {
    const refreshToken = this.codec.create(sessionId);
    const createdAt = this.now();
    const expiresAt = new Date(createdAt.getTime() + this.config.refreshTokenTtlMs);
    const tokenHash = hashOf(refreshToken);
    await this.tokens.insert({ accountId: account.id, familyId: sessionId, tokenHash, createdAt, expiresAt });
    await this.accounts.updateLastSeen(account.id, createdAt);
    const { id, displayName, roles } = account;
    const accessToken = this.access.sign(account, sessionId);
    return { accessToken, refreshToken, expiresIn: this.access.lifetime, user: { id, name: displayName, roles } };
  }

  private now(): Date {
    return new Date(this.clock.now());
  }
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');
