/** The readiness of a node whose database refuses writes, or is used by a node that it cannot reach over Redis. */
import { Client } from 'pg';
import { connect, registerPlayer, waitUntil } from '../support/clients/client';
import { readMetric } from '../support/servers/metrics';
import { createDatabase, createMigratedDatabase, type TestDatabase } from '../support/databases/postgres';
import { startRedis } from '../support/redis/redis-server';
import { type ServerProcess, startServerProcess, stopServerProcesses } from '../support/servers/server';

interface Readiness {
  status: number;
  body: { status: string; details: { writes: { status: string; reason?: string; degraded?: boolean } } };
}

let database: TestDatabase;
let operator: Client;

beforeEach(async () => {
  database = await createMigratedDatabase();
  operator = new Client({ connectionString: database.url });
  operator.on('error', () => undefined);
  await operator.connect();
});
afterEach(async () => {
  await stopServerProcesses();
  await operator.end();
  await database.drop();
});

const start = (environment = {}): Promise<ServerProcess> =>
  startServerProcess({ DATABASE_URL: database.url, LOG_FORMAT: 'json', ...environment });

async function readiness({ url }: ServerProcess): Promise<Readiness> {
  const response = await fetch(`${url}/health/ready`);
  return { status: response.status, body: (await response.json()) as Readiness['body'] };
}

async function untilReadiness(server: ServerProcess, status: number, reason?: RegExp): Promise<Readiness> {
  let found = await readiness(server);
  await waitUntil(
    async () => {
      found = await readiness(server);
      return found.status === status && (!reason || reason.test(found.body.details.writes.reason ?? ''));
    },
    `the readiness is ${status} ${String(reason)}`,
  );
  return found;
}

const linesOf = (server: ServerProcess, level: string): string[] =>
  server
    .output()
    .split('\n')
    .filter((line) => line.includes('"context":"Nodes"') && line.includes(`"level":"${level}"`));

it.each<[string, RegExp, () => Promise<void>, () => Promise<void>]>([
  [
    'read-only',
    /read-only, as a standby is \(25006\)/,
    async () => {
      await operator.query(`alter database ${nameOf(database)} set default_transaction_read_only = on`);
      await dropConnections();
    },
    async () => {
      await operator.query('set default_transaction_read_only = off');
      await operator.query(`alter database ${nameOf(database)} set default_transaction_read_only = off`);
      await dropConnections();
    },
  ],
  [
    'locked as a whole',
    /^(no answer|a lock is in the way)/,
    async () => {
      await operator.query('begin; lock table nodes in access exclusive mode');
    },
    async () => {
      await operator.query('rollback');
    },
  ],
  [
    'without a right to write',
    /the user has no right to write \(42501\)/,
    async () => {
      await operator.query(
        `create function refuse() returns trigger language plpgsql as $$ begin raise insufficient_privilege; end $$`,
      );
      await operator.query('create trigger refuse before insert on nodes execute function refuse()');
    },
    async () => {
      await operator.query('drop trigger refuse on nodes');
    },
  ],
])(
  'with a database that is %s, the node is not ready, logs the reason once, and becomes ready again by itself',
  async (_, reason, breakDatabase, repairDatabase) => {
    const server = await start();
    await untilReadiness(server, 200);
    expect(await readMetric(server.url, 'aeturnis_database_writable')).toBe(1);
    await breakDatabase();
    await untilReadiness(server, 503, reason);
    await waitUntil(async () => (await readMetric(server.url, 'aeturnis_database_writable')) === 0, 'the metric is 0');
    await waitUntil(() => linesOf(server, 'error').length > 0, 'the reason is logged');
    await repairDatabase();
    await untilReadiness(server, 200);
    await waitUntil(async () => (await readMetric(server.url, 'aeturnis_database_writable')) === 1, 'the metric is 1');
    expect(linesOf(server, 'error')).toEqual([expect.stringContaining('the database cannot be written to')]);
    expect(linesOf(server, 'info')).toEqual([expect.stringContaining('can be written to again')]);
  },
);

describe('without a free database connection', () => {
  const ROLE = `limited_${process.pid}`;
  let ownDatabase: TestDatabase;

  beforeEach(async () => {
    ownDatabase = await createDatabase();
    await operator.query(`create role ${ROLE} login password 'limited'`);
    await operator.query(`alter database ${nameOf(ownDatabase)} owner to ${ROLE}`);
  });
  afterEach(async () => {
    await stopServerProcesses();
    await ownDatabase.drop();
    await operator.query(`drop role ${ROLE}`);
  });

  it.each([
    ['for the whole node', 0, 'true'],
    ['for the pool, while the monitoring connection remains', 1, `query not like 'select (extract%clock_timestamp%'`],
  ])(
    '%s, the node is not ready within 5 s and reports why, loses nothing, and becomes ready again by itself',
    async (_, limit, terminated) => {
      const url = new URL(ownDatabase.url);
      url.username = ROLE;
      url.password = 'limited';
      const server = await start({ DATABASE_URL: url.href });
      await untilReadiness(server, 200);
      const player = await registerPlayer(server.url);
      const client = await connect(server.url, player.accessToken);
      const say = (text: string): ReturnType<typeof client.send> =>
        client.send('chat:message', { channel: 'global', text });
      expect(await say('before')).toMatchObject({ success: true });

      await operator.query(`alter role ${ROLE} connection limit ${limit}`);
      await operator.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where usename = '${ROLE}' and ${terminated}`,
      );
      const since = Date.now();
      await untilReadiness(server, 503, /it takes no more connections \(53300\)/);
      expect(Date.now() - since).toBeLessThan(5_000);
      expect(await readMetric(server.url, 'aeturnis_database_writable')).toBe(0);
      expect(await say('retried')).toMatchObject({ success: false, error: { code: 'UNAVAILABLE', retryable: true } });

      await operator.query(`alter role ${ROLE} connection limit -1`);
      await untilReadiness(server, 200);
      expect(await say('retried')).toMatchObject({ success: true });
      const history = await client.send('chat:history', { channel: 'global' });
      const messages = history['messages'] as { text: string }[];
      expect(messages.map(({ text }) => text).sort()).toEqual(['before', 'retried']);
      client.close();
    },
  );
});

it('when PostgreSQL refuses its user at run time, clients get a retryable error, and the node reports why', async () => {
  const ownDatabase = await createDatabase();
  const role = `refused_${process.pid}`;
  await operator.query(`create role ${role} login password 'refused'`);
  await operator.query(`alter database ${nameOf(ownDatabase)} owner to ${role}`);
  const url = new URL(ownDatabase.url);
  [url.username, url.password] = [role, 'refused'];
  const server = await start({ DATABASE_URL: url.href });
  await untilReadiness(server, 200);
  const client = await connect(server.url, (await registerPlayer(server.url)).accessToken);
  await operator.query(`alter role ${role} nologin`);
  // The monitoring connection stays open, so it alone would not reveal the refusal.
  await operator.query(`
    select pg_terminate_backend(pid) from pg_stat_activity
    where usename = '${role}' and query not like 'select (extract%clock_timestamp%'`);
  const say = (): ReturnType<typeof client.send> => client.send('chat:message', { channel: 'global', text: 'hello' });
  expect(await say()).toMatchObject({ success: false, error: { code: 'UNAVAILABLE', retryable: true } });
  expect((await fetch(`${server.url}/api/auth/guest`, { method: 'POST' })).status).toBe(503);
  await untilReadiness(server, 503, /it refuses the user \(28000\)/);
  await operator.query(`alter role ${role} login`);
  await untilReadiness(server, 200);
  expect(await say()).toMatchObject({ success: true });
  client.close();
  await stopServerProcesses();
  await ownDatabase.drop();
  await operator.query(`drop role ${role}`);
});

it('of two nodes without Redis the later is not ready and the earlier degraded, until one stops', async () => {
  const first = await start({ NODE_ID: 'first' });
  const second = await start({ NODE_ID: 'second' });
  await untilReadiness(second, 503, /another node uses this database without a shared Redis/);
  const { body } = await untilReadiness(first, 200, /another node/);
  expect(body.status).toBe('degraded');
  expect(linesOf(first, 'error')).toEqual([expect.stringContaining('"other":"second"')]);
  expect(linesOf(second, 'error')).toEqual([expect.stringContaining('"other":"first"')]);
  first.kill('SIGTERM');
  await untilReadiness(second, 200);
  await waitUntil(async () => (await readiness(second)).body.status === 'ok', 'the second node is alone');
});

it('a node that restarts after a crash is ready at once and does not take its predecessor for another node', async () => {
  const first = await start();
  await untilReadiness(first, 200);
  first.kill('SIGKILL');
  await first.exited;
  const second = await start();
  await untilReadiness(second, 200);
  for (let check = 0; check < 8; check++) {
    expect(await readiness(second)).toMatchObject({ status: 200, body: { status: 'ok' } });
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
});

it('nodes with the same Redis are ready; a node without it beside them is reported', async () => {
  const redis = await startRedis();
  const [first, second] = [await start({ REDIS_URL: redis.url }), await start({ REDIS_URL: redis.url })];
  await untilReadiness(first, 200);
  await untilReadiness(second, 200);
  expect([...linesOf(first, 'error'), ...linesOf(second, 'error')]).toEqual([]);
  const withoutRedis = await start();
  await untilReadiness(withoutRedis, 503, /another node/);
  for (const node of [first, second]) await untilReadiness(node, 200, /another node/);
  await stopServerProcesses();
  await redis.stop();
});

const nameOf = ({ url }: TestDatabase): string => new URL(url).pathname.slice(1);

async function dropConnections(): Promise<void> {
  await operator.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
}
