/** Batches of frames that are written with one system call, shared by connections with equal frames. */
const EMPTY_BUFFER = Buffer.alloc(0);

/**
 * The frames of one event-loop iteration, in order, as an immutable linked list. Connections that get the same frames in the
 * same order, as the members of a room do, share one batch, so its bytes are joined once for all of them.
 */
export class FrameBatch {
  private successorFrame: Buffer | undefined;
  private successor: FrameBatch | undefined;
  private joined: Buffer | undefined;

  private constructor(
    private readonly previous: FrameBatch | null,
    private readonly frame: Buffer | null,
    /** The length of all frames together. */
    readonly byteLength: number,
  ) {}

  static empty(): FrameBatch {
    return new FrameBatch(null, null, 0);
  }

  /** This batch plus one frame. Consecutive calls with the same frame return the same batch. */
  withFrame(frame: Buffer): FrameBatch {
    if (this.successor && this.successorFrame === frame) return this.successor;
    this.successorFrame = frame;
    this.successor = new FrameBatch(this, frame, this.byteLength + frame.length);
    return this.successor;
  }

  /** All frames as one buffer, joined on first use. */
  get buffer(): Buffer {
    return (this.joined ??= this.join());
  }

  private join(): Buffer {
    if (!this.frame || this.byteLength === this.frame.length) return this.frame ?? EMPTY_BUFFER;
    const joined = Buffer.allocUnsafe(this.byteLength);
    this.frame.copy(joined, this.byteLength - this.frame.length);
    for (let batch = this.previous; batch?.frame; batch = batch.previous)
      batch.frame.copy(joined, batch.byteLength - batch.frame.length);
    return joined;
  }
}
