/**
 * Bounds what one user makes the API read and answer at the same time and over time. Without it, a few users who request
 * the largest pages within their limits fill the event loop in turn, and new connections wait until all have been answered.
 */
import { Inject, Injectable } from '@nestjs/common';
import { ANSWER_BUDGET, AppError, type Principal } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { ByteBudget, Clock } from '@aeturnis/realtime';
import type { Response } from 'express';

/** Requests of one user that are handled at once; browsers open six connections to a host. */
const AT_ONCE = 4;
/** Further ones wait in the order they came. */
const MAX_WAITING = 64;

interface Requests {
  handled: number;
  readonly waiting: (() => void)[];
}

@Injectable()
export class AnswerLimits extends ByteBudget {
  private readonly users = new Map<string, Requests>();

  constructor(
    @Inject(APP_CONFIG) config: Pick<AppConfig, 'limitsOn'>,
    private readonly time: Clock,
  ) {
    super(ANSWER_BUDGET, config, time);
  }

  /**
   * Settles when the request may be handled; what it is answered is charged when it has ended.
   * @throws AppError RATE_LIMITED where too many wait, or while the user's budget is overdrawn.
   */
  async enter(principal: Principal, response: Response): Promise<void> {
    if (!this.isOn) return;
    const { userId } = principal;
    await this.turn(userId, response);
    const retryAfterMs = this.admit(principal, this.time.now());
    if (retryAfterMs > 0) throw new AppError('RATE_LIMITED', 'Too many bytes were requested', { retryAfterMs });
    const { socket } = response;
    const before = socket?.bytesWritten ?? 0;
    // What is sent in pieces has no length that is known before.
    const written = (): number => (socket?.bytesWritten ?? 0) - before;
    response.once('close', () => this.charge(userId, Number(response.getHeader('content-length') ?? written())));
  }

  private turn(userId: string, response: Response): Promise<void> | undefined {
    let own = this.users.get(userId);
    if (!own) this.users.set(userId, (own = { handled: 0, waiting: [] }));
    const requests = own;
    if (requests.waiting.length >= MAX_WAITING)
      throw new AppError('RATE_LIMITED', 'Too many requests at once', { retryAfterMs: 1_000 });
    let leave = (): void => undefined;
    response.once('close', () => leave());
    const begin = (): void => {
      requests.handled++;
      leave = () => {
        requests.handled--;
        requests.waiting.shift()?.();
        if (requests.handled === 0) this.users.delete(userId);
      };
    };
    if (requests.handled < AT_ONCE) {
      begin();
      return undefined;
    }
    return new Promise((resolve) => {
      const next = (): void => {
        begin();
        resolve();
      };
      requests.waiting.push(next);
      // The client is gone: nobody would receive the answer.
      leave = () => void requests.waiting.splice(requests.waiting.indexOf(next), 1);
    });
  }
}
