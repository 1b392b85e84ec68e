/**
 * Limits concurrent HTTP requests per user and in total, so that commands and handshakes find free database connections.
 * Waiting users are served round robin.
 */
import { AppError } from '@aeturnis/contracts';
import type { Response } from 'express';

/** Concurrent requests of one user. For comparison, browsers open six connections to a host. */
const MAX_PER_USER = 4;
/** Further requests of a user that may wait, in order of arrival. */
const MAX_WAITING = 64;

interface WaitingRequest {
  /** The request waits for something other than the database, and does not count towards the total. */
  readonly isLong: boolean;
  readonly begin: () => void;
}

interface UserRequests {
  active: number;
  readonly waiting: WaitingRequest[];
}

/** Whether the response will no longer emit `close`: its slot would never be released. */
const isClosed = ({ destroyed, req }: Response): boolean => destroyed || req.socket.destroyed;

export class FairRequestLimiter {
  /** By user id; the user to be served next comes first. */
  private readonly users = new Map<string, UserRequests>();
  private active = 0;

  /** @param maxConcurrent requests of all users. */
  constructor(private readonly maxConcurrent: number) {}

  /**
   * Resolves when the request may be handled; never if its client disconnects before.
   * @throws AppError RATE_LIMITED if too many requests of the user wait.
   */
  acquire(userId: string, response: Response, isLong: boolean): Promise<void> {
    if (isClosed(response)) return new Promise(() => undefined);
    const own = this.users.get(userId) ?? { active: 0, waiting: [] };
    if (own.waiting.length >= MAX_WAITING)
      throw new AppError('RATE_LIMITED', 'Too many concurrent requests', { retryAfterMs: 1_000 });
    this.users.set(userId, own);
    return new Promise((resolve) => {
      let onClosed = (): void => {
        own.waiting.splice(own.waiting.indexOf(request), 1);
      };
      const begin = (): void => {
        onClosed = this.begin(own, response, isLong);
        resolve();
      };
      const request = { isLong, begin };
      own.waiting.push(request);
      response.once('close', () => {
        onClosed();
        if (own.active === 0 && own.waiting.length === 0) this.users.delete(userId);
        this.beginEligible();
      });
      this.beginEligible();
    });
  }

  /** @returns the function to call when the response has been closed. */
  private begin(own: UserRequests, response: Response, isLong: boolean): () => void {
    let isCounted = !isLong;
    own.active++;
    if (isCounted) this.active++;
    const release = (): void => {
      if (isCounted) this.active--;
      isCounted = false;
    };
    // The response is complete. A client that reads it slowly must not block other users.
    response.once('prefinish', () => {
      release();
      this.beginEligible();
    });
    return () => {
      release();
      own.active--;
    };
  }

  private beginEligible(): void {
    for (let next = this.dequeue(); next; next = this.dequeue()) next.begin();
  }

  private dequeue(): WaitingRequest | undefined {
    const isFull = this.active >= this.maxConcurrent;
    for (const [userId, own] of this.users) {
      const [first] = own.waiting;
      if (!first || own.active >= MAX_PER_USER || (isFull && !first.isLong)) continue;
      own.waiting.shift();
      this.users.delete(userId);
      this.users.set(userId, own);
      return first;
    }
    return undefined;
  }
}
