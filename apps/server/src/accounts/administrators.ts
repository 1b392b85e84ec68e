/** The names that are administrators by configuration. They speak of registered accounts of this server alone. */
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { APP_CONFIG, type AppConfig, Database } from '@aeturnis/platform';
import type { Account, Role } from './account';
import { nameKey } from './account-name';
import { AccountsListRepository } from './accounts-list.repository';
import { AccountsRepository } from './accounts.repository';
import { LiveSessions } from './sessions/live-sessions';

@Injectable()
export class Administrators implements OnApplicationBootstrap {
  private readonly logger = new Logger(Administrators.name);
  private readonly names: readonly string[];

  constructor(
    @Inject(APP_CONFIG) { adminUsers }: AppConfig,
    private readonly database: Database,
    private readonly accounts: AccountsRepository,
    private readonly lists: AccountsListRepository,
    private readonly live: LiveSessions,
  ) {
    this.names = adminUsers.map(nameKey);
  }

  onApplicationBootstrap(): void {
    if (this.names.length === 0) return;
    this.database.ready
      .then(() => this.promoteAll())
      .catch((error: unknown) => this.logger.warn({ message: 'administrators could not be appointed', error }));
  }

  has(name: string): boolean {
    return this.names.includes(nameKey(name));
  }

  /** The roles a registered account of this name begins with. */
  rolesOf(name: string): Role[] {
    return this.has(name) ? ['player', 'admin'] : ['player'];
  }

  /** Makes an account an administrator where its name says so. @returns the account as it is then. */
  async promote(account: Account): Promise<Account> {
    if (!this.has(account.name) || account.roles.includes('admin')) return account;
    const promoted = await this.accounts.change(account.id, { roles: [...account.roles, 'admin'] });
    if (!promoted) return account;
    this.database.afterCommit(() => this.live.rolesChanged(promoted.id, promoted.roles));
    this.logger.log({ message: 'appointed an administrator', userId: promoted.id, name: promoted.name });
    return promoted;
  }

  private async promoteAll(): Promise<void> {
    for (const account of await this.lists.registered(this.names)) await this.promote(account);
  }
}
