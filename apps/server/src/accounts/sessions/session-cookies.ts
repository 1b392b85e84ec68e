/** The session cookies: HttpOnly, and SameSite so that requests from other sites do not carry them. */
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { ACCESS_COOKIE } from '@aeturnis/realtime';
import type { CookieOptions, Request, Response } from 'express';
import { readCookie, requireAllowedOrigin } from '../../http';
import type { SessionAnswer } from './sessions.service';

const REFRESH_COOKIE = 'refreshToken';
const REFRESH_PATH = '/api/auth';

@Injectable()
export class SessionCookies {
  private readonly access: CookieOptions;
  private readonly refresh: CookieOptions;

  constructor(@Inject(APP_CONFIG) private readonly config: AppConfig) {
    const basis: CookieOptions = { httpOnly: true, sameSite: 'lax', secure: config.isProduction };
    this.access = { ...basis, path: '/' };
    this.refresh = { ...basis, path: REFRESH_PATH };
  }

  /** Sets both cookies. @returns the session. */
  setCookies(response: Response, session: SessionAnswer): SessionAnswer {
    const { accessTokenTtlMs, refreshTokenTtlMs } = this.config;
    response.cookie(ACCESS_COOKIE, session.accessToken, { ...this.access, maxAge: accessTokenTtlMs });
    response.cookie(REFRESH_COOKIE, session.refreshToken, { ...this.refresh, maxAge: refreshTokenTtlMs });
    return session;
  }

  clear(response: Response): void {
    response.clearCookie(ACCESS_COOKIE, this.access);
    response.clearCookie(REFRESH_COOKIE, this.refresh);
  }

  /** From the body, else from the cookie; null if absent. @throws AppError FORBIDDEN for a cookie from a page of another origin. */
  refreshToken(request: Request, fromBody: string | null | undefined): string | null {
    if (fromBody != null) return fromBody;
    const token = readCookie(request, REFRESH_COOKIE);
    if (token === null) return null;
    requireAllowedOrigin(request, this.config);
    return token;
  }
}
