/** The interface of accounts for other domains. */
import { Injectable } from '@nestjs/common';
import type { WhoMayAdd } from '@aeturnis/contracts';
import { Database, pageOf } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import type { Account, Role } from './account';
import { AccountData, type AccountCleaner, type AccountCleaningStep, type AccountExporter } from './account-data';
import { type AccountSummary, requireFound, summaryOf } from './account-summary';
import { AccountsListRepository } from './accounts-list.repository';
import { AccountsRepository } from './accounts.repository';
import { bannedBecause } from './end-reasons';
import { type NameCheck, NameClaims } from './display-names/name-claims';
import { LiveSessions } from './sessions/live-sessions';

export interface AccountsPage {
  users: AccountSummary[];
  /** The `cursor` of the next page; absent on the last one. */
  next?: string;
}

const DEFAULT_PAGE_SIZE = 50;

@Injectable()
export class AccountsService {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsRepository,
    private readonly lists: AccountsListRepository,
    private readonly data: AccountData,
    private readonly liveSessions: LiveSessions,
    private readonly clock: Clock,
    private readonly nameClaims: NameClaims,
  ) {}

  /** The cleaner runs inside the transaction that deletes an account; if it throws, the account stays. `step` runs before it. */
  onDelete(cleaner: AccountCleaner, step?: AccountCleaningStep): void {
    this.data.onDelete(cleaner, step);
  }

  /** Adds a part to the export of an account. */
  onExport(part: string, exporter: AccountExporter): void {
    this.data.onExport(part, exporter);
  }

  /** The check runs before a display name is assigned. */
  onDisplayName(check: NameCheck): void {
    this.nameClaims.register(check);
  }

  /** Call it inside the transaction that assigns an addressable name. @throws AppError NAME_TAKEN if it is the name of another account. */
  claimName(name: string, accountId: string): Promise<void> {
    return this.nameClaims.claim(name, accountId);
  }

  /** Display names by id; unknown ids are missing. */
  namesOf(userIds: readonly string[]): Promise<Map<string, string>> {
    return this.accounts.namesOf(userIds);
  }

  /** Who may add each of these users to groups; unknown ids are missing. */
  whoMayAdd(userIds: readonly string[]): Promise<Map<string, WhoMayAdd>> {
    return this.accounts.whoMayAdd(userIds);
  }

  /** By display name, compared by `nameKey`. */
  async findByName(name: string): Promise<{ id: string; name: string } | null> {
    const account = await this.accounts.findByName(name);
    return account && { id: account.id, name: account.displayName };
  }

  /** The users with these display names, by `nameKey`. */
  findAllByName(names: readonly string[]): Promise<Map<string, string>> {
    return this.accounts.findAllByName(names);
  }

  /** @throws AppError NOT_FOUND. */
  async requireUser(userId: string): Promise<AccountSummary> {
    return this.summary(requireFound(await this.accounts.find(userId)));
  }

  /** Locks the account until the transaction ends: changes of its roles, sessions and bans wait. @throws AppError NOT_FOUND. */
  async lockUser(userId: string): Promise<AccountSummary> {
    return this.summary(requireFound(await this.accounts.lock(userId)));
  }

  /** Ordered by display name; `query` is a prefix of it. With `login`, the user with exactly this login. */
  async listUsers({ query, login, cursor, limit }: AccountListQuery = {}): Promise<AccountsPage> {
    if (login != null) {
      const account = await this.accounts.findByLogin(login);
      return { users: account ? [this.summary(account)] : [] };
    }
    const size = limit ?? DEFAULT_PAGE_SIZE;
    const found = await this.lists.findPageByName(query ?? '', cursor ?? '', size + 1);
    const { rows, next } = pageOf(found, size, ({ displayName }) => displayName);
    return { users: rows.map((account) => this.summary(account)), ...next };
  }

  /** Records when the user was last online; never moves back. @returns the display name; null if the account does not exist. */
  touchLastSeen(userId: string, at: Date): Promise<string | null> {
    return this.accounts.updateLastSeen(userId, at);
  }

  /** Bans an account on all nodes, permanently or until a time. Its sessions are valid again afterwards. @throws AppError NOT_FOUND. */
  async ban(userId: string, { reason, until = null }: { reason: string; until?: Date | null }): Promise<void> {
    requireFound(await this.accounts.update(userId, { status: 'banned', banReason: reason, bannedUntil: until }));
    this.database.afterCommit(() =>
      this.liveSessions.end(userId, bannedBecause({ banReason: reason, bannedUntil: until })),
    );
  }

  /** @throws AppError NOT_FOUND. */
  async unban(userId: string): Promise<void> {
    requireFound(await this.accounts.update(userId, { status: 'active', banReason: null, bannedUntil: null }));
    this.database.afterCommit(() => this.liveSessions.invalidateAccount(userId));
  }

  /** Takes effect at once, on live connections too. @throws AppError NOT_FOUND. */
  async setRoles(userId: string, roles: readonly Role[]): Promise<void> {
    requireFound(await this.accounts.update(userId, { roles }));
    this.database.afterCommit(() => this.liveSessions.updateRoles(userId, roles));
  }

  private summary(account: Account): AccountSummary {
    return summaryOf(account, this.clock.now());
  }
}

interface AccountListQuery {
  query?: string | undefined;
  login?: string | undefined;
  cursor?: string | undefined;
  limit?: number | undefined;
}
