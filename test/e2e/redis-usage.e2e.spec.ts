/** Readiness, metrics and the log tell what Redis is: away, a replica, one that forgets, or one that gives too few rights. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, playAsGuest, until } from '../support/client';
import { startRedis } from '../support/redis-server';
import { redisErrorsOf, RestrictedRedis, untilReady } from '../support/restricted-redis';

let redis: RestrictedRedis;

beforeEach(async () => {
  redis = await RestrictedRedis.start();
});
afterEach(() => redis.stop());

it('a node that starts without a right says so at once, and hears everything once it has it', async () => {
  await redis.permit('-psubscribe', '-subscribe');
  const nodes = await Promise.all([redis.startNode(), redis.startNode()]);
  for (const node of nodes) await untilReady(node, 'degraded', /may not run P?SUBSCRIBE$/);
  await redis.permit('+psubscribe', '+subscribe');
  for (const node of nodes) await untilReady(node, 'ok');
  const [anna, ben] = await Promise.all(
    nodes.map(async ({ url }) => connect(url, (await playAsGuest(url)).accessToken)),
  );
  await anna?.send('chat:message', { channel: 'global', text: 'over there?' });
  await ben?.event('chat:message', ({ text }) => text === 'over there?');
  for (const client of [anna, ben]) client?.socket.disconnect();
}, 60_000);

it('rights to the keys of others are none to its own', async () => {
  const server = await redis.startNode();
  await untilReady(server, 'ok');
  await redis.permit('resetkeys', '~aeturnis:*');
  await untilReady(server, 'degraded', /^the user may not use all keys$/);
});

it('where nodes speak by SPUBLISH, the right to that is looked for', async () => {
  const server = await redis.startNode({ REDIS_PUBSUB: 'sharded' });
  await untilReady(server, 'ok');
  await redis.permit('-publish', '-subscribe', '-psubscribe');
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  await untilReady(server, 'ok');
  await redis.permit('-spublish');
  await untilReady(server, 'degraded', /^the user may not run SPUBLISH$/);
});

it('a block that was made meanwhile holds on the other node soon after', async () => {
  const nodes = await Promise.all([redis.startNode(), redis.startNode()]);
  for (const node of nodes) await untilReady(node, 'ok');
  const [here, there] = await Promise.all(nodes.map(async ({ url }) => ({ url, ...(await playAsGuest(url)) })));
  if (!here || !there) throw new Error('two players are needed');
  const [anna, ben] = await Promise.all([here, there].map(({ url, accessToken }) => connect(url, accessToken)));
  await redis.permit('-publish');
  await untilReady(nodes[0], 'degraded');
  await anna?.send('block:add', { userId: there.id });
  await redis.permit('+publish');
  for (const node of nodes) await untilReady(node, 'ok');
  let said = 0;
  await until(
    async () => {
      const text = `do you hear me, ${++said}?`;
      await ben?.send('chat:whisper', { toUserId: here.id, text });
      await anna?.settled();
      return !anna?.all('chat:whisper').some((message) => message.text === text);
    },
    'the block holds',
    20_000,
  );
  for (const client of [anna, ben]) client?.socket.disconnect();
}, 60_000);

describe('a Redis that deletes keys when it is full', () => {
  const PRODUCTION = { NODE_ENV: 'production', SOCKET_CORS_ORIGIN: 'https://play.example' };
  const evict = (policy: string) => redis.operator.config('SET', 'maxmemory-policy', policy);
  beforeEach(() => redis.operator.config('SET', 'maxmemory', '200mb'));

  it('is refused in production, by one line that says what to do', async () => {
    await evict('allkeys-lru');
    const refused = redis.startNode(PRODUCTION);
    await expect(refused).rejects.toThrow(
      /the server ended with 1:[^]*maxmemory-policy noeviction, or ALLOW_REDIS_EVICTION/,
    );
    await expect(refused).rejects.not.toThrow(/ {4}at /);
  });

  it('is accepted there where that is asked for, with a warning', async () => {
    await evict('allkeys-lru');
    const server = await redis.startNode({ ...PRODUCTION, ALLOW_REDIS_EVICTION: 'true' });
    await untilReady(server, 'ok');
    expect(server.output()).toContain('deletes keys when it is full (maxmemory-policy allkeys-lru)');
  });

  it('makes a node degraded where it is told to while that runs', async () => {
    const server = await redis.startNode(PRODUCTION);
    await untilReady(server, 'ok');
    await evict('volatile-lru');
    await untilReady(server, 'degraded', /^it deletes keys when it is full \(volatile-lru\)$/);
    await evict('noeviction');
    await untilReady(server, 'ok');
  });
});

it('a Redis that goes away is told to be away, and not to refuse', async () => {
  const server = await redis.startNode();
  await untilReady(server, 'ok');
  for (let outage = 0; outage < 3; outage++) {
    redis.server.pause();
    await untilReady(server, 'degraded', /^no answer$/);
    redis.server.resume();
    await untilReady(server, 'ok');
  }
  expect(redisErrorsOf(server)).toEqual([]);
});

it('a replica that only reads is told to be one', async () => {
  const primary = await startRedis();
  const server = await redis.startNode();
  await untilReady(server, 'ok');
  await redis.operator.replicaof('127.0.0.1', primary.port);
  await untilReady(server, 'degraded', /^it is a read-only replica$/);
  await redis.operator.replicaof('NO', 'ONE');
  await untilReady(server, 'ok');
  await primary.stop();
});

it('the rights that the documentation asks for are enough', async () => {
  const page = readFileSync(join(__dirname, '../../docs/operations.md'), 'utf8');
  const [, rules = ''] = /^ACL SETUSER aeturnis (.+)$/m.exec(page) ?? [];
  await redis.operator.call('ACL', 'SETUSER', 'aeturnis', ...rules.split(' '));
  const password = />(\S+)/.exec(rules)?.[1] ?? '';
  const nodes = [
    await redis.startNode({}, `aeturnis:${password}`),
    await redis.startNode({}, `aeturnis:${password}`),
  ] as const;
  const [here, there] = await Promise.all(
    nodes.map(async ({ url }) => connect(url, (await playAsGuest(url)).accessToken)),
  );
  await here?.send('chat:message', { channel: 'global', text: 'is anybody there?' });
  await there?.event('chat:message');
  for (const node of nodes) await untilReady(node, 'ok');
  expect(await redis.operator.call('ACL', 'LOG')).toEqual([]);
  for (const node of nodes) expect(node.output()).not.toMatch(/NOPERM/);
});
