/** Readiness, metrics and log report the state of Redis: unreachable, a replica, evicting keys, or with too few permissions. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, playAsGuest, waitUntil } from '../support/clients/client';
import { startRedis } from '../support/redis/redis-server';
import { redisErrorsOf, RestrictedRedis, waitForReadiness } from '../support/redis/restricted-redis';

let redis: RestrictedRedis;

beforeEach(async () => {
  redis = await RestrictedRedis.start();
});
afterEach(() => redis.stop());

it('a node that starts without a permission reports it at once, and works once it is granted', async () => {
  await redis.setAclRules('-psubscribe', '-subscribe');
  const nodes = await Promise.all([redis.startNode(), redis.startNode()]);
  for (const node of nodes) await waitForReadiness(node, 'degraded', /may not run P?SUBSCRIBE$/);
  await redis.setAclRules('+psubscribe', '+subscribe');
  for (const node of nodes) await waitForReadiness(node, 'ok');
  const [anna, ben] = await Promise.all(
    nodes.map(async ({ url }) => connect(url, (await playAsGuest(url)).accessToken)),
  );
  await anna?.send('chat:message', { channel: 'global', text: 'over there?' });
  await ben?.waitForEvent('chat:message', ({ text }) => text === 'over there?');
  for (const client of [anna, ben]) client?.socket.disconnect();
}, 60_000);

it('a permission for other keys than those of the node is reported', async () => {
  const server = await redis.startNode();
  await waitForReadiness(server, 'ok');
  await redis.setAclRules('resetkeys', '~aeturnis:*');
  await waitForReadiness(server, 'degraded', /^the user may not use all keys$/);
});

it('with sharded pub/sub, the permission for SPUBLISH is checked', async () => {
  const server = await redis.startNode({ REDIS_PUBSUB: 'sharded' });
  await waitForReadiness(server, 'ok');
  await redis.setAclRules('-publish', '-subscribe', '-psubscribe');
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  await waitForReadiness(server, 'ok');
  await redis.setAclRules('-spublish');
  await waitForReadiness(server, 'degraded', /^the user may not run SPUBLISH$/);
});

it('a block made while nodes cannot publish takes effect on the other node soon after', async () => {
  const nodes = await Promise.all([redis.startNode(), redis.startNode()]);
  for (const node of nodes) await waitForReadiness(node, 'ok');
  const [first, second] = await Promise.all(nodes.map(async ({ url }) => ({ url, ...(await playAsGuest(url)) })));
  if (!first || !second) throw new Error('the test needs two players');
  const [anna, ben] = await Promise.all([first, second].map(({ url, accessToken }) => connect(url, accessToken)));
  await redis.setAclRules('-publish');
  await waitForReadiness(nodes[0], 'degraded');
  await anna?.send('block:add', { userId: second.id });
  await redis.setAclRules('+publish');
  for (const node of nodes) await waitForReadiness(node, 'ok');
  let count = 0;
  await waitUntil(
    async () => {
      const text = `whisper ${++count}`;
      await ben?.send('chat:whisper', { toUserId: first.id, text });
      await anna?.roundTrip();
      return !anna?.eventsNamed('chat:whisper').some((message) => message.text === text);
    },
    'the block takes effect',
    20_000,
  );
  for (const client of [anna, ben]) client?.socket.disconnect();
}, 60_000);

describe('a Redis that evicts keys', () => {
  const PRODUCTION = { NODE_ENV: 'production', SOCKET_CORS_ORIGIN: 'https://play.example' };
  const evict = (policy: string) => redis.operator.config('SET', 'maxmemory-policy', policy);
  beforeEach(() => redis.operator.config('SET', 'maxmemory', '200mb'));

  it('is refused in production, in one line with the remedy', async () => {
    await evict('allkeys-lru');
    const refused = redis.startNode(PRODUCTION);
    await expect(refused).rejects.toThrow(
      /the server ended with 1:[^]*maxmemory-policy noeviction, or ALLOW_REDIS_EVICTION/,
    );
    await expect(refused).rejects.not.toThrow(/ {4}at /);
  });

  it('is accepted in production if the configuration allows it, with a warning', async () => {
    await evict('allkeys-lru');
    const server = await redis.startNode({ ...PRODUCTION, ALLOW_REDIS_EVICTION: 'true' });
    await waitForReadiness(server, 'ok');
    expect(server.output()).toContain('deletes keys when it is full (maxmemory-policy allkeys-lru)');
  });

  it('degrades a node when its policy changes at run time', async () => {
    const server = await redis.startNode(PRODUCTION);
    await waitForReadiness(server, 'ok');
    await evict('volatile-lru');
    await waitForReadiness(server, 'degraded', /^it deletes keys when it is full \(volatile-lru\)$/);
    await evict('noeviction');
    await waitForReadiness(server, 'ok');
  });
});

it('a Redis that does not answer is reported as such, not as refusing', async () => {
  const server = await redis.startNode();
  await waitForReadiness(server, 'ok');
  for (let outage = 0; outage < 3; outage++) {
    redis.server.pause();
    await waitForReadiness(server, 'degraded', /^no answer$/);
    redis.server.resume();
    await waitForReadiness(server, 'ok');
  }
  expect(redisErrorsOf(server)).toEqual([]);
});

it('a read-only replica is reported as such', async () => {
  const primary = await startRedis();
  const server = await redis.startNode();
  await waitForReadiness(server, 'ok');
  await redis.operator.replicaof('127.0.0.1', primary.port);
  await waitForReadiness(server, 'degraded', /^it is a read-only replica$/);
  await redis.operator.replicaof('NO', 'ONE');
  await waitForReadiness(server, 'ok');
  await primary.stop();
});

it('the permissions in the documentation suffice', async () => {
  const page = readFileSync(join(__dirname, '../../docs/operations.md'), 'utf8');
  const [, rules = ''] = /^ACL SETUSER aeturnis (.+)$/m.exec(page) ?? [];
  await redis.operator.call('ACL', 'SETUSER', 'aeturnis', ...rules.split(' '));
  const password = />(\S+)/.exec(rules)?.[1] ?? '';
  const nodes = [
    await redis.startNode({}, `aeturnis:${password}`),
    await redis.startNode({}, `aeturnis:${password}`),
  ] as const;
  const [anna, ben] = await Promise.all(
    nodes.map(async ({ url }) => connect(url, (await playAsGuest(url)).accessToken)),
  );
  await anna?.send('chat:message', { channel: 'global', text: 'hello' });
  await ben?.waitForEvent('chat:message');
  for (const node of nodes) await waitForReadiness(node, 'ok');
  expect(await redis.operator.call('ACL', 'LOG')).toEqual([]);
  for (const node of nodes) expect(node.output()).not.toMatch(/NOPERM/);
});
