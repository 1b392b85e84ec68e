/** `Database` behind a real PgBouncer in transaction mode with three connections to PostgreSQL. */
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { Client } from 'pg';
import { waitUntil } from '../../../../../test/support/clients/client';
import { Gate } from '../../../../../test/support/faults/gate';
import { HOSTILE_SETTINGS } from '../../../../../test/support/databases/hostile-settings';
import { PgBouncer } from '../../../../../test/support/databases/pgbouncer';
import {
  errorOf,
  insertThing,
  thingNames,
  ScratchDatabase,
} from '../../../../../test/support/databases/scratch-database';
import type { Database, DatabaseState } from '../database';
import { retryableQueryError } from '../database-error';
import { FairPool } from './fair-pool';
import { preparedStatement } from '../statements/prepared-statement';

const POOL_SIZE = 3;
const scratch = new ScratchDatabase();

let bouncer: PgBouncer;
let direct: Client;

beforeEach(async () => {
  bouncer = await PgBouncer.inFrontOf(scratch.url, POOL_SIZE);
  direct = new Client({ connectionString: scratch.url });
  direct.on('error', () => undefined);
  await direct.connect();
});
afterEach(async () => {
  await bouncer.stop();
  await direct.end();
});

const currentSettings = async (database: Database): Promise<unknown> => {
  const list = HOSTILE_SETTINGS.map(([name]) => sql`current_setting(${name})`);
  const { rows } = await database.db.execute(sql`select array[${sql.join(list, sql`, `)}] as settings`);
  return rows[0]?.['settings'];
};

const inParallel = <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

/** Runs the work on every connection to PostgreSQL: by one client per connection, each of them in a transaction. */
async function onEveryConnection(work: (client: Client) => Promise<unknown>): Promise<void> {
  const clients = await inParallel(POOL_SIZE, async () => {
    const client = new Client({ connectionString: bouncer.url });
    client.on('error', () => undefined);
    await client.connect();
    await client.query('begin');
    return client;
  });
  for (const client of clients) {
    await work(client);
    await client.query('commit');
    await client.end();
  }
}

describe('settings behind PgBouncer', () => {
  const expected = HOSTILE_SETTINGS.map(([, , value]) => value);

  it('apply to every statement and transaction, although another client has left its own on the connection', async () => {
    const database = await scratch.open({ url: bouncer.url });
    await onEveryConnection(async (client) => {
      for (const [name, hostile] of HOSTILE_SETTINGS) await client.query(`set ${name} = '${hostile}'`);
    });
    const seen = await inParallel(40, (index) =>
      index % 2 ? currentSettings(database) : database.transaction(() => currentSettings(database)),
    );
    expect(new Set(seen.map(String))).toEqual(new Set([String(expected)]));
  });

  it('override the settings of the role', async () => {
    const role = `role_${randomUUID().replaceAll('-', '')}`;
    await direct.query(`create role ${role} login superuser password 'hostile'`);
    for (const [name, hostile] of HOSTILE_SETTINGS) await direct.query(`alter role ${role} set ${name} = '${hostile}'`);
    const url = new URL(scratch.url);
    [url.username, url.password] = [role, 'hostile'];
    const own = await PgBouncer.inFrontOf(url.href, POOL_SIZE);
    const database = await scratch.open({ url: own.url });
    expect(await currentSettings(database)).toEqual(expected);
    expect(await database.transaction(() => currentSettings(database))).toEqual(expected);
    await database.close();
    await own.stop();
    await direct.query(`drop owned by ${role} cascade; drop role ${role}`);
  });

  it('do not remain on a connection for other clients', async () => {
    const names = [...HOSTILE_SETTINGS.map(([name]) => name), 'default_transaction_isolation', 'idle_session_timeout'];
    const query = `select ${names.map((name) => `current_setting('${name}') as ${name}`).join(', ')}`;
    const plain = new Client({ connectionString: scratch.url });
    await plain.connect();
    const before = (await plain.query(query)).rows;
    await plain.end();
    const database = await scratch.open({ url: bouncer.url });
    await inParallel(20, (index) =>
      index % 2 ? currentSettings(database) : database.transaction(() => currentSettings(database)),
    );
    await onEveryConnection(async (client) => expect((await client.query(query)).rows).toEqual(before));
  });

  it('include statement_timeout, outside of transactions and inside', async () => {
    const database = await scratch.open({ url: bouncer.url });
    const sleep = (): Promise<unknown> => database.db.execute(sql`select pg_sleep(7)`);
    const errors = await Promise.all([errorOf(sleep()), errorOf(database.transaction(sleep))]);
    for (const error of errors) {
      expect(retryableQueryError(error)).toMatchObject({ code: 'TIMEOUT' });
      expect(String((error as Error).cause)).toContain('canceling statement due to statement timeout');
    }
    expect(await thingNames(database)).toEqual([]);
  });

  it('do not include the isolation level: with another default the database does not start and logs a warning', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const name = new URL(scratch.url).pathname.slice(1);
    await direct.query(`alter database ${name} set default_transaction_isolation = 'serializable'`);
    const database = scratch.create({ url: bouncer.url });
    const ready = database.open();
    ready.catch(() => undefined);
    await waitUntil(() => warn.mock.calls.length > 0, 'a warning is logged');
    expect(warn.mock.calls[0]?.[0]).toMatchObject({ message: expect.stringContaining(`is 'serializable'`) });
    expect(database.state).toBe('starting');
    warn.mockRestore();
  });
});

describe('named statements behind PgBouncer', () => {
  const DOUBLE = preparedStatement<{ n: number }, { n: number }>(
    'pgbouncer_double',
    sql`select 2 * ${sql.placeholder('n')}::int as n`,
  );
  const doubled = (database: Database) =>
    inParallel(200, (n) =>
      n % 3 ? DOUBLE(database.db, { n }) : database.transaction(() => DOUBLE(database.db, { n })),
    );

  const all = Array.from({ length: 200 }, (_, n) => [{ n: 2 * n }]);
  const prepared = async (database: Database): Promise<unknown> =>
    (
      await database.db.execute(
        sql`select count(*)::int as kept from pg_prepared_statements where statement like 'select 2 *%'`,
      )
    ).rows[0]?.['kept'];

  it('are not prepared if PgBouncer does not support them, and run on every connection', async () => {
    const database = await scratch.open({ url: bouncer.url, poolSize: 10 });
    expect(await doubled(database)).toEqual(all);
    expect(await inParallel(10, () => prepared(database))).toEqual(Array.from({ length: 10 }, () => 0));
    const { rows } = await direct.query(
      `select count(*)::int as connections from pg_stat_activity
       where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`,
    );
    expect(rows).toEqual([{ connections: POOL_SIZE }]);
  });

  it('are prepared if PgBouncer supports them (1.21 or newer)', async () => {
    const own = await PgBouncer.inFrontOf(scratch.url, POOL_SIZE, true);
    const database = await scratch.open({ url: own.url, poolSize: 10 });
    expect(await doubled(database)).toEqual(all);
    const counts = await inParallel(10, () => prepared(database));
    expect(counts.some((count) => count !== 0)).toBe(own.keepsPrepared);
    await database.close();
    await own.stop();
  });

  it('are not prepared with DATABASE_PREPARED=off, also on a direct connection', async () => {
    const database = await scratch.open({ poolSize: 1, prepared: 'off' });
    expect(await doubled(database)).toEqual(all);
    expect(await prepared(database)).toBe(0);
    const usual = await scratch.open({ poolSize: 1 });
    expect(await doubled(usual)).toEqual(all);
    expect(await prepared(usual)).toBe(1);
  });

  it('fail with DATABASE_PREPARED=on if PgBouncer does not support them', async () => {
    const database = await scratch.open({ url: bouncer.url, poolSize: 10, prepared: 'on' });
    expect(String(((await errorOf(doubled(database))) as Error).cause)).toMatch(
      /prepared statement .* (not|already) exist/,
    );
  });

  it('are rolled back and report their error when they fail, and do not affect later statements', async () => {
    const database = await scratch.open({ url: bouncer.url, poolSize: 1 });
    await insertThing(database, 'once');
    expect((await errorOf(insertThing(database, 'once'))) as Error).toMatchObject({ cause: { code: '23505' } });
    await errorOf(
      database.transaction(async () => {
        await insertThing(database, 'undone');
        throw new Error('back');
      }),
    );
    await database.transaction(() => insertThing(database, 'twice'));
    expect(await thingNames(database)).toEqual(['once', 'twice']);
  });
});

describe('migrations through PgBouncer', () => {
  const applied = async () =>
    (await direct.query('select count(*)::int as applied from drizzle.__drizzle_migrations')).rows;
  const locks = async () =>
    (await direct.query(`select pid from pg_locks where locktype = 'advisory' and granted and objid = $1`, [LOCK]))
      .rows;
  const LOCK = 0x41_65_74_75;

  it('run once, build their indexes and release the lock when several nodes start together', async () => {
    scratch.writeIndexes('CREATE INDEX CONCURRENTLY IF NOT EXISTS "things_first" ON things (name);\n');
    await inParallel(4, () => scratch.open({ url: bouncer.url, poolSize: 1 }));
    expect(await applied()).toEqual([{ applied: 1 }]);
    const { rows } = await direct.query(`select indisvalid from pg_index where indexrelid = 'things_first'::regclass`);
    expect(rows).toEqual([{ indisvalid: true }]);
    expect(await locks()).toEqual([]);
  });

  it('are rolled back and start again when their lock is lost', async () => {
    scratch.writeMigration('create table things (name text); select pg_sleep(2)');
    const migrating = async () =>
      (
        await direct.query<{ pid: number }>(
          `select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
           and state <> 'idle' and query like '%pg_sleep(2)%'`,
        )
      ).rows;
    const opening = scratch.open({ url: bouncer.url });
    await waitUntil(async () => (await migrating()).length > 0, 'a node migrates');
    const [holder] = (await locks()) as { pid: number }[];
    await direct.query('select pg_terminate_backend($1)', [holder?.pid]);
    // Another node acquires the lock.
    await direct.query('select pg_advisory_lock($1)', [LOCK]);
    await waitUntil(async () => (await migrating()).length === 0, 'its migration has ended');
    expect(await applied()).toEqual([{ applied: 0 }]);
    await direct.query('select pg_advisory_unlock($1)', [LOCK]);
    expect(await thingNames(await opening)).toEqual([]);
    expect(await applied()).toEqual([{ applied: 1 }]);
    expect(await locks()).toEqual([]);
  });
});

describe('a starting database', () => {
  it('is not ready while PgBouncer cannot reach PostgreSQL', async () => {
    const gate = await Gate.inFrontOf(scratch.url);
    const own = await PgBouncer.inFrontOf(gate.url, POOL_SIZE);
    const database = scratch.create({ url: own.url });
    const ready = database.open();
    await setTimeout(1_500);
    expect(database.state).toBe('starting');
    await gate.open();
    await ready;
    expect(await thingNames(database)).toEqual([]);
    await database.close();
    await own.stop();
    await gate.close();
  });

  it('is not ready until a connection of the pool has answered a query', async () => {
    const pool: { query(text: string): Promise<unknown> } = FairPool.prototype;
    const query = jest.spyOn(pool, 'query').mockRejectedValueOnce(new Error('Connection terminated'));
    const states: DatabaseState[] = [];
    const database = scratch.create({ url: bouncer.url });
    database.onStateChange((state) => states.push(state));
    await database.open();
    expect(states).toEqual(['ready']);
    expect(query).toHaveBeenCalledTimes(2);
    query.mockRestore();
  });
});
