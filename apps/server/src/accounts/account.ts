/** The account model, and the checks whether an account is banned. */
import { AppError, type Principal, type WhoMayAdd } from '@aeturnis/contracts';

export const ROLES = ['player', 'guest', 'moderator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export type AccountStatus = 'active' | 'banned';

/** The fields that decide whether a token of this account is valid, and which permissions it gives. */
export interface AccountState {
  readonly id: string;
  /** The name that other users see. */
  readonly displayName: string;
  readonly roles: readonly string[];
  readonly status: AccountStatus;
  readonly banReason: string | null;
  /** Null means permanently, while the account is banned. */
  readonly bannedUntil: Date | null;
}

export interface Account extends AccountState {
  /** The name for logging in; shown to its holder and to administrators alone. */
  readonly login: string;
  readonly email: string | null;
  readonly passwordHash: string | null;
  readonly isGuest: boolean;
  readonly whoMayAdd: WhoMayAdd;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
}

/** A ban expires at `bannedUntil` without a job: the stored status stays `banned`. */
export function isBanned({ status, bannedUntil }: AccountState, now: number): boolean {
  return status === 'banned' && (bannedUntil === null || bannedUntil.getTime() > now);
}

/** What a banned user reads. */
export function banMessage({ banReason, bannedUntil }: Pick<AccountState, 'banReason' | 'bannedUntil'>): string {
  const until = bannedUntil === null ? '' : ` until ${bannedUntil.toISOString()}`;
  return `This account is banned${until}${banReason === null ? '' : `: ${banReason}`}`;
}

/** @throws AppError ACCOUNT_DISABLED with the reason and the end of the ban. */
export function assertActive(account: AccountState, now: number): void {
  if (!isBanned(account, now)) return;
  const { banReason, bannedUntil } = account;
  throw new AppError('ACCOUNT_DISABLED', banMessage(account), {
    details: { reason: banReason, until: bannedUntil?.toISOString() ?? null },
  });
}

/** The principal with the name and roles of the account now: those in the token may be older. */
export function principalOf(
  { id, displayName, roles }: AccountState,
  token: Pick<Principal, 'sessionId' | 'expiresAt'>,
): Principal {
  return { userId: id, name: displayName, roles, sessionId: token.sessionId, expiresAt: token.expiresAt };
}
