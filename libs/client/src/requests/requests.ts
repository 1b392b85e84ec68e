/** Commands with an answer. They wait for the connection, and each one settles: with its answer, or with an error. */
import type { WireError } from '@aeturnis/contracts';
import type { Cancel, ClientClock } from '../base/clock';
import type { CommandName, CommandPayload, CommandResult } from '../base/contract-types';
import { RequestError } from '../base/request-error';
import type { ClientConnection } from '../connection/connection';
import type { Pacer } from './pacer';

const DEFAULT_TIMEOUT_MS = 10_000;

/** Commands that the server recognises when they are repeated, by the field that identifies them. */
const DEDUP_KEYS: Partial<Record<CommandName, string>> = {
  'message:send': 'tempId',
  'combat:action': 'actionId',
  'combat:flee': 'actionId',
  'conversation:create': 'clientId',
};

export interface RequestOptions {
  /** Milliseconds in all: for the connection, the client's own pacing, and the answer; 10,000 by default. */
  readonly timeoutMs?: number;
  /**
   * Whether it is sent again by itself after the connection was lost; by default, if the server recognises a repetition by
   * its `tempId`, `actionId` or `clientId`. Otherwise it ends with `CONNECTION_LOST`.
   */
  readonly isResent?: boolean;
}

type Answer = { success: true; dropped?: true } | { success: false; error: WireError };

interface PendingRequest {
  readonly name: CommandName;
  readonly payload: object;
  readonly isResent: boolean;
  readonly cancelTimers: Cancel[];
  /** Until its token of the client's own pacing is there. */
  isPaced: boolean;
  isSent: boolean;
  resolve(result: object): void;
  reject(error: RequestError): void;
}

export class Requests {
  /** In the order in which they were made. */
  private readonly pending = new Set<PendingRequest>();

  constructor(
    private readonly clock: ClientClock,
    private readonly connection: ClientConnection,
    private readonly pacer: Pacer,
    private readonly onUnanswered: () => void,
  ) {}

  /** @throws RequestError (as a rejection). */
  request<Name extends CommandName>(
    name: Name,
    payload: CommandPayload<Name>,
    { timeoutMs = DEFAULT_TIMEOUT_MS, isResent = hasDedupKey(name, payload) }: RequestOptions = {},
  ): Promise<CommandResult<Name>> {
    const ended = this.connection.state.get();
    if (ended.phase === 'ended') return Promise.reject(new RequestError(ended.code, ended.message));
    const waitMs = this.pacer.reserve(name, payload, timeoutMs);
    if (waitMs > timeoutMs)
      return Promise.reject(
        new RequestError('RATE_LIMITED', `${name} is over its limit`, { retryable: true, retryAfterMs: waitMs }),
      );
    return new Promise((resolve, reject) => {
      const request: PendingRequest = {
        name,
        payload,
        isResent,
        cancelTimers: [],
        isPaced: waitMs > 0,
        isSent: false,
        resolve,
        reject,
      };
      // Also while it waits for its token: what ends all requests ends this one.
      this.pending.add(request);
      request.cancelTimers.push(this.clock.after(timeoutMs, () => this.expire(request)));
      if (waitMs > 0) request.cancelTimers.push(this.clock.after(waitMs, () => this.release(request)));
      else this.transmit(request);
    });
  }

  /** Fire and forget: dropped while there is no connection, and beyond the limit of the command. */
  send<Name extends CommandName>(name: Name, payload: CommandPayload<Name>): boolean {
    if (!this.connection.isLive || !this.pacer.tryTake(name, payload)) return false;
    this.connection.emit(name, payload);
    return true;
  }

  onLive(): void {
    for (const request of this.pending) if (!request.isSent) this.transmit(request);
  }

  onLost(): void {
    for (const request of [...this.pending]) {
      if (!request.isSent) continue;
      if (request.isResent) request.isSent = false;
      else this.fail(request, new RequestError('CONNECTION_LOST', `${request.name} was not answered`));
    }
  }

  /** There will be no connection, or another user's: settles what waits. */
  failAll(error: RequestError): void {
    for (const request of [...this.pending]) this.fail(request, error);
  }

  private release(request: PendingRequest): void {
    request.isPaced = false;
    this.transmit(request);
  }

  /** As soon as its token and the connection are there. */
  private transmit(request: PendingRequest): void {
    if (request.isPaced || !this.connection.isLive) return;
    request.isSent = true;
    try {
      this.connection.emit(request.name, request.payload, (answer) => this.settle(request, answer as Answer));
    } catch (error) {
      // The payload is no JSON.
      this.fail(request, new RequestError('VALIDATION', String(error)));
    }
  }

  private settle(request: PendingRequest, answer: Answer): void {
    if (!this.remove(request)) return;
    if (!answer.success) return request.reject(RequestError.fromWire(answer.error));
    if (answer.dropped) return request.reject(new RequestError('DROPPED', `${request.name} was over its limit`));
    const { success: _, ...result } = answer;
    request.resolve(result);
  }

  private expire(request: PendingRequest): void {
    const { isSent, name } = request;
    const error = isSent
      ? new RequestError('TIMEOUT', `${name} was not answered in time`, { retryable: true })
      : new RequestError('OFFLINE', `no connection to send ${name}`, { retryable: true });
    this.fail(request, error);
    if (isSent) this.onUnanswered();
  }

  private fail(request: PendingRequest, error: RequestError): void {
    this.remove(request);
    request.reject(error);
  }

  /** @returns whether it was still pending. */
  private remove(request: PendingRequest): boolean {
    for (const cancel of request.cancelTimers.splice(0)) cancel();
    return this.pending.delete(request);
  }
}

function hasDedupKey(name: CommandName, payload: object): boolean {
  const key = DEDUP_KEYS[name];
  return key !== undefined && (payload as Record<string, unknown>)[key] !== undefined;
}
