/** What a node says of itself when its database cannot be written to, or is used by a node that it cannot hear. */
import { Client } from 'pg';
import { connect, registerPlayer, until } from '../support/client';
import { metric } from '../support/metrics';
import { createDatabase, createMigratedDatabase, type TestDatabase } from '../support/postgres';
import { startRedis } from '../support/redis-server';
import { type ServerProcess, startServerProcess, stopServerProcesses } from '../support/server';

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
  await until(
    async () => {
      found = await readiness(server);
      return found.status === status && (!reason || reason.test(found.body.details.writes.reason ?? ''));
    },
    `it answers ${status} ${String(reason)}`,
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
  'a database that is %s: the node is not ready, says why in one line, and is ready again by itself',
  async (_, reason, spoil, mend) => {
    const server = await start();
    await untilReadiness(server, 200);
    expect(await metric(server.url, 'aeturnis_database_writable')).toBe(1);
    await spoil();
    await untilReadiness(server, 503, reason);
    await until(async () => (await metric(server.url, 'aeturnis_database_writable')) === 0, 'it is counted');
    await until(() => linesOf(server, 'error').length > 0, 'it is logged');
    await mend();
    await untilReadiness(server, 200);
    await until(async () => (await metric(server.url, 'aeturnis_database_writable')) === 1, 'it is counted');
    expect(linesOf(server, 'error')).toEqual([expect.stringContaining('the database cannot be written to')]);
    expect(linesOf(server, 'info')).toEqual([expect.stringContaining('can be written to again')]);
  },
);

describe('no connection is left for the node', () => {
  const ROLE = `limited_${process.pid}`;
  let own: TestDatabase;

  beforeEach(async () => {
    own = await createDatabase();
    await operator.query(`create role ${ROLE} login password 'limited'`);
    await operator.query(`alter database ${nameOf(own)} owner to ${ROLE}`);
  });
  afterEach(async () => {
    await stopServerProcesses();
    await own.drop();
    await operator.query(`drop role ${ROLE}`);
  });

  it.each([
    ['all are used by others', 0, 'true'],
    [
      'the pool gets none, and the connection that watches the database lives',
      1,
      `query not like 'select (extract%clock_timestamp%'`,
    ],
  ])(
    '%s: it is not ready within 5 s and says why, loses nothing, and is ready again by itself',
    async (_, limit, lost) => {
      const url = new URL(own.url);
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
        `select pg_terminate_backend(pid) from pg_stat_activity where usename = '${ROLE}' and ${lost}`,
      );
      const since = Date.now();
      await untilReadiness(server, 503, /it takes no more connections \(53300\)/);
      expect(Date.now() - since).toBeLessThan(5_000);
      expect(await metric(server.url, 'aeturnis_database_writable')).toBe(0);
      expect(await say('meanwhile')).toMatchObject({ success: false, error: { code: 'UNAVAILABLE', retryable: true } });

      await operator.query(`alter role ${ROLE} connection limit -1`);
      await untilReadiness(server, 200);
      expect(await say('meanwhile')).toMatchObject({ success: true });
      const history = await client.send('chat:history', { channel: 'global' });
      const messages = history['messages'] as { text: string }[];
      expect(messages.map(({ text }) => text).sort()).toEqual(['before', 'meanwhile']);
      client.close();
    },
  );
});

it('its user is refused while it runs: clients can try again, and the node says why', async () => {
  const own = await createDatabase();
  const role = `refused_${process.pid}`;
  await operator.query(`create role ${role} login password 'refused'`);
  await operator.query(`alter database ${nameOf(own)} owner to ${role}`);
  const url = new URL(own.url);
  [url.username, url.password] = [role, 'refused'];
  const server = await start({ DATABASE_URL: url.href });
  await untilReadiness(server, 200);
  const client = await connect(server.url, (await registerPlayer(server.url)).accessToken);
  await operator.query(`alter role ${role} nologin`);
  // The connection that watches the database lives on: it alone does not tell.
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
  await own.drop();
  await operator.query(`drop role ${role}`);
});

it('two nodes without Redis: the later is not ready, the earlier is degraded, until one is gone', async () => {
  const first = await start({ NODE_ID: 'first' });
  const second = await start({ NODE_ID: 'second' });
  await untilReadiness(second, 503, /another node uses this database and cannot be heard/);
  const { body } = await untilReadiness(first, 200, /another node/);
  expect(body.status).toBe('degraded');
  expect(linesOf(first, 'error')).toEqual([expect.stringContaining('"other":"second"')]);
  expect(linesOf(second, 'error')).toEqual([expect.stringContaining('"other":"first"')]);
  first.kill('SIGTERM');
  await untilReadiness(second, 200);
  await until(async () => (await readiness(second)).body.status === 'ok', 'it is alone');
});

it('a node that comes back after a crash is ready, and stays so: nobody is taken for another', async () => {
  const first = await start();
  await untilReadiness(first, 200);
  first.kill('SIGKILL');
  await first.exited;
  const second = await start();
  await untilReadiness(second, 200);
  for (let look = 0; look < 8; look++) {
    expect(await readiness(second)).toMatchObject({ status: 200, body: { status: 'ok' } });
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
});

it('nodes with Redis hear one another; one without it beside them is told', async () => {
  const redis = await startRedis();
  const [first, second] = [await start({ REDIS_URL: redis.url }), await start({ REDIS_URL: redis.url })];
  await untilReadiness(first, 200);
  await untilReadiness(second, 200);
  expect([...linesOf(first, 'error'), ...linesOf(second, 'error')]).toEqual([]);
  const alone = await start();
  await untilReadiness(alone, 503, /another node/);
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
