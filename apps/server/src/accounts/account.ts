/** An account as this domain knows it, and whether it may be used. */
import { AppError, type Principal, type WhoMayAdd } from '@aeturnis/contracts';

export const ROLES = ['player', 'guest', 'moderator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export type AccountStatus = 'active' | 'banned';

/** What decides whether a token of this account is good, and what its holder may do. */
export interface AccountState {
  readonly id: string;
  /** What others call its holder. */
  readonly displayName: string;
  readonly roles: readonly string[];
  readonly status: AccountStatus;
  readonly banReason: string | null;
  /** Null while banned means for good. */
  readonly bannedUntil: Date | null;
}

export interface Account extends AccountState {
  /** With the password it proves who somebody is; shown to its holder and to administrators alone. */
  readonly login: string;
  readonly email: string | null;
  readonly passwordHash: string | null;
  readonly isGuest: boolean;
  readonly whoMayAdd: WhoMayAdd;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
}

/** A ban ends by itself: nothing has to happen at `bannedUntil`. */
export function isBanned({ status, bannedUntil }: AccountState, now: number): boolean {
  return status === 'banned' && (bannedUntil === null || bannedUntil.getTime() > now);
}

/** @throws AppError ACCOUNT_DISABLED with the reason and the end of the ban. */
export function assertActive(account: AccountState, now: number): void {
  if (!isBanned(account, now)) return;
  const { banReason, bannedUntil } = account;
  throw new AppError('ACCOUNT_DISABLED', 'This account is banned', {
    details: { reason: banReason, until: bannedUntil?.toISOString() ?? null },
  });
}

/** Who acts, by the account as it is now: roles in a token may be older. */
export function principalOf(
  { id, displayName, roles }: AccountState,
  token: Pick<Principal, 'sessionId' | 'expiresAt'>,
): Principal {
  return { userId: id, name: displayName, roles, sessionId: token.sessionId, expiresAt: token.expiresAt };
}
