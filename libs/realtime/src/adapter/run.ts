/** What is written together. */

const NOTHING = Buffer.alloc(0);

/**
 * The frames of one turn of the event loop, in order. Connections that get the same frames one after the other, as the
 * members of a room do, share one run, so that its bytes are joined once for all of them.
 */
export class Run {
  private nextFrame: Buffer | undefined;
  private next: Run | undefined;
  private whole: Buffer | undefined;

  private constructor(
    private readonly before: Run | null,
    private readonly frame: Buffer | null,
    /** Of all its frames. */
    readonly bytes: number,
  ) {}

  /** A run without frames. */
  static empty(): Run {
    return new Run(null, null, 0);
  }

  /** This run and one frame more; the same one again for the same frame again. */
  then(frame: Buffer): Run {
    if (this.next && this.nextFrame === frame) return this.next;
    this.nextFrame = frame;
    this.next = new Run(this, frame, this.bytes + frame.length);
    return this.next;
  }

  /** All its frames as one buffer. */
  get buffer(): Buffer {
    return (this.whole ??= this.join());
  }

  private join(): Buffer {
    if (!this.frame || this.bytes === this.frame.length) return this.frame ?? NOTHING;
    const joined = Buffer.allocUnsafe(this.bytes);
    this.frame.copy(joined, this.bytes - this.frame.length);
    for (let run = this.before; run?.frame; run = run.before) run.frame.copy(joined, run.bytes - run.frame.length);
    return joined;
  }
}
