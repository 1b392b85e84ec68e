/** Takes back what was begun, step by step: a step that fails keeps no other from being taken. */
import type { Logger } from '@nestjs/common';

export type CleanUpStep = () => unknown;

/**
 * Runs all steps in their order. Those that failed are tried once more after the others; what fails again is logged as
 * `what`. Never rejects: the clean-up after an error must not hide that error.
 */
export async function cleanUp(logger: Logger, what: string, steps: readonly CleanUpStep[]): Promise<void> {
  const failed: CleanUpStep[] = [];
  for (const step of steps) {
    try {
      // What is synchronous is done before this function returns, up to the first step that is not.
      const done = step();
      if (done instanceof Promise) await done;
    } catch {
      failed.push(step);
    }
  }
  for (const step of failed) {
    try {
      await step();
    } catch (error) {
      logger.error({ message: `${what}: a step of the clean-up failed twice`, error });
    }
  }
}
