/** What other domains may know of accounts and do to them. */
import { Injectable } from '@nestjs/common';
import { AppError, type WhoMayAdd } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import { type Account, type AccountStatus, isBanned, type Role } from './account';
import { AccountData, type Cleaner, type CleaningStep, type Exporter } from './account-data';
import { AccountsListRepository } from './accounts-list.repository';
import { AccountsRepository } from './accounts.repository';
import { BANNED } from './end-reasons';
import { type NameCheck, NameClaims } from './name-claims';
import { LiveSessions } from './sessions/live-sessions';

/** An account as administrators see it. */
export interface AccountSummary {
  id: string;
  /** Made up for guests, who do not log in. */
  login: string;
  displayName: string;
  roles: readonly string[];
  status: AccountStatus;
  isGuest: boolean;
  banReason?: string;
  /** Absent while banned means for good. */
  bannedUntil?: string;
  createdAt: string;
  lastSeenAt: string;
}

export interface AccountsPage {
  users: AccountSummary[];
  /** The `cursor` of the next page; absent on the last one. */
  next?: string;
}

const PAGE = 50;

@Injectable()
export class AccountsService {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsRepository,
    private readonly lists: AccountsListRepository,
    private readonly data: AccountData,
    private readonly live: LiveSessions,
    private readonly clock: Clock,
    private readonly names: NameClaims,
  ) {}

  /** Runs inside the transaction that deletes an account; what it throws keeps the account. The step runs before it. */
  onDelete(cleaner: Cleaner, step?: CleaningStep): void {
    this.data.onDelete(cleaner, step);
  }

  /** Adds a part to what a user gets who asks for everything that is kept. */
  onExport(part: string, exporter: Exporter): void {
    this.data.onExport(part, exporter);
  }

  /** Asked before somebody gets a display name. */
  onDisplayName(check: NameCheck): void {
    this.names.register(check);
  }

  /** Inside the transaction that gives a name by which somebody is addressed. @throws AppError NAME_TAKEN where it is another account's. */
  claimName(name: string, accountId: string): Promise<void> {
    return this.names.claim(name, accountId);
  }

  /** Display names by id; an id nobody has is missing. */
  namesOf(userIds: readonly string[]): Promise<Map<string, string>> {
    return this.accounts.namesOf(userIds);
  }

  /** By whom each of these users wants to be brought into groups; an id nobody has is missing. */
  whoMayAdd(userIds: readonly string[]): Promise<Map<string, WhoMayAdd>> {
    return this.accounts.whoMayAdd(userIds);
  }

  /** By the display name, as names are compared. */
  async findByName(name: string): Promise<{ id: string; name: string } | null> {
    const account = await this.accounts.findByName(name);
    return account && { id: account.id, name: account.displayName };
  }

  /** The users with these display names, by `nameKey`. */
  findAllByName(names: readonly string[]): Promise<Map<string, string>> {
    return this.accounts.findAllByName(names);
  }

  /** @throws AppError NOT_FOUND. */
  async require(userId: string): Promise<AccountSummary> {
    return this.summary(found(await this.accounts.find(userId)));
  }

  /** In the order of display names; `query` is how one begins. With a login, the one user who has it. */
  async listUsers({ query, login, cursor, limit }: ListQuery = {}): Promise<AccountsPage> {
    if (login != null) {
      const account = await this.accounts.findByLogin(login);
      return { users: account ? [this.summary(account)] : [] };
    }
    const size = limit ?? PAGE;
    const rows = await this.lists.byName(query ?? '', cursor ?? '', size + 1);
    const users = rows.slice(0, size).map((account) => this.summary(account));
    const last = users.at(-1);
    return rows.length > size && last ? { users, next: last.displayName } : { users };
  }

  /** When somebody was there last; never moves back. @returns the display name; null where there is no such account. */
  touchLastSeen(userId: string, at: Date): Promise<string | null> {
    return this.accounts.touch(userId, at);
  }

  /** Shuts an account out on all nodes, for good or until a time. Its sessions are good again afterwards. @throws AppError NOT_FOUND. */
  async ban(userId: string, { reason, until = null }: { reason: string; until?: Date | null }): Promise<void> {
    found(await this.accounts.change(userId, { status: 'banned', banReason: reason, bannedUntil: until }));
    this.database.afterCommit(() => this.live.end(userId, BANNED));
  }

  /** @throws AppError NOT_FOUND. */
  async unban(userId: string): Promise<void> {
    found(await this.accounts.change(userId, { status: 'active', banReason: null, bannedUntil: null }));
    this.database.afterCommit(() => this.live.accountChanged(userId));
  }

  /** Acts at once, on live connections too. @throws AppError NOT_FOUND. */
  async setRoles(userId: string, roles: readonly Role[]): Promise<void> {
    found(await this.accounts.change(userId, { roles }));
    this.database.afterCommit(() => this.live.rolesChanged(userId, roles));
  }

  private summary(account: Account): AccountSummary {
    const { id, login, displayName, roles, isGuest, banReason, bannedUntil, createdAt, lastSeenAt } = account;
    const banned = isBanned(account, this.clock.now());
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
}

interface ListQuery {
  query?: string | undefined;
  login?: string | undefined;
  cursor?: string | undefined;
  limit?: number | undefined;
}

function found<T>(account: T | null): T {
  if (account === null) throw new AppError('NOT_FOUND', 'There is no such user');
  return account;
}
