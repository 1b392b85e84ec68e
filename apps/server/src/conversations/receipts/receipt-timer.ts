/** Delays receipts so that they are published in batches; a provider, so that tests can replace it. */
import { Injectable } from '@nestjs/common';

const COALESCE_MS = 250;

@Injectable()
export class ReceiptTimer {
  /** @returns a function that cancels the work. */
  schedule(work: () => void): () => void {
    const timer = setTimeout(work, COALESCE_MS).unref();
    return () => clearTimeout(timer);
  }
}
