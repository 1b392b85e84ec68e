/** Collects the operations of one turn of the event loop and hands them on in order, one batch at a time. */
import type { LocalMember } from './local-members';
import { MAX_BATCH, type MembershipOp } from './membership-store';
import type { Settled } from './settled';

export interface Ticket {
  readonly op: MembershipOp;
  /** Whom a join is about. */
  readonly member: LocalMember | undefined;
  readonly settle: (answer: Settled) => void;
}

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
    setImmediate(() => {
      this.scheduled = false;
      void this.drain();
    });
  }

  putBack(batch: readonly Ticket[]): void {
    this.waiting.unshift(...batch);
  }

  takeAll(): Ticket[] {
    return this.waiting.splice(0);
  }

  /** Settles when nothing waits. */
  drain(): Promise<void> {
    return (this.draining ??= this.run().finally(() => (this.draining = undefined)));
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) await this.send(this.waiting.splice(0, MAX_BATCH));
  }
}
