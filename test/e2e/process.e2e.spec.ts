/** The process as an operator meets it: start, stop, and what it says when something is not as it should be. */
import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../other-app/raid-app';
import { closeClients, connect, registerPlayer, until } from '../support/client';
import { temporaryFolder } from '../support/environment';
import { createMigratedDatabase } from '../support/postgres';
import { startRedis } from '../support/redis-server';
import { startServerProcess, stopServerProcesses } from '../support/server';

afterEach(async () => {
  closeClients();
  await stopServerProcesses();
});

const ready = async (url: string): Promise<{ status: number; body: { status: string } }> => {
  const response = await fetch(`${url}/health/ready`);
  return { status: response.status, body: (await response.json()) as { status: string } };
};

describe('alone, with nothing but a folder', () => {
  it('starts its own PostgreSQL, keeps a secret, keeps the data over a restart, and stops all of it', async () => {
    const dataDir = temporaryFolder();
    const environment = { DATA_DIR: dataDir, NODE_ENV: 'development', JWT_SECRET: '' };
    const first = await startServerProcess(environment);
    expect(await ready(first.url)).toMatchObject({ status: 200, body: { status: 'ok' } });
    const player = await registerPlayer(first.url);
    expect(statSync(join(dataDir, 'jwt-secret')).mode & 0o777).toBe(0o600);
    const secret = readFileSync(join(dataDir, 'jwt-secret'), 'utf8');

    await expect(startServerProcess(environment)).rejects.toThrow(/used by another server \(pid \d+\)/);

    const client = await connect(first.url, player.accessToken, { reconnection: true });
    const reason = new Promise((resolve) => client.socket.once('disconnect', resolve));
    first.kill('SIGTERM');
    expect(await client.event('system:draining')).toEqual({ delayMs: expect.any(Number) });
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

describe('a start that cannot succeed', () => {
  it('names every wrong variable in one message', async () => {
    await expect(startServerProcess({ PORT: 'abc', LOG_LEVEL: 'loud' })).rejects.toThrow(
      /PORT must be a whole number[\s\S]*LOG_LEVEL must be one of/,
    );
  });

  it('names a port that is taken', async () => {
    const database = await createMigratedDatabase();
    const taken = createServer();
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port));
    });
    await expect(startServerProcess({ DATABASE_URL: database.url, PORT: String(port) })).rejects.toThrow(
      `Port ${port} is in use`,
    );
    await expect(startServerProcess({ DATABASE_URL: database.url, SOCKET_PORT: String(port) })).rejects.toThrow(
      /set SOCKET_PORT to another/,
    );
    taken.close();
    await database.drop();
  });
});

describe('what is missing at the start', () => {
  const MAIN = join(__dirname, '..', '..', 'dist', 'apps', 'server', 'src', 'main.js');

  it('PostgreSQL is waited for: the server answers 503 and refuses clients in a way that they try again', async () => {
    const [dbPort, port] = await Promise.all([freePort(), freePort()]);
    const child = spawn(process.execPath, [MAIN], {
      env: {
        PATH: process.env['PATH'],
        NODE_ENV: 'test',
        HOST: '127.0.0.1',
        PORT: String(port),
        JWT_SECRET: 'x'.repeat(40),
        DATABASE_URL: `postgres://nobody:nothing@127.0.0.1:${dbPort}/none`,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      const url = `http://127.0.0.1:${port}`;
      await until(async () => (await ready(url).catch(() => null))?.status === 503, 'up and not ready');
      await until(() => output.includes(`127.0.0.1:${dbPort}`), 'the log says what it cannot reach');
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
    } finally {
      child.kill('SIGTERM');
      await new Promise((resolve) => child.once('exit', resolve));
    }
  });

  it('Redis is done without, and taken up when it comes', async () => {
    const database = await createMigratedDatabase();
    const redis = await startRedis();
    await redis.stop();
    const node = await startServerProcess({ DATABASE_URL: database.url, REDIS_URL: redis.url });
    expect(await ready(node.url)).toMatchObject({ status: 200, body: { status: 'degraded' } });
    const player = await registerPlayer(node.url);
    const client = await connect(node.url, player.accessToken);
    expect(await client.send('chat:message', { channel: 'global', text: 'alone' })).toMatchObject({ success: true });
    await redis.restart();
    await until(async () => (await ready(node.url)).body.status === 'ok', 'Redis is used');
    expect(await client.send('chat:message', { channel: 'global', text: 'together' })).toMatchObject({ success: true });
    client.close();
    node.kill('SIGTERM');
    expect(await node.exited).toBe(0);
    await Promise.all([redis.stop(), database.drop()]);
  }, 60_000);
});
