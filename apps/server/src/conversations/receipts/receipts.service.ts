/** Publishes receipts after a short delay, so that many coalesce into few events. A shutdown flushes the pending ones. */
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { FailureLog, Shutdown } from '@aeturnis/platform';
import { toAppError } from '@aeturnis/realtime';
import { ReceiptPublisher } from './receipt-publisher';
import { ReceiptTimer } from './receipt-timer';
import { type DeliveryReceipt, type ReadReceipt, PendingReceipts } from './pending-receipts';

@Injectable()
export class ReceiptsService implements OnModuleInit {
  private readonly logger = new Logger(ReceiptsService.name);
  private readonly failures = new FailureLog(this.logger);
  private pending = new PendingReceipts();
  private cancelTimer: (() => void) | undefined;
  private publishing: Promise<void> = Promise.resolve();
  private isStopping = false;

  constructor(
    private readonly publisher: ReceiptPublisher,
    private readonly timer: ReceiptTimer,
    private readonly shutdown: Shutdown,
  ) {}

  onModuleInit(): void {
    // Stops before `PublicationRounds`, which waits until other nodes have received the events of this one.
    this.shutdown.register('state', 'receipts', () => this.stop());
  }

  addRead(read: ReadReceipt): void {
    this.pending.addRead(read);
    this.scheduleFlush();
  }

  addDeliveries(deliveries: readonly DeliveryReceipt[]): void {
    for (const delivery of deliveries) this.pending.addDelivery(delivery);
    this.scheduleFlush();
  }

  private scheduleFlush(): void {
    if (this.isStopping) void this.flush();
    else if (!this.pending.isEmpty) this.cancelTimer ??= this.timer.schedule(() => void this.flush());
  }

  /** Batches are published one after another, so that the receipts of one reader stay in order. Never rejects. */
  private flush(): Promise<void> {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    const batch = this.pending;
    this.pending = new PendingReceipts();
    return (this.publishing = this.publishing.then(() => this.publishBatch(batch)));
  }

  private async publishBatch(batch: PendingReceipts): Promise<void> {
    try {
      if (!batch.isEmpty) await this.publisher.publishReceipts(batch);
    } catch (error) {
      this.failures.warn({ message: 'receipts publish failed; temporary errors are retried', error });
      if (this.isStopping || !toAppError(error).traits.retryable) return;
      this.pending.putBack(batch);
      this.scheduleFlush();
    }
  }

  private stop(): Promise<void> {
    this.isStopping = true;
    return this.flush();
  }
}
