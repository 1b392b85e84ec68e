/** The codes and messages that clients receive when the server closes connections of an account. */
import type { CloseCode } from '@aeturnis/contracts';

export interface EndReason {
  readonly code: CloseCode;
  readonly message: string;
}

export const BANNED: EndReason = { code: 'ACCOUNT_DISABLED', message: 'This account is banned' };
export const LOGGED_OUT: EndReason = { code: 'LOGGED_OUT', message: 'The session has ended' };
export const DELETED: EndReason = { code: 'LOGGED_OUT', message: 'The account has been deleted' };
