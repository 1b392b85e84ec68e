/** The services of accounts on a real database, with a clock that the test sets and a record of who was disconnected. */
import { createSecretKey } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { type AppConfig, Database, type Environment, loadConfig } from '@aeturnis/platform';
import { ConnectionHooks, type RealtimeService } from '@aeturnis/realtime';
import { AccountData } from '../../apps/server/src/accounts/account-data';
import { AccountsListRepository } from '../../apps/server/src/accounts/accounts-list.repository';
import { AccountsRepository } from '../../apps/server/src/accounts/accounts.repository';
import { AccountsService } from '../../apps/server/src/accounts/accounts.service';
import { KnownAddresses } from '../../apps/server/src/accounts/addresses/known-addresses';
import { KnownAddressesRepository } from '../../apps/server/src/accounts/addresses/known-addresses.repository';
import { AdminNamesRepository } from '../../apps/server/src/accounts/administrators/admin-names.repository';
import { AdminTokens } from '../../apps/server/src/accounts/administrators/admin-tokens';
import { Administrators } from '../../apps/server/src/accounts/administrators/administrators';
import { AuthService } from '../../apps/server/src/accounts/auth/auth.service';
import { PasswordAttempts } from '../../apps/server/src/accounts/auth/password-attempts';
import { Passwords } from '../../apps/server/src/accounts/auth/passwords';
import { RegistrationService } from '../../apps/server/src/accounts/auth/registration.service';
import { GuestPurge } from '../../apps/server/src/accounts/guests/guest-purge';
import { NameClaims } from '../../apps/server/src/accounts/name-claims';
import { LiveSessions } from '../../apps/server/src/accounts/sessions/live-sessions';
import { RefreshTokenCodec } from '../../apps/server/src/accounts/sessions/refresh-token-codec';
import { RefreshTokensRepository } from '../../apps/server/src/accounts/sessions/refresh-tokens.repository';
import { Sessions } from '../../apps/server/src/accounts/sessions/sessions.service';
import { AccessTokens } from '../../apps/server/src/accounts/tokens/access-tokens';
import { AccountStates } from '../../apps/server/src/accounts/tokens/account-states';
import { OwnTokenVerifier } from '../../apps/server/src/accounts/tokens/own-token-verifier';
import { MemoryQuotaStore } from '../../libs/realtime/src/quota/memory-quota-store';
import { TEST_SECRET } from './environment';
import { createMigratedDatabase } from './postgres';
import { aloneBus } from './bus';

type Disconnected = [userId: string, code: string, sessionId?: string];

export class AccountsWorld {
  now = Date.now();
  readonly disconnected: Disconnected[] = [];
  readonly clock = { now: () => this.now };
  readonly hooks = new ConnectionHooks();
  readonly config: AppConfig;
  readonly accounts: AccountsRepository;
  readonly lists: AccountsListRepository;
  readonly tokens: RefreshTokensRepository;
  readonly states: AccountStates;
  readonly verifier: OwnTokenVerifier;
  readonly sessions: Sessions;
  readonly adminTokens = new AdminTokens(createSecretKey(Buffer.from(TEST_SECRET)));
  readonly administrators: Administrators;
  readonly registration: RegistrationService;
  readonly auth: AuthService;
  readonly data: AccountData;
  readonly service: AccountsService;
  readonly purge: GuestPurge;
  readonly addresses: KnownAddresses;

  private constructor(
    readonly database: Database,
    private readonly drop: () => Promise<void>,
    environment: Environment,
  ) {
    this.config = loadConfig({ NODE_ENV: 'test', JWT_SECRET: TEST_SECRET, ...environment });
    const { config, clock } = this;
    const jwt = new JwtService({ secret: createSecretKey(Buffer.from(TEST_SECRET)) });
    const access = new AccessTokens(config, jwt, clock);
    const passwords = new Passwords();
    this.addresses = new KnownAddresses(
      new KnownAddressesRepository(database),
      clock,
      createSecretKey(Buffer.from(TEST_SECRET)),
    );
    this.accounts = new AccountsRepository(database);
    this.lists = new AccountsListRepository(database);
    this.tokens = new RefreshTokensRepository(database);
    this.states = new AccountStates(this.accounts, aloneBus(), clock);
    this.states.onModuleInit();
    this.verifier = new OwnTokenVerifier(access, this.states, clock);
    const live = new LiveSessions(this.states, this.realtime(), this.hooks, clock);
    live.onModuleInit();
    const codec = new RefreshTokenCodec(createSecretKey(Buffer.from(TEST_SECRET)));
    this.sessions = new Sessions(config, database, this.accounts, this.tokens, codec, access, live, clock);
    this.administrators = new Administrators(
      config,
      database,
      this.accounts,
      this.lists,
      new AdminNamesRepository(database),
      this.adminTokens,
      live,
    );
    const { accounts, lists, administrators, sessions, verifier } = this;
    const names = new NameClaims(accounts);
    this.registration = new RegistrationService(
      database,
      accounts,
      administrators,
      passwords,
      sessions,
      live,
      verifier,
      this.addresses,
      names,
    );
    const quota = new MemoryQuotaStore(clock.now);
    this.auth = new AuthService(
      config,
      quota,
      database,
      accounts,
      passwords,
      sessions,
      verifier,
      clock,
      this.addresses,
      new PasswordAttempts(config, quota),
    );
    this.data = new AccountData(database, accounts, live, clock);
    this.service = new AccountsService(database, accounts, lists, this.data, live, clock, names);
    this.purge = new GuestPurge(config, database, lists, this.tokens, this.data, clock, this.addresses);
  }

  static async open(environment: Environment = {}): Promise<AccountsWorld> {
    Logger.overrideLogger(['error']);
    const { url, drop } = await createMigratedDatabase();
    const database = new Database({ url, dataDir: '', poolSize: 8, migrationsFolder: 'apps/server/migrations' });
    await database.open();
    return new AccountsWorld(database, drop, environment);
  }

  /** One more node on the same database, which is closed with this one. */
  node(environment: Environment): AccountsWorld {
    return new AccountsWorld(this.database, this.drop, environment);
  }

  /** The code of the error something fails with, or 'ok'. */
  async outcome(work: Promise<unknown>): Promise<unknown> {
    return work.then(
      () => 'ok',
      (error: unknown) => (error as { code?: unknown }).code ?? error,
    );
  }

  async close(): Promise<void> {
    await this.database.close();
    await this.drop();
  }

  private realtime(): RealtimeService {
    const disconnectUser: RealtimeService['disconnectUser'] = (userId, { code }, only) => {
      this.disconnected.push(only?.sessionId === undefined ? [userId, code] : [userId, code, only.sessionId]);
    };
    return { disconnectUser, updateRoles: () => undefined, updateName: () => undefined } as unknown as RealtimeService;
  }
}
