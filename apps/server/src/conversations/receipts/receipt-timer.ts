/** How long receipts wait for others that they can be told together with, as something that tests can replace. */
import { Injectable } from '@nestjs/common';

const TOGETHER_MS = 250;

@Injectable()
export class ReceiptTimer {
  /** Answers what calls it off. */
  soon(work: () => void): () => void {
    const timer = setTimeout(work, TOGETHER_MS).unref();
    return () => clearTimeout(timer);
  }
}
