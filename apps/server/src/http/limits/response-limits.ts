/**
 * Limits the concurrent requests of a user and the bytes of their responses over time. Without it, a few users who request the
 * largest pages within their rate limits would block the event loop, and new connections would wait.
 */
import { Inject, Injectable } from '@nestjs/common';
import { HTTP_RESPONSE_BUDGET, AppError, type Principal } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { ByteBudget, Clock } from '@aeturnis/realtime';
import type { Response } from 'express';
import { FairRequestLimiter } from './fair-request-limiter';

/** Largest share of the database pool that HTTP requests may use. The rest remains for commands and handshakes. */
const DATABASE_SHARE = 1 / 2;
/** These wait for password hashing or for a client that reads, not for the database. */
const LONG_OPERATIONS = new Set(['account:delete', 'account:export', 'account:password', 'admin:export']);

@Injectable()
export class ResponseLimits extends ByteBudget {
  private readonly limiter: FairRequestLimiter;

  constructor(
    @Inject(APP_CONFIG) config: Pick<AppConfig, 'hasLimits' | 'databasePoolSize'>,
    private readonly time: Clock,
  ) {
    super(HTTP_RESPONSE_BUDGET, config, time);
    this.limiter = new FairRequestLimiter(Math.max(1, Math.floor(config.databasePoolSize * DATABASE_SHARE)));
  }

  /**
   * Resolves when the request may be handled. The bytes of its response are charged when the response closes.
   * @throws AppError RATE_LIMITED if too many requests wait, or while the user's budget is overdrawn.
   */
  async acquire(principal: Principal, response: Response, operation: string): Promise<void> {
    if (!this.isEnabled) return;
    const { userId } = principal;
    await this.limiter.acquire(userId, response, LONG_OPERATIONS.has(operation));
    const retryAfterMs = this.admit(principal, this.time.now());
    if (retryAfterMs > 0)
      throw new AppError('RATE_LIMITED', 'Too many response bytes were requested', { retryAfterMs });
    const { socket } = response;
    const before = socket?.bytesWritten ?? 0;
    // A streamed response has no content-length header.
    const written = (): number => (socket?.bytesWritten ?? 0) - before;
    response.once('close', () => this.charge(userId, Number(response.getHeader('content-length') ?? written())));
  }
}
