/** Goes on over HTTP where no connection is possible, as behind some proxies: polls until there is a connection. */
import { Backoff } from '../base/backoff';
import type { Cancel, ClientClock } from '../base/clock';
import type { ConnectionPhase } from '../connection/connection-state';

/** Failed attempts in a row after which no connection seems possible. */
const FAILED_ATTEMPTS = 3;
const POLL_MS = 5_000;
const RETRY = { firstMs: POLL_MS, maxMs: 60_000 };

export interface FallbackSteps {
  /** Returns the user of the token. Rejects if the server cannot be reached. */
  identify(): Promise<string>;
  /** Sends what waits and reads what is new. */
  exchange(userId: string): void;
  onChange(): void;
}

export class HttpFallback {
  /** The last poll has reached the server, and there is no connection. */
  isActive = false;
  /** Null while it does not poll; another object for each poll. */
  private round: object | null = null;
  private cancelTimer: Cancel = () => undefined;
  private readonly backoff: Backoff;

  constructor(
    private readonly clock: ClientClock,
    private readonly steps: FallbackSteps,
  ) {
    this.backoff = new Backoff(clock, RETRY);
  }

  /** @param failedAttempts in a row, which have reached no server. */
  onPhase({ phase }: ConnectionPhase, failedAttempts: number): void {
    if (phase === 'waiting' && failedAttempts >= FAILED_ATTEMPTS && !this.round) void this.poll();
    else if (phase !== 'waiting' && phase !== 'connecting') this.stop();
  }

  private async poll(): Promise<void> {
    const round = (this.round = {});
    const userId = await this.steps.identify().catch(() => null);
    // A connection was made, or the client was stopped, in the meantime.
    if (this.round !== round) return;
    this.change(userId !== null);
    this.cancelTimer = this.clock.after(userId === null ? this.backoff.nextMs() : POLL_MS, () => void this.poll());
    if (userId === null) return;
    this.backoff.reset();
    this.steps.exchange(userId);
  }

  private stop(): void {
    this.cancelTimer();
    this.round = null;
    this.change(false);
  }

  private change(isActive: boolean): void {
    if (this.isActive === isActive) return;
    this.isActive = isActive;
    this.steps.onChange();
  }
}
