/** An account as administrators see it in lists. */
import { AppError, type Timestamp, type Uuid } from '@aeturnis/contracts';
import { type Account, type AccountStatus, isBanned } from './account';

export interface AccountSummary {
  id: Uuid;
  /** Random for guests, which cannot log in. */
  login: string;
  displayName: string;
  roles: readonly string[];
  status: AccountStatus;
  isGuest: boolean;
  banReason?: string;
  /** Absent means permanently, while the account is banned. */
  bannedUntil?: Timestamp;
  createdAt: Timestamp;
  lastSeenAt: Timestamp;
}

export function summaryOf(account: Account, now: number): AccountSummary {
  const { id, login, displayName, roles, isGuest, banReason, bannedUntil, createdAt, lastSeenAt } = account;
  const banned = isBanned(account, now);
  return {
    id,
    login,
    displayName,
    roles,
    status: banned ? 'banned' : 'active',
    isGuest,
    ...(banned && banReason !== null ? { banReason } : {}),
    ...(banned && bannedUntil ? { bannedUntil: bannedUntil.toISOString() } : {}),
    createdAt: createdAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
  };
}

/** @throws AppError NOT_FOUND. */
export function requireFound<T>(account: T | null): T {
  if (account === null) throw new AppError('NOT_FOUND', 'There is no such user');
  return account;
}
