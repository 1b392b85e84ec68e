/** The error of a full node; the client retries later, or on another node. */
import { AppError } from '@aeturnis/contracts';

/** Also sent to connections that are closed because the node is full. */
export const NODE_FULL_RETRY_MS = 30_000;

export class NodeFullError extends AppError {
  constructor(message: string) {
    super('UNAVAILABLE', message, { retryAfterMs: NODE_FULL_RETRY_MS });
  }
}
