/** A Redis that answers and cannot be used: readiness, metrics and the log say why, until it can. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { connect, playAsGuest, until } from '../support/client';
import { metric } from '../support/metrics';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres';
import { type RedisServer, startRedis } from '../support/redis-server';
import { type ServerProcess, startServerProcess, stopServerProcesses } from '../support/server';

const EVERYTHING = 'on >weak-password ~* &* +@all';

let database: TestDatabase;
let redis: RedisServer;
let operator: Redis;

beforeEach(async () => {
  [database, redis] = await Promise.all([createMigratedDatabase(), startRedis()]);
  operator = new Redis(redis.url);
  await operator.call('ACL', 'SETUSER', 'weak', ...EVERYTHING.split(' '));
});
afterEach(async () => {
  await stopServerProcesses();
  operator.disconnect();
  await redis.stop();
  await database.drop();
});

const start = (user = 'weak:weak-password'): Promise<ServerProcess> =>
  startServerProcess({
    DATABASE_URL: database.url,
    REDIS_URL: redis.url.replace('//', `//${user}@`),
    LOG_FORMAT: 'json',
  });

interface Health {
  status: string;
  details: { redis: { status: string; reason?: string } };
}

async function untilReady(server: ServerProcess, status: string, reason?: RegExp): Promise<void> {
  await until(
    async () => {
      const health = (await (await fetch(`${server.url}/health/ready`)).json()) as Health;
      return health.status === status && (!reason || reason.test(health.details.redis.reason ?? ''));
    },
    `it is ${status} ${String(reason)}`,
    20_000,
  );
}

const errorsOf = (server: ServerProcess): string[] =>
  server
    .output()
    .split('\n')
    .filter((line) => line.includes('"context":"Redis"') && line.includes('"level":"error"'));

const permit = (...rules: string[]) => operator.call('ACL', 'SETUSER', 'weak', ...rules);

it.each<[string, RegExp, () => Promise<unknown>, () => Promise<unknown>]>([
  ['no right to publish', /^the user may not run PUBLISH$/, () => permit('-publish'), () => permit('+publish')],
  [
    'no right to run scripts',
    /^the user may not run EVALSHA$/,
    () => permit('-@scripting'),
    () => permit('+@scripting'),
  ],
  ['no right to use its keys', /^the user may not use all keys$/, () => permit('resetkeys'), () => permit('~*')],
  [
    'no right to use its channels',
    /^the user may not use all channels$/,
    () => permit('resetchannels'),
    () => permit('&*'),
  ],
  [
    'no memory left',
    /^it is full \(maxmemory\)$/,
    () => operator.config('SET', 'maxmemory', '1'),
    () => operator.config('SET', 'maxmemory', '0'),
  ],
])('%s: the node is degraded, says so in one line, and is well again by itself', async (_, reason, spoil, mend) => {
  const server = await start();
  await untilReady(server, 'ok');
  expect(await metric(server.url, 'aeturnis_redis_up')).toBe(1);
  await spoil();
  await untilReady(server, 'degraded', reason);
  expect(await metric(server.url, 'aeturnis_redis_up')).toBe(0);
  await mend();
  await untilReady(server, 'ok');
  expect(await metric(server.url, 'aeturnis_redis_up')).toBe(1);
  expect(errorsOf(server)).toEqual([expect.stringContaining('answers, and cannot be used')]);
});

it('a Redis that goes away is told to be away, and not to refuse', async () => {
  const server = await start();
  await untilReady(server, 'ok');
  for (let outage = 0; outage < 3; outage++) {
    redis.pause();
    await untilReady(server, 'degraded', /^no answer$/);
    redis.resume();
    await untilReady(server, 'ok');
  }
  expect(errorsOf(server)).toEqual([]);
});

it('a replica that only reads is told to be one', async () => {
  const primary = await startRedis();
  const server = await start();
  await untilReady(server, 'ok');
  await operator.replicaof('127.0.0.1', primary.port);
  await untilReady(server, 'degraded', /^it is a read-only replica$/);
  await operator.replicaof('NO', 'ONE');
  await untilReady(server, 'ok');
  await primary.stop();
});

it('the rights that the documentation asks for are enough', async () => {
  const page = readFileSync(join(__dirname, '../../docs/operations.md'), 'utf8');
  const [, rules = ''] = /^ACL SETUSER aeturnis (.+)$/m.exec(page) ?? [];
  await operator.call('ACL', 'SETUSER', 'aeturnis', ...rules.split(' '));
  const password = />(\S+)/.exec(rules)?.[1] ?? '';
  const nodes = [await start(`aeturnis:${password}`), await start(`aeturnis:${password}`)] as const;
  const [here, there] = await Promise.all(
    nodes.map(async ({ url }) => connect(url, (await playAsGuest(url)).accessToken)),
  );
  await here?.send('chat:message', { channel: 'global', text: 'is anybody there?' });
  await there?.event('chat:message');
  for (const node of nodes) await untilReady(node, 'ok');
  expect(await operator.call('ACL', 'LOG')).toEqual([]);
  for (const node of nodes) expect(node.output()).not.toMatch(/NOPERM/);
});
