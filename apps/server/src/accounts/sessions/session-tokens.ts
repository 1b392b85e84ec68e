/** Continues or ends a session by the tokens that its client presents: refresh and logout. */
import { Inject, Injectable } from '@nestjs/common';
import { AppError, rate } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { assertAllowed, QUOTA_STORE, type QuotaStore, TokenVerifier } from '@aeturnis/realtime';
import type { RequestToken } from '../../http';
import { type SessionAnswer, Sessions } from './sessions.service';

/** Attempts with unknown refresh tokens per address; existing tokens are not counted. */
const UNKNOWN_REFRESH_TOKENS = rate(30, 60);

@Injectable()
export class SessionTokens {
  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    @Inject(QUOTA_STORE) private readonly quota: QuotaStore,
    private readonly sessions: Sessions,
    private readonly verifier: TokenVerifier,
  ) {}

  /** @throws AppError MISSING_TOKEN, INVALID_TOKEN, EXPIRED_TOKEN, ACCOUNT_DISABLED, RATE_LIMITED. */
  async refresh(refreshToken: string | null, address: string): Promise<SessionAnswer> {
    if (refreshToken === null)
      throw new AppError('MISSING_TOKEN', 'A refresh token is needed, in the body or the cookie');
    if (await this.sessions.hasToken(refreshToken)) return this.sessions.rotate(refreshToken);
    // Only unknown tokens count, so that guessing them does not block other users at the same address.
    if (this.config.hasLimits) {
      const outcome = await this.quota.take(`refresh:unknown:${address}`, UNKNOWN_REFRESH_TOKENS);
      assertAllowed(outcome, 'Too many unknown refresh tokens; try later');
    }
    throw new AppError('INVALID_TOKEN', 'This refresh token is not valid');
  }

  /** Ends the session of the refresh token, or else of the access token. An invalid token is ignored. */
  async logout(refreshToken: string | null, offered: RequestToken | null): Promise<void> {
    if (refreshToken !== null) return this.sessions.endByToken(refreshToken);
    const principal = offered && (await this.verifier.verify(offered.token).catch(nullIfRefused));
    if (principal && principal.sessionId !== '') await this.sessions.end(principal.userId, principal.sessionId);
  }
}

function nullIfRefused(error: unknown): null {
  if (error instanceof AppError && !error.traits.retryable) return null;
  throw error;
}
