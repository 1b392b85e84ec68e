/** Replaces the access token of an open connection before it expires. */
import type { Ack, ErrorCode } from '@aeturnis/contracts';
import { Backoff } from '../base/backoff';
import type { Cancel, ClientClock } from '../base/clock';
import { RequestError } from '../base/request-error';
import type { ClientConnection } from './connection';
import type { TokenSupply } from './token-supply';

const LEAD_MS = 60_000;
const MIN_DELAY_MS = 1_000;
const RETRY = { firstMs: 1_000, maxMs: 10_000 };

export class TokenRefresh {
  private readonly backoff: Backoff;
  private cancel: Cancel = () => undefined;
  /** Of the current connection. */
  private run = {};

  constructor(
    private readonly clock: ClientClock,
    private readonly connection: ClientConnection,
    private readonly tokens: TokenSupply,
    private readonly serverNow: () => number,
  ) {
    this.backoff = new Backoff(clock, RETRY);
  }

  /** @param expiresAt milliseconds since 1970 by the server's clock. @param serverTime now, by that clock. */
  onLive(expiresAt: number, serverTime: number): void {
    this.onLost();
    this.scheduleFor(expiresAt - serverTime);
  }

  /** The server says that the token expires soon: timers of hidden pages may be late. */
  onExpiring(): void {
    this.schedule(0);
  }

  onLost(): void {
    this.cancel();
    this.run = {};
    this.backoff.reset();
  }

  /** A minute before the end, or half-way there if less is left. */
  private scheduleFor(remainingMs: number): void {
    this.schedule(Math.max(MIN_DELAY_MS, remainingMs - Math.min(LEAD_MS, remainingMs / 2)));
  }

  private schedule(delayMs: number): void {
    this.cancel();
    this.cancel = this.clock.after(delayMs, () => void this.refresh());
  }

  private async refresh(): Promise<void> {
    const { run } = this;
    const retry = () => run === this.run && this.schedule(this.backoff.nextMs());
    let token: string;
    try {
      token = await this.tokens.next();
    } catch {
      return void retry();
    }
    if (run !== this.run || !this.connection.isLive) return;
    this.connection.emit('auth:refresh', { token }, (answer) => {
      if (run !== this.run) return;
      const ack = answer as Ack<{ expiresAt: number }>;
      if (!ack.success) this.tokens.markRefused(token, RequestError.fromWire(ack.error).code as ErrorCode);
      if (!ack.success || !('expiresAt' in ack)) return void retry();
      this.connection.token = token;
      this.backoff.reset();
      this.scheduleFor(ack.expiresAt - this.serverNow());
    });
  }
}
