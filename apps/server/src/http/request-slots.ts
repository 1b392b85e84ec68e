/**
 * Whose request may be handled now: a few of each user, and of all users together so many that commands and handshakes find
 * connections to the database free. Users who wait take turns.
 */
import { AppError } from '@aeturnis/contracts';
import type { Response } from 'express';

/** Requests of one user that are handled at once; browsers open six connections to a host. */
const AT_ONCE = 4;
/** Further ones wait in the order they came. */
const MAX_WAITING = 64;

interface WaitingRequest {
  /** Waits for something else than the database, and takes no place from others. */
  readonly isLong: boolean;
  readonly begin: () => void;
}

interface UserRequests {
  handled: number;
  readonly waiting: WaitingRequest[];
}

/** Its end has been told already, or will never be told: it would keep its place for ever. */
const isGone = ({ destroyed, req }: Response): boolean => destroyed || req.socket.destroyed;

export class RequestSlots {
  /** The user whose turn is next comes first. */
  private readonly users = new Map<string, UserRequests>();
  private handled = 0;

  /** @param mostAtOnce of all users. */
  constructor(private readonly mostAtOnce: number) {}

  /** Settles when the request may be handled; never where its client goes away before. @throws AppError RATE_LIMITED where too many of the user wait. */
  take(userId: string, response: Response, isLong: boolean): Promise<void> {
    if (isGone(response)) return new Promise(() => undefined);
    const own = this.users.get(userId) ?? { handled: 0, waiting: [] };
    if (own.waiting.length >= MAX_WAITING)
      throw new AppError('RATE_LIMITED', 'Too many requests at once', { retryAfterMs: 1_000 });
    this.users.set(userId, own);
    return new Promise((resolve) => {
      let leave = (): void => {
        own.waiting.splice(own.waiting.indexOf(request), 1);
      };
      const begin = (): void => {
        leave = this.begin(own, response, isLong);
        resolve();
      };
      const request = { isLong, begin };
      own.waiting.push(request);
      response.once('close', () => {
        leave();
        if (own.handled === 0 && own.waiting.length === 0) this.users.delete(userId);
        this.beginWhatMay();
      });
      this.beginWhatMay();
    });
  }

  /** @returns what to call when the response has been closed. */
  private begin(own: UserRequests, response: Response, isLong: boolean): () => void {
    let holds = !isLong;
    own.handled++;
    if (holds) this.handled++;
    const free = (): void => {
      if (holds) this.handled--;
      holds = false;
    };
    // Its answer has been made: how long the client takes to read it is of no concern to others.
    response.once('prefinish', () => {
      free();
      this.beginWhatMay();
    });
    return () => {
      free();
      own.handled--;
    };
  }

  private beginWhatMay(): void {
    for (let next = this.next(); next; next = this.next()) next.begin();
  }

  private next(): WaitingRequest | undefined {
    const isFull = this.handled >= this.mostAtOnce;
    for (const [userId, own] of this.users) {
      const [first] = own.waiting;
      if (!first || own.handled >= AT_ONCE || (isFull && !first.isLong)) continue;
      own.waiting.shift();
      this.users.delete(userId);
      this.users.set(userId, own);
      return first;
    }
    return undefined;
  }
}
