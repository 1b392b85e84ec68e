/** How many frames and bytes a client may still send, whatever they contain. It is counted before anything is parsed. */

export interface InboundPolicy {
  readonly framesPerSecond: number;
  readonly frameBurst: number;
  readonly bytesPerSecond: number;
  readonly byteBurst: number;
}

/**
 * Before admission a client sends one CONNECT: a token of up to 8 KiB and what the application puts beside it. Fragments,
 * heartbeats and, of clients that poll, requests count as frames, so that there is room for some of them.
 */
export const EARLY_BYTES = 12 * 1024;
const EARLY_FRAMES = 32;
/** Every frame has a header, which is not part of what `EARLY_BYTES` bounds. */
const EARLY_OVERHEAD_BYTES = 256;
/** A handshake costs the server as much as so many frames; without this, leaving and entering would be as cheap as one. */
const HANDSHAKE_FRAMES = 40;

/**
 * Two token buckets that are refilled only when one of them runs dry: as long as there are tokens, a frame costs two
 * subtractions and no look at the clock. A client can therefore use at most twice the burst at once.
 */
export class InboundBudget {
  /** Null before admission, and for good once the connection has been ended: then nothing is refilled. */
  private policy: InboundPolicy | null = null;
  private frames = EARLY_FRAMES;
  private bytes = EARLY_BYTES + EARLY_OVERHEAD_BYTES;
  private refilledAt = 0;
  /** What is left of the budget of a client that was admitted and has left its namespace. */
  private suspended: { frames: number; bytes: number } | null = null;

  /** @returns whether the client may send this much; once it may not, its connection has to be ended. */
  take(frames: number, bytes: number, now: () => number): boolean {
    this.frames -= frames;
    this.bytes -= bytes;
    return (this.frames >= 0 && this.bytes >= 0) || this.refill(now());
  }

  /** The client has been admitted. A second admission continues the budget of the first. */
  admit(policy: InboundPolicy, now: number): void {
    if (this.policy) return;
    this.policy = policy;
    this.frames = this.suspended?.frames ?? policy.frameBurst;
    this.bytes = this.suspended?.bytes ?? policy.byteBurst;
    if (!this.suspended) this.refilledAt = now;
  }

  /** The client has left its namespace, and has to be admitted again. */
  suspend(): void {
    if (!this.policy) return;
    this.policy = null;
    this.suspended = { frames: this.frames - HANDSHAKE_FRAMES, bytes: this.bytes };
    this.replenish();
  }

  /** A handshake has been answered: the client may try another one. */
  replenish(): void {
    if (this.policy) return;
    this.frames = EARLY_FRAMES;
    this.bytes = EARLY_BYTES + EARLY_OVERHEAD_BYTES;
  }

  /** From now on nothing may be sent. */
  end(): void {
    this.policy = null;
    this.frames = this.bytes = Number.NEGATIVE_INFINITY;
  }

  private refill(now: number): boolean {
    const { policy } = this;
    if (!policy) return false;
    const seconds = Math.max(0, now - this.refilledAt) / 1000;
    this.refilledAt = now;
    this.frames = Math.min(policy.frameBurst, this.frames + seconds * policy.framesPerSecond);
    this.bytes = Math.min(policy.byteBurst, this.bytes + seconds * policy.bytesPerSecond);
    return this.frames >= 0 && this.bytes >= 0;
  }
}
