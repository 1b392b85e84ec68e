/** Tells receipts a moment later, so that those of that moment become few. An orderly end tells what still waits. */
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { FailureLog, Shutdown } from '@aeturnis/platform';
import { toAppError } from '@aeturnis/realtime';
import { ReceiptTeller } from './receipt-teller';
import { ReceiptTimer } from './receipt-timer';
import { type Delivery, type Read, WaitingReceipts } from './waiting-receipts';

@Injectable()
export class ReceiptsService implements OnModuleInit {
  private readonly logger = new Logger(ReceiptsService.name);
  private readonly failures = new FailureLog(this.logger);
  private waiting = new WaitingReceipts();
  private callOff: (() => void) | undefined;
  private telling: Promise<void> = Promise.resolve();
  private ending = false;

  constructor(
    private readonly teller: ReceiptTeller,
    private readonly timer: ReceiptTimer,
    private readonly shutdown: Shutdown,
  ) {}

  onModuleInit(): void {
    // Ends before the publisher does, which waits until other nodes have what this one has emitted.
    this.shutdown.register('state', 'receipts', () => this.stop());
  }

  read(read: Read): void {
    this.waiting.read(read);
    this.begin();
  }

  delivered(deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries) this.waiting.delivered(delivery);
    this.begin();
  }

  private begin(): void {
    if (this.ending) void this.flush();
    else if (!this.waiting.empty) this.callOff ??= this.timer.soon(() => void this.flush());
  }

  /** One after the other, so that receipts of one reader come in their order. Never rejects. */
  private flush(): Promise<void> {
    this.callOff?.();
    this.callOff = undefined;
    const taken = this.waiting;
    this.waiting = new WaitingReceipts();
    return (this.telling = this.telling.then(() => this.tell(taken)));
  }

  private async tell(taken: WaitingReceipts): Promise<void> {
    try {
      if (!taken.empty) await this.teller.tell(taken);
    } catch (error) {
      this.failures.warn({ message: 'receipts could not be published', error });
      if (this.ending || !toAppError(error).traits.retryable) return;
      this.waiting.keep(taken);
      this.begin();
    }
  }

  private stop(): Promise<void> {
    this.ending = true;
    return this.flush();
  }
}
