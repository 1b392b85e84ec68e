/** A Redis that answers but lacks permissions is reported by readiness, metrics, log and clients, and no event is lost. */
import { connect, playAsGuest } from '../support/clients/client';
import { readMetric } from '../support/servers/metrics';
import { redisErrorsOf, RestrictedRedis, waitForReadiness } from '../support/redis/restricted-redis';
import type { ServerProcess } from '../support/servers/server';

let redis: RestrictedRedis;
let nodes: ServerProcess[];

beforeAll(async () => {
  redis = await RestrictedRedis.start();
  nodes = await Promise.all([redis.startNode(), redis.startNode()]);
});
afterEach(async () => {
  await redis.setAclRules('+@all', '~*', '&*');
  await redis.operator.config('SET', 'maxmemory', '0');
});
afterAll(() => redis.stop());

const untilAll = (status: string, reason?: RegExp) =>
  Promise.all(nodes.map((node) => waitForReadiness(node, status, reason)));
const redisUpMetrics = () => Promise.all(nodes.map(({ url }) => readMetric(url, 'aeturnis_redis_up')));

it.each<[string, RegExp, () => Promise<unknown>, () => Promise<unknown>]>([
  ['publish', /may not run PUBLISH$/, () => redis.setAclRules('-publish'), () => redis.setAclRules('+publish')],
  ['script', /may not run EVALSHA$/, () => redis.setAclRules('-@scripting'), () => redis.setAclRules('+@scripting')],
  ['read its state', /may not run INFO$/, () => redis.setAclRules('-info'), () => redis.setAclRules('+info')],
  ['add to streams', /may not run XADD$/, () => redis.setAclRules('-xadd'), () => redis.setAclRules('+xadd')],
  ['set fields', /may not run HSET$/, () => redis.setAclRules('-hset'), () => redis.setAclRules('+hset')],
  ['add to sorted sets', /may not run ZADD$/, () => redis.setAclRules('-zadd'), () => redis.setAclRules('+zadd')],
  [
    'subscribe',
    /may not run SUBSCRIBE$/,
    () => redis.setAclRulesAndReconnect('-subscribe'),
    () => redis.setAclRules('+subscribe'),
  ],
  [
    'subscribe to patterns',
    /may not run PSUBSCRIBE$/,
    () => redis.setAclRulesAndReconnect('-psubscribe'),
    () => redis.setAclRules('+psubscribe'),
  ],
  ['use the keys', /may not use all keys$/, () => redis.setAclRules('resetkeys'), () => redis.setAclRules('~*')],
  [
    'use the channels',
    /may not use all channels$/,
    () => redis.setAclRules('resetchannels'),
    () => redis.setAclRules('&*'),
  ],
  [
    'use more memory',
    /^it is full \(maxmemory\)$/,
    () => redis.operator.config('SET', 'maxmemory', '1'),
    () => redis.operator.config('SET', 'maxmemory', '0'),
  ],
])(
  'without permission to %s, nodes are degraded, log the reason once, and recover by themselves',
  async (permission, reason, revoke, grant) => {
    await untilAll('ok');
    expect(await redisUpMetrics()).toEqual([1, 1]);
    const errorsBefore = nodes.map((node) => redisErrorsOf(node).length);
    const urls = [0, 0, 1, 1, 1].map((index) => nodes[index]?.url ?? '');
    const players = await Promise.all(urls.map((url) => playAsGuest(url)));
    const connectPlayer = (index: number, options = {}) =>
      connect(urls[index] ?? '', players[index]?.accessToken ?? '', options);
    const clients = await Promise.all([0, 1, 2].map((index) => connectPlayer(index)));
    const returning = await connectPlayer(4, { reconnection: true, reconnectionDelay: 500 });

    await revoke();
    await untilAll('degraded', reason);
    expect(await redisUpMetrics()).toEqual([0, 0]);
    clients.push(await connectPlayer(3));
    for (const client of clients) expect(await client.waitForEvent('system:error')).toMatchObject({ code: 'DEGRADED' });
    returning.clearReceived();
    returning.socket.io.engine.close();
    await returning.waitForEvent('system:connected');
    const [anna, ben, carl] = clients;
    const [first, second] = [`${permission}: still there?`, `${permission}: again`];
    await anna?.send('chat:message', { channel: 'global', text: first });
    await ben?.waitForEvent('chat:message', ({ text }) => text === first);
    for (const client of clients) expect(client.eventsNamed('system:error')).toHaveLength(1);

    await grant();
    await untilAll('ok');
    expect(await redisUpMetrics()).toEqual([1, 1]);
    for (const client of clients) await client.waitForEvent('system:recoverable');
    for (const [index, node] of nodes.entries()) {
      const errors = redisErrorsOf(node).slice(errorsBefore[index]);
      expect(errors).toEqual([expect.stringContaining('answers but cannot be used')]);
    }
    await anna?.send('chat:message', { channel: 'global', text: second });
    for (const client of [ben, carl]) {
      await client?.waitForEvent('chat:message', ({ text }) => text === second);
      expect(client?.eventsNamed('chat:message').map(({ text }) => text)).toEqual([first, second]);
    }
    // Once, if the first entries of the journal were lost with the permission, not once for each of them.
    for (const client of clients) expect(client.eventsNamed('system:resync').length).toBeLessThan(3);
    for (const client of [...clients, returning]) client.socket.disconnect();
  },
  90_000,
);
