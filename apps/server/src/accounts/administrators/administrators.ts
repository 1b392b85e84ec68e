/**
 * Administrators by configuration (ADMIN_USERS). An account that has the name when it is first listed is promoted; later the
 * name can only be registered with a one-time token, so that registering it first does not make a user an administrator.
 */
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig, Database } from '@aeturnis/platform';
import type { Account } from '../account';
import { isReservedName, loginKey, reservedNameError } from '../account-name';
import { AccountsListRepository } from '../accounts-list.repository';
import { AccountsRepository } from '../accounts.repository';
import { LiveSessions } from '../sessions/live-sessions';
import { AdminNamesRepository } from './admin-names.repository';
import { AdminTokens } from './admin-tokens';

/** The verified right to register an administrator's name once. */
export interface AdminClaim {
  readonly nameKey: string;
  readonly claims: number;
}

@Injectable()
export class Administrators implements OnApplicationBootstrap {
  private readonly logger = new Logger(Administrators.name);
  /** By login key: the names as written in the configuration. */
  private readonly names: ReadonlyMap<string, string>;

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly database: Database,
    private readonly accounts: AccountsRepository,
    private readonly lists: AccountsListRepository,
    private readonly adminNames: AdminNamesRepository,
    private readonly tokens: AdminTokens,
    private readonly liveSessions: LiveSessions,
  ) {
    this.names = new Map(config.adminUsers.map((name) => [loginKey(name), name]));
  }

  onApplicationBootstrap(): void {
    if (this.names.size === 0 || this.config.issuer === 'outside') return;
    this.database.runWhenReady(
      () => this.appointListed(),
      (error) => this.logger.warn({ message: 'listed administrators not promoted, retrying at the next start', error }),
    );
  }

  /** Whether this node's configuration lists the name. */
  isListed(name: string): boolean {
    return this.names.has(loginKey(name));
  }

  /**
   * A name is reserved once any node has listed it: during a rolling restart, nodes have different configurations.
   * @throws AppError VALIDATION if the name could be taken for that of an administrator or of the operator.
   */
  async assertNotReserved(field: string, name: string): Promise<void> {
    const isFree = !isReservedName(name) && !this.isListed(name);
    if (!isFree || (await this.adminNames.claimCount(loginKey(name))) !== null) throw reservedNameError(field, name);
  }

  /**
   * Checks the one-time token for an administrator's name.
   * @returns null for any other name.
   * @throws AppError VALIDATION if the token is missing or wrong.
   */
  async verifyClaim(name: string, token: string | undefined): Promise<AdminClaim | null> {
    const key = loginKey(name);
    const claims = await this.adminNames.claimCount(key);
    if (!this.isListed(name)) {
      if (claims !== null) throw reservedNameError('username', name);
      if (token !== undefined) throw wrongTokenError();
      return null;
    }
    if (token === undefined) {
      const message = `The name ${name} is reserved: register it with the adminToken that the server printed at its start`;
      throw reservedNameError('username', name, message);
    }
    if (!this.tokens.matches(token, key, claims ?? 0)) throw wrongTokenError();
    return { nameKey: key, claims: claims ?? 0 };
  }

  /** Call it inside the transaction that inserts the account. @throws AppError VALIDATION if the token has been used since. */
  async redeem({ nameKey: key, claims }: AdminClaim): Promise<void> {
    await this.adminNames.reserve([key]);
    if (!(await this.adminNames.recordClaim(key, claims))) throw wrongTokenError();
  }

  /** Promotes accounts whose name is listed for the first time; prints the one-time tokens of names without an account. */
  async appointListed(): Promise<void> {
    const registered = await this.database.transaction(async () => {
      const newlyListed = new Set(await this.adminNames.reserve([...this.names.keys()]));
      const found = await this.lists.findRegistered([...this.names.keys()]);
      for (const account of found) if (newlyListed.has(loginKey(account.login))) await this.promote(account);
      return new Set(found.map(({ login }) => loginKey(login)));
    });
    for (const [key, name] of this.names) if (!registered.has(key)) await this.printToken(key, name);
  }

  private async promote(account: Account): Promise<void> {
    if (account.roles.includes('admin')) return;
    const promoted = await this.accounts.update(account.id, { roles: [...account.roles, 'admin'] });
    if (!promoted) return;
    this.database.afterCommit(() => {
      this.liveSessions.updateRoles(promoted.id, promoted.roles);
      this.logger.log({ message: 'account promoted to administrator', userId: promoted.id, login: promoted.login });
    });
  }

  // A warning, because the operator must read it: the name cannot be registered without the token.
  private async printToken(key: string, name: string): Promise<void> {
    const token = this.tokens.tokenFor(key, (await this.adminNames.claimCount(key)) ?? 0);
    this.logger.warn({
      message: `ADMIN_USERS lists '${name}', which is not registered yet: register it at /admin with "adminToken": "${token}", which is good once`,
    });
  }
}

function wrongTokenError(): AppError {
  const message = 'The adminToken is not the one that the server printed for this name';
  return new AppError('VALIDATION', message, { details: [{ field: 'adminToken', problems: [message] }] });
}
