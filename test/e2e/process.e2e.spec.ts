/** The server process for an operator: start, stop, and the messages of a failed start. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect as connectTcp, createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { adminGrant } from '../../apps/server/src/admin-grant';
import { EmbeddedPostgres } from '../../libs/platform/src/database/embedded/embedded-postgres';
import { freePort } from '../support/free-port';
import { closeClients, connect, registerPlayer, waitUntil } from '../support/clients/client';
import { createTemporaryFolder } from '../support/environment';
import { createMigratedDatabase } from '../support/databases/postgres';
import { startRedis } from '../support/redis/redis-server';
import { startServerProcess, startTestServer, stopServerProcesses } from '../support/servers/server';

afterEach(async () => {
  closeClients();
  await stopServerProcesses();
});

const ready = async (url: string): Promise<{ status: number; body: { status: string } }> => {
  const response = await fetch(`${url}/health/ready`);
  return { status: response.status, body: (await response.json()) as { status: string } };
};

/** The output of a failed start: a readable message without a stack, and without failures to stop unstarted parts. */
async function failedStart(environment: Record<string, string>): Promise<string> {
  const started = startServerProcess({ ADMIN_USERS: 'boss', ...environment });
  const { message } = await started.then(
    () => ({ message: 'the server has started' }),
    (error: unknown) => error as Error,
  );
  expectReadable(message);
  return message;
}

function expectReadable(output: string): void {
  expect(output).not.toMatch(/^ +at /m);
  expect(output).not.toMatch(/ (warn|error) /);
}

describe('a server with nothing but a data folder', () => {
  it('starts its own PostgreSQL, keeps its secret and data over a restart, and stops everything', async () => {
    const dataDir = createTemporaryFolder();
    const environment = { DATA_DIR: dataDir, NODE_ENV: 'development', JWT_SECRET: '' };
    const first = await startServerProcess(environment);
    expect(await ready(first.url)).toMatchObject({ status: 200, body: { status: 'ok' } });
    const player = await registerPlayer(first.url);
    expect(statSync(join(dataDir, 'jwt-secret')).mode & 0o777).toBe(0o600);
    const secret = readFileSync(join(dataDir, 'jwt-secret'), 'utf8');

    expect(await failedStart(environment)).toMatch(/used by another server \(pid \d+\)/);

    const client = await connect(first.url, player.accessToken, { reconnection: true });
    const reason = new Promise((resolve) => client.socket.once('disconnect', resolve));
    first.kill('SIGTERM');
    expect(await client.waitForEvent('system:draining')).toEqual({ delayMs: expect.any(Number) });
    expect(await reason).toBe('transport close');
    client.close();
    expect(await first.exited).toBe(0);
    expect(() => statSync(join(dataDir, 'postgres', 'postmaster.pid'))).toThrow();

    const second = await startServerProcess(environment);
    expect(readFileSync(join(dataDir, 'jwt-secret'), 'utf8')).toBe(secret);
    await connect(second.url, player.accessToken);
    second.kill('SIGKILL');
    await second.exited;
    const third = await startServerProcess(environment);
    await connect(third.url, player.accessToken);
    third.kill('SIGINT');
    expect(await third.exited).toBe(0);
  }, 60_000);
});

describe('a restart', () => {
  it('is survived by stock clients without any code of theirs, and is not delayed by idle connections', async () => {
    const database = await createMigratedDatabase();
    const environment = { DATABASE_URL: database.url, PORT: String(await freePort()), DRAIN_MS: '1000' };
    const first = await startServerProcess(environment);
    const player = await registerPlayer(first.url);
    const clients = [];
    for (let count = 0; count < 5; count++) {
      clients.push(
        await connect(first.url, player.accessToken, {
          reconnection: true,
          reconnectionDelay: 50,
          reconnectionDelayMax: 200,
        }),
      );
    }
    const idle = connectTcp(Number(environment.PORT), '127.0.0.1');
    await new Promise((resolve) => idle.once('connect', resolve));
    for (const client of clients) client.clearReceived();
    first.kill('SIGTERM');
    expect(await first.exited).toBe(0);
    expect(first.output()).not.toContain('shutdown of');
    await startServerProcess(environment);
    await Promise.all(clients.map((client) => client.waitForEvent('system:sync')));
    idle.destroy();
    closeClients();
    await stopServerProcesses();
    await database.drop();
  }, 60_000);
});

describe('a start that cannot succeed', () => {
  it('names every wrong variable in one message', async () => {
    expect(await failedStart({ PORT: 'abc', LOG_LEVEL: 'loud' })).toMatch(
      /PORT must be a whole number[\s\S]*LOG_LEVEL must be one of/,
    );
  });

  it.each([
    ['an address of another machine', { HOST: '192.0.2.1' }, /HOST 192\.0\.2\.1 is not an address of this machine/],
    [
      'a data folder below a file',
      { DATA_DIR: join(__filename, 'data') },
      /The embedded PostgreSQL in .* cannot be started: ENOTDIR/,
    ],
    [
      'a data folder below a file and no secret',
      { DATA_DIR: join(__filename, 'data'), JWT_SECRET: '' },
      /DATA_DIR must be a folder/,
    ],
    ['a missing folder of zones', { ZONES_DIR: join(__dirname, 'none') }, /The world is broken/],
  ])('names %s', async (_, environment, message) => {
    expect(await failedStart({ NODE_ENV: 'development', ...environment })).toMatch(message);
  });

  it('names a port that is taken', async () => {
    const database = await createMigratedDatabase();
    const taken = createServer();
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port));
    });
    expect(await failedStart({ PORT: String(port) })).toContain(`Port ${port} is in use`);
    expect(await failedStart({ DATABASE_URL: database.url, PORT: String(port) })).toContain(`Port ${port} is in use`);
    expect(await failedStart({ DATABASE_URL: database.url, SOCKET_PORT: String(port) })).toContain(
      'set SOCKET_PORT to another',
    );
    taken.close();
    await database.drop();
  });
});

describe('a migration that fails', () => {
  it('ends the process and its PostgreSQL', async () => {
    const dataDir = createTemporaryFolder();
    const postgres = await EmbeddedPostgres.start({ dataDir });
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    await client.query('create table accounts ()');
    await client.end();
    await postgres.stop();
    expect(await failedStart({ DATA_DIR: dataDir })).toMatch(/ended with 1[^]*cannot be migrated/);
    expect(await EmbeddedPostgres.findRunningUrl(dataDir)).toBeNull();
  }, 60_000);
});

it('admin:grant reads .env like the server', async () => {
  const folder = createTemporaryFolder();
  const root = join(__dirname, '..', '..');
  for (const name of ['scripts', 'dist']) cpSync(join(root, name), join(folder, name), { recursive: true });
  const linked = [
    'README.md',
    'apps',
    'docs',
    'libs',
    'node_modules',
    'nest-cli.json',
    'package-lock.json',
    'package.json',
    'tsconfig.json',
  ];
  for (const name of linked) symlinkSync(join(root, name), join(folder, name));
  const database = await createMigratedDatabase();
  const server = await startTestServer({ DATABASE_URL: database.url });
  const { login } = await registerPlayer(server.url);
  await server.close();
  writeFileSync(join(folder, '.env'), `DATABASE_URL=${database.url}\n`);
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'scripts', 'admin-grant.mjs'), login], {
    cwd: folder,
    env: { PATH: process.env['PATH'] },
  });
  expect(stdout).toContain(`${login} is an administrator now`);
  await database.drop();
});

describe('admin:grant without a database', () => {
  it('ends with a message if PostgreSQL cannot be reached', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const startedAt = performance.now();
    await expect(adminGrant('anna', { DATABASE_URL: `postgres://user:password@${address}/none` })).rejects.toThrow(
      `PostgreSQL cannot be reached at ${address}: connect ECONNREFUSED ${address}; start it, or correct DATABASE_URL`,
    );
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  }, 30_000);

  it('ends with a message if DATA_DIR does not exist or has no database, and creates none', async () => {
    const empty = createTemporaryFolder();
    for (const dataDir of [join(empty, 'missing'), empty])
      await expect(adminGrant('anna', { DATA_DIR: dataDir })).rejects.toThrow(`There is no database in ${dataDir}`);
    expect(readdirSync(empty)).toEqual([]);
  });
});

it.each([
  ['::1', '[::1]'],
  ['127.0.0.1', '127.0.0.1'],
])('HOST=%s: the server prints URLs with the host %s, which clients can open', async (host, expected) => {
  const database = await createMigratedDatabase();
  const server = await startTestServer({ HOST: host, DATABASE_URL: database.url });
  expect([server.url, server.socketUrl].map((url) => url.replace(/:\d+$/, ''))).toEqual(
    Array(2).fill(`http://${expected}`),
  );
  expect((await ready(server.url)).status).toBe(200);
  await server.close();
  await database.drop();
});

describe('a dependency that is missing at the start', () => {
  const MAIN = join(__dirname, '..', '..', 'dist', 'apps', 'server', 'src', 'main.js');

  it('PostgreSQL: the server waits for it, answers 503, and refuses clients with a retryable error', async () => {
    const [dbPort, port] = await Promise.all([freePort(), freePort()]);
    const child = spawn(process.execPath, [MAIN], {
      env: {
        PATH: process.env['PATH'],
        NODE_ENV: 'test',
        HOST: '127.0.0.1',
        PORT: String(port),
        JWT_SECRET: 'x'.repeat(40),
        DATABASE_URL: `postgres://nobody:nothing@127.0.0.1:${dbPort}/none`,
        ADMIN_USERS: 'boss',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      const url = `http://127.0.0.1:${port}`;
      await waitUntil(async () => (await ready(url).catch(() => null))?.status === 503, 'up and not ready');
      await waitUntil(() => output.includes(`127.0.0.1:${dbPort}`), 'the log names the unreachable database');
      expect(output).not.toContain('nothing');
      const answer = await fetch(`${url}/api/auth/guest`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      });
      expect(answer.status).toBe(503);
      expect(await answer.json()).toMatchObject({
        error: { code: 'UNAVAILABLE', retryable: true, requestId: expect.any(String) },
      });
      expect(child.exitCode).toBeNull();
      const [waiting, exited] = [output.length, once(child, 'exit')];
      child.kill('SIGTERM');
      expect(await exited).toEqual([0, null]);
      expectReadable(output.slice(waiting));
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('Redis: the server runs without it, and uses it once it is available', async () => {
    const database = await createMigratedDatabase();
    const redis = await startRedis();
    await redis.stop();
    const node = await startServerProcess({ DATABASE_URL: database.url, REDIS_URL: redis.url });
    expect(await ready(node.url)).toMatchObject({ status: 200, body: { status: 'degraded' } });
    const player = await registerPlayer(node.url);
    const client = await connect(node.url, player.accessToken);
    expect(await client.send('chat:message', { channel: 'global', text: 'alone' })).toMatchObject({ success: true });
    await redis.restart();
    await waitUntil(async () => (await ready(node.url)).body.status === 'ok', 'Redis is used');
    expect(await client.send('chat:message', { channel: 'global', text: 'together' })).toMatchObject({ success: true });
    client.close();
    node.kill('SIGTERM');
    expect(await node.exited).toBe(0);
    await Promise.all([redis.stop(), database.drop()]);
  }, 60_000);
});
