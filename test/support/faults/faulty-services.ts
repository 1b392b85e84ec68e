/** A private Redis and database for one node, with faults that a test injects and clears. */
import { Client } from 'pg';
import type { ServerEnvironment } from '../environment';
import { Gate } from './gate';
import { createDatabase, type TestDatabase } from '../databases/postgres';
import { RestrictedRedis } from '../redis/restricted-redis';
import type { ServerProcess } from '../servers/server';
import { commonDatabaseUrl } from '../service-urls';

interface FaultActions {
  inject(services: FaultyServices): Promise<unknown>;
  clear(services: FaultyServices): Promise<unknown>;
}

const lockTables =
  (...tables: string[]) =>
  async ({ operator }: FaultyServices): Promise<void> => {
    const { rows } = await operator.query<{ name: string }>(
      `select quote_ident(tablename) as name from pg_tables where schemaname = 'public'`,
    );
    const all = rows.map(({ name }) => name);
    // The long timeout makes the command the victim of a deadlock, because it detects the deadlock first.
    await operator.query(`set deadlock_timeout = '60s'; begin`);
    await operator.query(`lock table ${(tables.length > 0 ? tables : all).join(', ')} in access exclusive mode`);
  };

const FAULT_ACTIONS = {
  'database away': {
    inject: ({ databaseGate }) => databaseGate.close(),
    clear: ({ databaseGate }) => databaseGate.open(),
  },
  'database frozen': {
    inject: async ({ databaseGate }) => databaseGate.stall(),
    clear: async ({ databaseGate }) => databaseGate.resume(),
  },
  'database read-only': {
    inject: (services) => services.setReadOnly('on'),
    clear: (services) => services.setReadOnly('off'),
  },
  'no connections left': {
    inject: (services) => services.limitConnections(0),
    clear: ({ operator, role }) => operator.query(`alter role ${role} connection limit -1`),
  },
  'tables locked': { inject: lockTables(), clear: ({ operator }) => operator.query('rollback') },
  'one table locked': {
    inject: lockTables('conversation_log'),
    clear: ({ operator }) => operator.query('rollback'),
  },
  'Redis away': {
    inject: ({ redisGate }) => redisGate.close(),
    clear: ({ redisGate }) => redisGate.open(),
  },
  'Redis frozen': {
    inject: async ({ redis }) => redis.server.pause(),
    clear: async ({ redis }) => redis.server.resume(),
  },
  'Redis refusing a right': {
    inject: ({ redis }) => redis.setAclRules('-@scripting'),
    clear: ({ redis }) => redis.setAclRules('+@scripting'),
  },
  'Redis full': {
    inject: ({ redis }) => redis.operator.config('SET', 'maxmemory', '1'),
    clear: ({ redis }) => redis.operator.config('SET', 'maxmemory', '0'),
  },
  'Redis a replica': {
    inject: ({ redis }) => redis.operator.replicaof('127.0.0.1', '1'),
    clear: ({ redis }) => redis.operator.replicaof('NO', 'ONE'),
  },
} satisfies Record<string, FaultActions>;

export type ServiceFault = keyof typeof FAULT_ACTIONS;
export const ALL_SERVICE_FAULTS = Object.keys(FAULT_ACTIONS) as ServiceFault[];

export class FaultyServices {
  private constructor(
    readonly redis: RestrictedRedis,
    private readonly database: TestDatabase,
    readonly databaseGate: Gate,
    readonly redisGate: Gate,
    /** A connection to PostgreSQL that bypasses the gate. */
    readonly operator: Client,
    /** The role of the node, which owns the database. Not a superuser, whose connections would not be limited. */
    readonly role: string,
  ) {}

  static async start(): Promise<FaultyServices> {
    const [redis, database] = await Promise.all([RestrictedRedis.start(), createDatabase()]);
    const operator = new Client({ connectionString: database.url });
    operator.on('error', () => undefined);
    await operator.connect();
    const role = `player_${new URL(database.url).pathname.slice(-12)}`;
    const nodeUrl = new URL(database.url);
    [nodeUrl.username, nodeUrl.password] = [role, role];
    await operator.query(`create role ${role} login password '${role}'`);
    await operator.query(`alter database ${nodeUrl.pathname.slice(1)} owner to ${role}`);
    const [databaseGate, redisGate] = await Promise.all([
      Gate.openInFrontOf(nodeUrl.href),
      Gate.openInFrontOf(redis.url),
    ]);
    return new FaultyServices(redis, database, databaseGate, redisGate, operator, role);
  }

  startNode(environment: ServerEnvironment = {}): Promise<ServerProcess> {
    const { databaseGate, redisGate, redis } = this;
    return redis.startNode({ DATABASE_URL: databaseGate.url, REDIS_URL: redisGate.url, ...environment });
  }

  async injectFault(fault: ServiceFault): Promise<void> {
    await FAULT_ACTIONS[fault].inject(this);
  }

  async clearFault(fault: ServiceFault): Promise<void> {
    await FAULT_ACTIONS[fault].clear(this);
  }

  async setReadOnly(value: 'on' | 'off'): Promise<void> {
    await this.operator.query(`alter database ${this.databaseName} set default_transaction_read_only = ${value}`);
    this.databaseGate.resetConnections();
  }

  async limitConnections(limit: number): Promise<void> {
    await this.operator.query(`alter role ${this.role} connection limit ${limit}`);
    await this.operator.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = $1', [this.role]);
  }

  async stop(): Promise<void> {
    this.redis.server.resume();
    this.databaseGate.resume();
    await Promise.all([this.databaseGate.close(), this.redisGate.close()]);
    await this.operator.end();
    await this.redis.close();
    await this.database.drop();
    const administrator = new Client({ connectionString: commonDatabaseUrl() });
    await administrator.connect();
    await administrator.query(`drop role ${this.role}`);
    await administrator.end();
  }

  private get databaseName(): string {
    return new URL(this.database.url).pathname.slice(1);
  }
}
