/** A Redis and a database of one node, and the troubles that they can have: each begins and ends when a test says so. */
import { Client } from 'pg';
import type { ServerEnvironment } from './environment';
import { Gate } from './gate';
import { createDatabase, type TestDatabase } from './postgres';
import { RestrictedRedis } from './restricted-redis';
import type { ServerProcess } from './server';
import { commonDatabaseUrl } from './service-urls';

interface Course {
  spoil(services: TroubledServices): Promise<unknown>;
  mend(services: TroubledServices): Promise<unknown>;
}

const lockTables =
  (...tables: string[]) =>
  async ({ operator }: TroubledServices): Promise<void> => {
    const { rows } = await operator.query<{ name: string }>(
      `select quote_ident(tablename) as name from pg_tables where schemaname = 'public'`,
    );
    const all = rows.map(({ name }) => name);
    // Of a deadlock with a command, the command is the victim: it looks for one sooner.
    await operator.query(`set deadlock_timeout = '60s'; begin`);
    await operator.query(`lock table ${(tables.length > 0 ? tables : all).join(', ')} in access exclusive mode`);
  };

const TROUBLES = {
  'database away': {
    spoil: ({ databaseGate }) => databaseGate.shut(),
    mend: ({ databaseGate }) => databaseGate.open(),
  },
  'database frozen': {
    spoil: async ({ databaseGate }) => databaseGate.hold(),
    mend: async ({ databaseGate }) => databaseGate.release(),
  },
  'database read-only': {
    spoil: (services) => services.setReadOnly('on'),
    mend: (services) => services.setReadOnly('off'),
  },
  'no connections left': {
    spoil: (services) => services.limitConnections(0),
    mend: ({ operator, role }) => operator.query(`alter role ${role} connection limit -1`),
  },
  'tables locked': { spoil: lockTables(), mend: ({ operator }) => operator.query('rollback') },
  'one table locked': {
    spoil: lockTables('conversation_log'),
    mend: ({ operator }) => operator.query('rollback'),
  },
  'Redis away': {
    spoil: ({ redisGate }) => redisGate.shut(),
    mend: ({ redisGate }) => redisGate.open(),
  },
  'Redis frozen': {
    spoil: async ({ redis }) => redis.server.pause(),
    mend: async ({ redis }) => redis.server.resume(),
  },
  'Redis refusing a right': {
    spoil: ({ redis }) => redis.permit('-@scripting'),
    mend: ({ redis }) => redis.permit('+@scripting'),
  },
  'Redis full': {
    spoil: ({ redis }) => redis.operator.config('SET', 'maxmemory', '1'),
    mend: ({ redis }) => redis.operator.config('SET', 'maxmemory', '0'),
  },
  'Redis a replica': {
    spoil: ({ redis }) => redis.operator.replicaof('127.0.0.1', '1'),
    mend: ({ redis }) => redis.operator.replicaof('NO', 'ONE'),
  },
} satisfies Record<string, Course>;

export type Trouble = keyof typeof TROUBLES;
export const EVERY_TROUBLE = Object.keys(TROUBLES) as Trouble[];

export class TroubledServices {
  private constructor(
    readonly redis: RestrictedRedis,
    private readonly database: TestDatabase,
    readonly databaseGate: Gate,
    readonly redisGate: Gate,
    /** Connected to PostgreSQL past the gate. */
    readonly operator: Client,
    /** The node's, which owns the database: a superuser's connections are not limited. */
    readonly role: string,
  ) {}

  static async start(): Promise<TroubledServices> {
    const [redis, database] = await Promise.all([RestrictedRedis.start(), createDatabase()]);
    const operator = new Client({ connectionString: database.url });
    operator.on('error', () => undefined);
    await operator.connect();
    const role = `player_${new URL(database.url).pathname.slice(-12)}`;
    const own = new URL(database.url);
    [own.username, own.password] = [role, role];
    await operator.query(`create role ${role} login password '${role}'`);
    await operator.query(`alter database ${own.pathname.slice(1)} owner to ${role}`);
    const [databaseGate, redisGate] = await Promise.all([Gate.before(own.href), Gate.before(redis.url)]);
    await Promise.all([databaseGate.open(), redisGate.open()]);
    return new TroubledServices(redis, database, databaseGate, redisGate, operator, role);
  }

  startNode(environment: ServerEnvironment = {}): Promise<ServerProcess> {
    const { databaseGate, redisGate, redis } = this;
    return redis.startNode({ DATABASE_URL: databaseGate.url, REDIS_URL: redisGate.url, ...environment });
  }

  async spoil(trouble: Trouble): Promise<void> {
    await TROUBLES[trouble].spoil(this);
  }

  async mend(trouble: Trouble): Promise<void> {
    await TROUBLES[trouble].mend(this);
  }

  async setReadOnly(value: 'on' | 'off'): Promise<void> {
    await this.operator.query(`alter database ${this.databaseName} set default_transaction_read_only = ${value}`);
    this.databaseGate.cut();
  }

  async limitConnections(limit: number): Promise<void> {
    await this.operator.query(`alter role ${this.role} connection limit ${limit}`);
    await this.operator.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = $1', [this.role]);
  }

  async stop(): Promise<void> {
    this.redis.server.resume();
    this.databaseGate.release();
    await Promise.all([this.databaseGate.shut(), this.redisGate.shut()]);
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
