/** Counts the frames, attachments and bytes that a client may still send, before anything is parsed. */

/**
 * A binary frame carries an attachment and counts as an attachment, not as a frame: an event costs one frame, however many
 * attachments it has. The bytes of attachments count like all others.
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
 * Before admission a client sends one CONNECT: a token of up to 8 KiB and further `auth` fields of the application. Fragments,
 * heartbeats and the requests of polling clients count as frames, so there is room for some of them.
 */
export const MAX_EARLY_BYTES = 12 * 1024;
const MAX_EARLY_FRAMES = 32;
/** Frame headers, which `MAX_EARLY_BYTES` does not include. */
const EARLY_OVERHEAD_BYTES = 256;
/** A handshake costs the server as much as 40 frames. Without this, leaving and re-entering would cost only one. */
const HANDSHAKE_COST_FRAMES = 40;

/**
 * Three token buckets that are refilled only when one of them is empty: until then a frame costs three subtractions and no
 * call of the clock. A client can therefore send at most twice the burst at once.
 */
export class InboundBudget {
  /** Null before admission and after the end of the connection: then nothing is refilled. */
  private policy: InboundPolicy | null = null;
  private frames = MAX_EARLY_FRAMES;
  private bytes = MAX_EARLY_BYTES + EARLY_OVERHEAD_BYTES;
  /** 0 before admission: a CONNECT is text. */
  private attachments = 0;
  private refilledAt = 0;
  /** The remaining budget of a client that was admitted and has left its namespace. */
  private suspendedBudget: { frames: number; bytes: number; attachments: number } | null = null;

  /**
   * Takes from the budget; `frames` does not include attachments. @returns false if the client has exceeded its budget: the
   * caller then has to end the connection.
   */
  take(frames: number, bytes: number, now: () => number, attachments = 0): boolean {
    this.frames -= frames;
    this.bytes -= bytes;
    this.attachments -= attachments;
    return this.isSufficient || this.refill(now());
  }

  /** The client has been admitted. A second admission continues the budget of the first. */
  admit(policy: InboundPolicy, now: number): void {
    if (this.policy) return;
    this.policy = policy;
    this.frames = this.suspendedBudget?.frames ?? policy.frameBurst;
    this.bytes = this.suspendedBudget?.bytes ?? policy.byteBurst;
    this.attachments = this.suspendedBudget?.attachments ?? policy.attachmentBurst;
    if (!this.suspendedBudget) this.refilledAt = now;
  }

  /** The client has left its namespace and has to be admitted again. */
  suspend(): void {
    if (!this.policy) return;
    this.policy = null;
    const { frames, bytes, attachments } = this;
    this.suspendedBudget = { frames: frames - HANDSHAKE_COST_FRAMES, bytes, attachments };
    this.resetForHandshake();
  }

  /** A handshake was refused: the client may try another one. */
  resetForHandshake(): void {
    if (this.policy) return;
    this.frames = MAX_EARLY_FRAMES;
    this.bytes = MAX_EARLY_BYTES + EARLY_OVERHEAD_BYTES;
    this.attachments = 0;
  }

  /** Refuses everything from now on. */
  end(): void {
    this.policy = null;
    this.frames = this.bytes = this.attachments = Number.NEGATIVE_INFINITY;
  }

  private get isSufficient(): boolean {
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
    return this.isSufficient;
  }
}
