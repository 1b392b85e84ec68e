/** One attempt at a connection. A new attempt is a new link, so that late events of an old one change nothing. */
import type { ErrorCode } from '@aeturnis/contracts';

/** What a link presents: the token, and the session that it resumes. */
export interface LinkAuth {
  readonly token: string;
  readonly protocol: number;
  /** Of the last connection, if there was one. */
  readonly pid?: string;
  /** Of the last recoverable event that has arrived. */
  readonly offset?: string;
}

/** A refusal by the server; the link is closed. */
export interface LinkRefusal {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
}

export interface LinkHandlers {
  /** `offset` is undefined for events that are never replayed. */
  onEvent(name: string, payload: object, offset: string | undefined): void;
  /** Something has arrived: the other side is alive. */
  onActivity(): void;
  onRefused(refusal: LinkRefusal): void;
  /** Called once, also for an attempt that failed. Not called after `close` and `leave`. */
  onClosed(reason: string): void;
}

export interface Link {
  /** Must be open: the server's first event has arrived. */
  emit(command: string, payload: object, onAnswer?: (answer: object) => void): void;
  /** Closes the transport without a disconnect packet, so that the server keeps the session. */
  close(): void;
  /** Ends the session: its character leaves the world at once. */
  leave(): void;
}

export type OpenLink = (auth: LinkAuth, handlers: LinkHandlers) => Link;
