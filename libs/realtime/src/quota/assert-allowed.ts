/** Refuses a request for which a quota has no tokens left. */
import { AppError } from '@aeturnis/contracts';
import type { QuotaOutcome } from './quota-store';

/** @throws AppError RATE_LIMITED with this message, and with the time until a retry may be allowed. */
export function assertAllowed(outcome: Pick<QuotaOutcome, 'allowed' | 'retryAfterMs'>, message: string): void {
  if (!outcome.allowed) throw new AppError('RATE_LIMITED', message, { retryAfterMs: outcome.retryAfterMs });
}
