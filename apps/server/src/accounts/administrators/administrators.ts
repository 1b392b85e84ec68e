/**
 * The names that are administrators by configuration. An account that has the name when it is listed for the first time is
 * promoted; later the name is registered with a one-time token alone, so that it belongs to nobody who was merely first.
 */
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig, Database } from '@aeturnis/platform';
import type { Account } from '../account';
import { loginKey } from '../account-name';
import { AccountsListRepository } from '../accounts-list.repository';
import { AccountsRepository } from '../accounts.repository';
import { LiveSessions } from '../sessions/live-sessions';
import { AdminNamesRepository } from './admin-names.repository';
import { AdminTokens } from './admin-tokens';

/** The proved right to register an administrator's name, once. */
export interface AdminClaim {
  readonly nameKey: string;
  readonly claims: number;
}

@Injectable()
export class Administrators implements OnApplicationBootstrap {
  private readonly logger = new Logger(Administrators.name);
  /** By their keys, as they are written in the configuration. */
  private readonly names: ReadonlyMap<string, string>;

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly database: Database,
    private readonly accounts: AccountsRepository,
    private readonly lists: AccountsListRepository,
    private readonly adminNames: AdminNamesRepository,
    private readonly tokens: AdminTokens,
    private readonly live: LiveSessions,
  ) {
    this.names = new Map(config.adminUsers.map((name) => [loginKey(name), name]));
  }

  onApplicationBootstrap(): void {
    if (this.names.size === 0 || this.config.issuer === 'outside') return;
    this.database.whenReady(
      () => this.appoint(),
      (error) => this.logger.warn({ message: 'administrators could not be appointed', error }),
    );
  }

  /** Whether this node's configuration lists the name. */
  has(name: string): boolean {
    return this.names.has(loginKey(name));
  }

  /** Whether a node has ever listed the name: nodes that are restarted one by one have different configurations for a while. */
  async isReserved(name: string): Promise<boolean> {
    return this.has(name) || (await this.adminNames.claims(loginKey(name))) !== null;
  }

  /**
   * What the registration of a name needs beside the name.
   * @returns null for a name that is not an administrator's.
   * @throws AppError VALIDATION without the one-time token of the name, or with a wrong one.
   */
  async claimOf(name: string, token: string | undefined): Promise<AdminClaim | null> {
    const key = loginKey(name);
    const claims = await this.adminNames.claims(key);
    if (!this.has(name)) {
      if (claims !== null) throw invalid('username', `The name ${name} is reserved`, 'is reserved');
      if (token !== undefined) throw wrongToken();
      return null;
    }
    if (token === undefined) {
      const message = `The name ${name} is reserved: register it with the adminToken that the server printed at its start`;
      throw invalid('username', message, 'is reserved');
    }
    if (!this.tokens.matches(token, key, claims ?? 0)) throw wrongToken();
    return { nameKey: key, claims: claims ?? 0 };
  }

  /** Inside the transaction that makes the account. @throws AppError VALIDATION where the token has been used meanwhile. */
  async use({ nameKey: key, claims }: AdminClaim): Promise<void> {
    await this.adminNames.reserve([key]);
    if (!(await this.adminNames.claim(key, claims))) throw wrongToken();
  }

  /** Promotes the accounts that have a name which is listed for the first time; prints how the other names are registered. */
  async appoint(): Promise<void> {
    const registered = await this.database.transaction(async () => {
      const listedFirst = new Set(await this.adminNames.reserve([...this.names.keys()]));
      const found = await this.lists.registered([...this.names.keys()]);
      for (const account of found) if (listedFirst.has(loginKey(account.login))) await this.promote(account);
      return new Set(found.map(({ login }) => loginKey(login)));
    });
    for (const [key, name] of this.names) if (!registered.has(key)) await this.printToken(key, name);
  }

  private async promote(account: Account): Promise<void> {
    if (account.roles.includes('admin')) return;
    const promoted = await this.accounts.change(account.id, { roles: [...account.roles, 'admin'] });
    if (!promoted) return;
    this.database.afterCommit(() => {
      this.live.rolesChanged(promoted.id, promoted.roles);
      this.logger.log({ message: 'appointed an administrator', userId: promoted.id, login: promoted.login });
    });
  }

  // A warning, since it must be read: without the token nobody gets the name.
  private async printToken(key: string, name: string): Promise<void> {
    const token = this.tokens.of(key, (await this.adminNames.claims(key)) ?? 0);
    this.logger.warn({
      message: `ADMIN_USERS lists '${name}', which nobody has registered: register it with "adminToken": "${token}", which is good once`,
    });
  }
}

const wrongToken = (): AppError =>
  invalid(
    'adminToken',
    'The adminToken is not the one that the server printed for this name',
    'is not that of this name',
  );

function invalid(field: string, message: string, problem: string): AppError {
  return new AppError('VALIDATION', message, { details: [{ field, problems: [problem] }] });
}
