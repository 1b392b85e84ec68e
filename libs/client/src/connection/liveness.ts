/** Finds out whether a connection that looks open still answers, and measures its latency and the server's clock. */
import { lastItem } from '../base/last-item';
import type { Cancel, ClientClock } from '../base/clock';
import type { ClientConnection } from './connection';

/** An answer that takes longer means that the connection is dead. */
const ANSWER_MS = 2_000;
/** Longer than the server's ping interval: something should have arrived. */
const QUIET_MS = 30_000;
const CHECK_MS = 5_000;
/** The server's clock is taken from the fastest of the latest answers. */
const SAMPLES = 8;

interface Sample {
  readonly latencyMs: number;
  readonly offsetMs: number;
}

export class Liveness {
  private samples: Sample[] = [];
  private cancelCheck: Cancel = () => undefined;
  /** The probe whose answer is awaited. */
  private probing: object | null = null;

  constructor(
    private readonly clock: ClientClock,
    private readonly connection: ClientConnection,
  ) {}

  get latencyMs(): number | undefined {
    return lastItem(this.samples)?.latencyMs;
  }

  /** The server's time in milliseconds since 1970. */
  serverNow(): number {
    const fastest = this.samples.reduce<Sample | undefined>(
      (best, sample) => (best && best.latencyMs <= sample.latencyMs ? best : sample),
      undefined,
    );
    return this.clock.now() + (fastest?.offsetMs ?? 0);
  }

  /** The device's clock may have changed while there was no connection. */
  onLive(): void {
    this.samples = [];
    this.probing = null;
    this.probe();
    this.scheduleCheck();
  }

  onLost(): void {
    this.cancelCheck();
    this.probing = null;
  }

  /** Replaces the connection if it does not answer. */
  probe(): void {
    if (!this.connection.isLive || this.probing) return;
    const probe = {};
    this.probing = probe;
    const sentAt = this.clock.now();
    const cancel = this.clock.after(ANSWER_MS, () => {
      if (this.probing !== probe) return;
      this.probing = null;
      this.connection.replace();
    });
    this.connection.emit('system:ping', {}, (answer) => {
      cancel();
      if (this.probing === probe) this.probing = null;
      this.addSample(sentAt, (answer as { timestamp?: number }).timestamp);
    });
  }

  private addSample(sentAt: number, serverTime: number | undefined): void {
    if (serverTime === undefined) return;
    const now = this.clock.now();
    const latencyMs = Math.max(0, now - sentAt);
    this.samples = [...this.samples, { latencyMs, offsetMs: serverTime - (sentAt + now) / 2 }].slice(-SAMPLES);
  }

  private scheduleCheck(): void {
    this.cancelCheck();
    this.cancelCheck = this.clock.after(CHECK_MS, () => {
      if (this.connection.quietMs > QUIET_MS) this.probe();
      this.scheduleCheck();
    });
  }
}
