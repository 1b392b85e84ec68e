/** What an application sees of its connection. */
import type { RequestErrorCode } from '../base/request-error';

export type ConnectionPhase =
  | { readonly phase: 'idle' }
  | { readonly phase: 'connecting' }
  /** `recovered`: the session continues, and nothing was missed. Otherwise the state has been read again. */
  | { readonly phase: 'live'; readonly recovered: boolean }
  /** The next attempt begins in `retryInMs`, or when the device is back online. `code`: why the attempt failed, if that is known. */
  | { readonly phase: 'waiting'; readonly retryInMs: number; readonly code?: RequestErrorCode }
  /** Does not connect again by itself. */
  | { readonly phase: 'ended'; readonly code: RequestErrorCode; readonly message: string };
