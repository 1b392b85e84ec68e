/** How many frames and bytes a client may still send, whatever they contain. It is counted before anything is parsed. */

/**
 * A binary frame carries an attachment of an event, and is counted as one: an event costs one frame, however many attachments
 * it has. Their bytes count like all others.
 */
export interface InboundPolicy {
  readonly framesPerSecond: number;
  readonly frameBurst: number;
  readonly attachmentsPerSecond: number;
  readonly attachmentBurst: number;
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
 * Three token buckets that are refilled only when one of them runs dry: as long as there are tokens, a frame costs three
 * subtractions and no look at the clock. A client can therefore use at most twice the burst at once.
 */
export class InboundBudget {
  /** Null before admission, and for good once the connection has been ended: then nothing is refilled. */
  private policy: InboundPolicy | null = null;
  private frames = EARLY_FRAMES;
  private bytes = EARLY_BYTES + EARLY_OVERHEAD_BYTES;
  /** None before admission: a CONNECT is text. */
  private attachments = 0;
  private refilledAt = 0;
  /** What is left of the budget of a client that was admitted and has left its namespace. */
  private suspended: { frames: number; bytes: number; attachments: number } | null = null;

  /**
   * `frames` are those without attachments. @returns whether the client may send this much; once it may not, its connection
   * has to be ended.
   */
  take(frames: number, bytes: number, now: () => number, attachments = 0): boolean {
    this.frames -= frames;
    this.bytes -= bytes;
    this.attachments -= attachments;
    return this.suffices || this.refill(now());
  }

  /** The client has been admitted. A second admission continues the budget of the first. */
  admit(policy: InboundPolicy, now: number): void {
    if (this.policy) return;
    this.policy = policy;
    this.frames = this.suspended?.frames ?? policy.frameBurst;
    this.bytes = this.suspended?.bytes ?? policy.byteBurst;
    this.attachments = this.suspended?.attachments ?? policy.attachmentBurst;
    if (!this.suspended) this.refilledAt = now;
  }

  /** The client has left its namespace, and has to be admitted again. */
  suspend(): void {
    if (!this.policy) return;
    this.policy = null;
    const { frames, bytes, attachments } = this;
    this.suspended = { frames: frames - HANDSHAKE_FRAMES, bytes, attachments };
    this.replenish();
  }

  /** A handshake has been answered: the client may try another one. */
  replenish(): void {
    if (this.policy) return;
    this.frames = EARLY_FRAMES;
    this.bytes = EARLY_BYTES + EARLY_OVERHEAD_BYTES;
    this.attachments = 0;
  }

  /** From now on nothing may be sent. */
  end(): void {
    this.policy = null;
    this.frames = this.bytes = this.attachments = Number.NEGATIVE_INFINITY;
  }

  private get suffices(): boolean {
    return this.frames >= 0 && this.bytes >= 0 && this.attachments >= 0;
  }

  private refill(now: number): boolean {
    const { policy } = this;
    if (!policy) return false;
    const seconds = Math.max(0, now - this.refilledAt) / 1000;
    this.refilledAt = now;
    this.frames = Math.min(policy.frameBurst, this.frames + seconds * policy.framesPerSecond);
    this.bytes = Math.min(policy.byteBurst, this.bytes + seconds * policy.bytesPerSecond);
    const attachments = this.attachments + seconds * policy.attachmentsPerSecond;
    this.attachments = Math.min(policy.attachmentBurst, attachments);
    return this.suffices;
  }
}
