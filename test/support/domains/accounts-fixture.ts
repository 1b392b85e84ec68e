/** The account services on a real database, with a clock that the test sets and a record of disconnected users. */
import { createSecretKey } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { type AppConfig, type Database, type ProcessEnvironment, loadConfig } from '@aeturnis/platform';
import { ConnectionHooks } from '@aeturnis/realtime';
import { AccountData } from '../../../apps/server/src/accounts/account-data';
import { AccountsListRepository } from '../../../apps/server/src/accounts/accounts-list.repository';
import { AccountsRepository } from '../../../apps/server/src/accounts/accounts.repository';
import { AccountsService } from '../../../apps/server/src/accounts/accounts.service';
import { KnownAddresses } from '../../../apps/server/src/accounts/addresses/known-addresses';
import { KnownAddressesRepository } from '../../../apps/server/src/accounts/addresses/known-addresses.repository';
import { AdminNamesRepository } from '../../../apps/server/src/accounts/administrators/admin-names.repository';
import { AdminTokens } from '../../../apps/server/src/accounts/administrators/admin-tokens';
import { Administrators } from '../../../apps/server/src/accounts/administrators/administrators';
import { PasswordAttempts } from '../../../apps/server/src/accounts/auth/password-attempts';
import { PasswordAuthentication } from '../../../apps/server/src/accounts/auth/password-authentication';
import { PasswordVerifier } from '../../../apps/server/src/accounts/auth/password-verifier';
import { Passwords } from '../../../apps/server/src/accounts/auth/passwords';
import { RegistrationService } from '../../../apps/server/src/accounts/auth/registration.service';
import { GuestPurge } from '../../../apps/server/src/accounts/guests/guest-purge';
import { GuestUpgrade } from '../../../apps/server/src/accounts/guests/guest-upgrade';
import { NameClaims } from '../../../apps/server/src/accounts/display-names/name-claims';
import { LiveSessions } from '../../../apps/server/src/accounts/sessions/live-sessions';
import { RefreshTokenCodec } from '../../../apps/server/src/accounts/sessions/refresh-token-codec';
import { RefreshTokensRepository } from '../../../apps/server/src/accounts/sessions/refresh-tokens.repository';
import { Sessions } from '../../../apps/server/src/accounts/sessions/sessions.service';
import { AccessTokens } from '../../../apps/server/src/accounts/tokens/access-tokens';
import { AccountStates } from '../../../apps/server/src/accounts/tokens/account-states';
import { OwnTokenVerifier } from '../../../apps/server/src/accounts/tokens/own-token-verifier';
import type { RealtimeService } from '../../../apps/server/src/realtime';
import { MemoryQuotaStore } from '../../../libs/realtime/src/quota/memory-quota-store';
import { TEST_SECRET } from '../environment';
import { openDatabases } from '../databases/open-databases';
import { singleNodeBus } from '../servers/single-node-bus';

type DisconnectCall = [userId: string, code: string, sessionId?: string];

export class AccountsFixture {
  now = Date.now();
  readonly disconnectCalls: DisconnectCall[] = [];
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
  readonly auth: PasswordAuthentication;
  readonly data: AccountData;
  readonly service: AccountsService;
  readonly purge: GuestPurge;
  readonly addresses: KnownAddresses;

  private constructor(
    readonly database: Database,
    readonly close: () => Promise<void>,
    environment: ProcessEnvironment,
  ) {
    this.config = loadConfig({ NODE_ENV: 'test', JWT_SECRET: TEST_SECRET, PASSWORD_HASH_COST: '8', ...environment });
    const { config, clock } = this;
    const jwt = new JwtService({ secret: createSecretKey(Buffer.from(TEST_SECRET)) });
    const access = new AccessTokens(config, jwt, clock);
    const passwords = new Passwords(config);
    this.addresses = new KnownAddresses(
      new KnownAddressesRepository(database),
      clock,
      createSecretKey(Buffer.from(TEST_SECRET)),
    );
    this.accounts = new AccountsRepository(database);
    this.lists = new AccountsListRepository(database);
    this.tokens = new RefreshTokensRepository(database);
    this.states = new AccountStates(this.accounts, singleNodeBus(), clock);
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
    const { accounts, addresses, lists, administrators, sessions } = this;
    const names = new NameClaims(accounts);
    const guests = new GuestUpgrade(database, accounts, administrators, sessions, live, this.verifier, names);
    this.registration = new RegistrationService(
      database,
      accounts,
      administrators,
      passwords,
      sessions,
      addresses,
      names,
      guests,
    );
    const attempts = new PasswordAttempts(config, new MemoryQuotaStore(clock.now));
    const verifier = new PasswordVerifier(addresses, attempts, passwords);
    this.auth = new PasswordAuthentication(database, accounts, passwords, verifier, sessions, clock, addresses);
    this.data = new AccountData(database, accounts, live, clock);
    this.service = new AccountsService(database, accounts, lists, this.data, live, clock, names);
    this.purge = new GuestPurge(config, database, lists, this.tokens, this.data, clock, addresses);
  }

  static async open(environment: ProcessEnvironment = {}): Promise<AccountsFixture> {
    Logger.overrideLogger(['error']);
    const { database, close } = await openDatabases(1, 8);
    return new AccountsFixture(database, close, environment);
  }

  /** Another node on the same database; this fixture closes the database. */
  openNode(environment: ProcessEnvironment): AccountsFixture {
    return new AccountsFixture(this.database, this.close, environment);
  }

  /** The code of the error with which the work fails, or 'ok'. */
  async outcomeOf(work: Promise<unknown>): Promise<unknown> {
    return work.then(
      () => 'ok',
      (error: unknown) => (error as { code?: unknown }).code ?? error,
    );
  }

  private realtime(): RealtimeService {
    const disconnectUser: RealtimeService['disconnectUser'] = (userId, { code }, only) => {
      this.disconnectCalls.push(only?.sessionId === undefined ? [userId, code] : [userId, code, only.sessionId]);
    };
    return { disconnectUser, updateRoles: () => undefined, updateName: () => undefined } as unknown as RealtimeService;
  }
}
