/** This node takes no more: the client is told so, and comes back later, or finds another node. */
import { AppError } from '@aeturnis/contracts';

/** Also told to connections that are closed because of it. */
export const NODE_FULL_RETRY_MS = 30_000;

export class NodeFullError extends AppError {
  constructor(message: string) {
    super('UNAVAILABLE', message, { retryAfterMs: NODE_FULL_RETRY_MS });
  }
}
