/** Finds out whether a connection that looks open still answers, and measures its latency and the server's clock. */
import { lastItem } from '../base/last-item';
import type { Cancel, ClientClock } from '../base/clock';
import type { ClientConnection } from './connection';

/** A connection from which nothing arrives for so long after a ping is dead. */
const ANSWER_MS = 2_000;
/** For the first answer: the server sets the connection up before. Less than a connection lasts until it counts as steady. */
const FIRST_ANSWER_MS = 9_000;
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
  /** Cancels the probe whose answer is awaited. */
  private probing: Cancel | null = null;

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
    this.probe();
    this.scheduleCheck();
  }

  onLost(): void {
    this.cancelCheck();
    this.endProbe();
  }

  /** Replaces the connection if nothing arrives: a slow server may send other events before its answer. */
  probe(): void {
    if (!this.connection.isLive || this.probing) return;
    const sentAt = this.clock.now();
    const { arrivals } = this.connection;
    const cancel = this.clock.after(this.samples.length > 0 ? ANSWER_MS : FIRST_ANSWER_MS, () => {
      this.probing = null;
      if (arrivals === this.connection.arrivals) this.connection.replace();
    });
    this.probing = cancel;
    this.connection.emit('system:ping', {}, (answer) => {
      if (this.probing === cancel) this.endProbe();
      this.addSample(sentAt, (answer as { timestamp?: number }).timestamp);
    });
  }

  private endProbe(): void {
    this.probing?.();
    this.probing = null;
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
