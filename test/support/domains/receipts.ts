/** Holds the receipts of nodes back until a test releases them, so that batches do not depend on time. */
import { ReceiptTimer } from '../../../apps/server/src/conversations/receipts/receipt-timer';
import type { RunningServer } from '../../../apps/server/src/server';

/** @returns a function that releases all pending receipts. `jest.restoreAllMocks` ends the hold. */
export function holdReceipts(...nodes: RunningServer[]): () => void {
  const pendingWork = new Set<() => void>();
  for (const { app } of nodes) {
    jest.spyOn(app.get(ReceiptTimer, { strict: false }), 'schedule').mockImplementation((work) => {
      pendingWork.add(work);
      return () => pendingWork.delete(work);
    });
  }
  return () => {
    for (const work of [...pendingWork]) work();
  };
}
