/** The codes and messages that clients receive when the server closes connections of an account. */
import type { CloseCode } from '@aeturnis/contracts';
import { type AccountState, banMessage } from './account';

export interface EndReason {
  readonly code: CloseCode;
  readonly message: string;
}

export const LOGGED_OUT: EndReason = { code: 'LOGGED_OUT', message: 'The session has ended' };
export const bannedBecause = (ban: Pick<AccountState, 'banReason' | 'bannedUntil'>): EndReason => ({
  code: 'ACCOUNT_DISABLED',
  message: banMessage(ban),
});
export const DELETED: EndReason = { code: 'LOGGED_OUT', message: 'The account has been deleted' };
