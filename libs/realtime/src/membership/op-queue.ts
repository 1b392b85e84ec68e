/** Collects the operations of one turn of the event loop and hands them on in order, one batch at a time. */
import type { LocalMember } from './local-members';
import { MAX_BATCH, type MembershipOp } from './membership-store';
import type { Settled } from './settled';

export interface Ticket {
  readonly op: MembershipOp;
  /** Whom a join is about. */
  readonly member: LocalMember | undefined;
  /** Nobody waits for what has none. */
  readonly settle: ((answer: Settled) => void) | undefined;
}

const NOTHING = Promise.resolve();

export class OpQueue {
  private waiting: Ticket[] = [];
  private scheduled = false;
  private draining: Promise<void> | undefined;

  /** `send` deals with failures itself; what it wants tried again it puts back. */
  constructor(private readonly send: (batch: Ticket[]) => Promise<void>) {}

  add(ticket: Ticket): void {
    this.waiting.push(ticket);
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(this.begin);
  }

  putBack(batch: readonly Ticket[]): void {
    this.waiting.unshift(...batch);
  }

  takeAll(): Ticket[] {
    return this.waiting.splice(0);
  }

  private readonly begin = (): void => {
    this.scheduled = false;
    void this.drain();
  };

  /** Settles when nothing waits. */
  drain(): Promise<void> {
    return this.waiting.length === 0 ? (this.draining ?? NOTHING) : (this.draining ??= this.run());
  }

  private async run(): Promise<void> {
    try {
      while (this.waiting.length > 0) await this.send(this.waiting.splice(0, MAX_BATCH));
    } finally {
      this.draining = undefined;
    }
  }
}
