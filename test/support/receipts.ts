/** Holds the receipts of nodes back until a test lets them go, so that what is told together does not depend on time. */
import { ReceiptTimer } from '../../apps/server/src/conversations/receipts/receipt-timer';
import type { RunningServer } from '../../apps/server/src/server';

/** Answers what lets go of everything that waits by then. It ends with the test, by `jest.restoreAllMocks`. */
export function holdReceipts(...nodes: RunningServer[]): () => void {
  const waiting = new Set<() => void>();
  for (const { app } of nodes) {
    jest.spyOn(app.get(ReceiptTimer, { strict: false }), 'soon').mockImplementation((work) => {
      waiting.add(work);
      return () => waiting.delete(work);
    });
  }
  return () => {
    for (const work of [...waiting]) work();
  };
}
