/**
 * Bounds what one user makes the API read and answer at the same time and over time. Without it, a few users who request
 * the largest pages within their limits fill the event loop in turn, and new connections wait until all have been answered.
 */
import { Inject, Injectable } from '@nestjs/common';
import { ANSWER_BUDGET, AppError, type Principal } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { ByteBudget, Clock } from '@aeturnis/realtime';
import type { Response } from 'express';
import { RequestSlots } from './request-slots';

/** Of the connections to the database, so many serve HTTP at most: a node that answers many requests still lets players in. */
const DATABASE_PART = 1 / 2;
/** They wait for passwords to be hashed, or for a client that reads. */
const LONG_OPERATIONS = new Set(['account:delete', 'account:export', 'account:password']);

@Injectable()
export class AnswerLimits extends ByteBudget {
  private readonly slots: RequestSlots;

  constructor(
    @Inject(APP_CONFIG) config: Pick<AppConfig, 'limitsOn' | 'databasePoolSize'>,
    private readonly time: Clock,
  ) {
    super(ANSWER_BUDGET, config, time);
    this.slots = new RequestSlots(Math.max(1, Math.floor(config.databasePoolSize * DATABASE_PART)));
  }

  /**
   * Settles when the request may be handled; what it is answered is charged when it has ended.
   * @throws AppError RATE_LIMITED where too many wait, or while the user's budget is overdrawn.
   */
  async enter(principal: Principal, response: Response, operation: string): Promise<void> {
    if (!this.isOn) return;
    const { userId } = principal;
    await this.slots.take(userId, response, LONG_OPERATIONS.has(operation));
    const retryAfterMs = this.admit(principal, this.time.now());
    if (retryAfterMs > 0) throw new AppError('RATE_LIMITED', 'Too many bytes were requested', { retryAfterMs });
    const { socket } = response;
    const before = socket?.bytesWritten ?? 0;
    // What is sent in pieces has no length that is known before.
    const written = (): number => (socket?.bytesWritten ?? 0) - before;
    response.once('close', () => this.charge(userId, Number(response.getHeader('content-length') ?? written())));
  }
}
