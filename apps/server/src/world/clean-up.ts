/** Runs the steps of a clean-up such that a failing step does not prevent the others. */
import type { Logger } from '@nestjs/common';

export type CleanUpStep = () => unknown;

/**
 * Runs all steps in order, then retries those that failed once. A second failure is logged with `context`. Never rejects:
 * the clean-up after an error must not hide that error.
 */
export async function cleanUp(logger: Logger, context: string, steps: readonly CleanUpStep[]): Promise<void> {
  const failed: CleanUpStep[] = [];
  for (const step of steps) {
    try {
      // No await for synchronous steps: all steps before the first asynchronous one are complete when this function returns.
      const result = step();
      if (result instanceof Promise) await result;
    } catch {
      failed.push(step);
    }
  }
  for (const step of failed) {
    try {
      await step();
    } catch (error) {
      logger.error({ message: `clean-up step failed twice and was skipped: ${context}`, error });
    }
  }
}
