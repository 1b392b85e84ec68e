/** Batches the membership operations of one event-loop iteration and sends the batches to the store in order, one at a time. */
import type { JoinResult, LocalMember } from './local-members';
import { type BatchOp, MAX_MEMBERSHIP_BATCH } from './membership-store';

export interface QueuedOperation {
  readonly op: BatchOp;
  /** The local member of a join. */
  readonly member: LocalMember | undefined;
  readonly resolve: (answer: JoinResult) => void;
}

const RESOLVED = Promise.resolve();

export class OperationQueue {
  private queued: QueuedOperation[] = [];
  private isScheduled = false;
  private draining: Promise<void> | undefined;

  /** `send` never rejects: it handles failures itself and calls `putBack` for operations that have to be retried. */
  constructor(private readonly send: (batch: QueuedOperation[]) => Promise<void>) {}

  add(operation: QueuedOperation): void {
    this.queued.push(operation);
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(this.startDraining);
  }

  putBack(batch: readonly QueuedOperation[]): void {
    this.queued.unshift(...batch);
  }

  takeAll(): QueuedOperation[] {
    return this.queued.splice(0);
  }

  private readonly startDraining = (): void => {
    this.isScheduled = false;
    void this.drain();
  };

  /** Resolves when the queue is empty. */
  drain(): Promise<void> {
    return this.queued.length === 0 ? (this.draining ?? RESOLVED) : (this.draining ??= this.sendAll());
  }

  private async sendAll(): Promise<void> {
    try {
      while (this.queued.length > 0) await this.send(this.queued.splice(0, MAX_MEMBERSHIP_BATCH));
    } finally {
      this.draining = undefined;
    }
  }
}
