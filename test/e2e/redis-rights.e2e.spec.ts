/** A Redis that answers and cannot be used: readiness, metrics, the log and every client are told, and nothing is lost. */
import { connect, playAsGuest } from '../support/client';
import { metric } from '../support/metrics';
import { redisErrorsOf, RestrictedRedis, untilReady } from '../support/restricted-redis';
import type { ServerProcess } from '../support/server';

let redis: RestrictedRedis;
let nodes: ServerProcess[];

beforeAll(async () => {
  redis = await RestrictedRedis.start();
  nodes = await Promise.all([redis.startNode(), redis.startNode()]);
});
afterEach(async () => {
  await redis.permit('+@all', '~*', '&*');
  await redis.operator.config('SET', 'maxmemory', '0');
});
afterAll(() => redis.stop());

const untilAll = (status: string, reason?: RegExp) =>
  Promise.all(nodes.map((node) => untilReady(node, status, reason)));
const up = () => Promise.all(nodes.map(({ url }) => metric(url, 'aeturnis_redis_up')));

it.each<[string, RegExp, () => Promise<unknown>, () => Promise<unknown>]>([
  ['publish', /may not run PUBLISH$/, () => redis.permit('-publish'), () => redis.permit('+publish')],
  ['run scripts', /may not run EVALSHA$/, () => redis.permit('-@scripting'), () => redis.permit('+@scripting')],
  ['ask what it is', /may not run INFO$/, () => redis.permit('-info'), () => redis.permit('+info')],
  ['add to streams', /may not run XADD$/, () => redis.permit('-xadd'), () => redis.permit('+xadd')],
  ['set fields', /may not run HSET$/, () => redis.permit('-hset'), () => redis.permit('+hset')],
  ['add to sorted sets', /may not run ZADD$/, () => redis.permit('-zadd'), () => redis.permit('+zadd')],
  ['subscribe', /may not run SUBSCRIBE$/, () => redis.permitAnew('-subscribe'), () => redis.permit('+subscribe')],
  [
    'subscribe to patterns',
    /may not run PSUBSCRIBE$/,
    () => redis.permitAnew('-psubscribe'),
    () => redis.permit('+psubscribe'),
  ],
  ['use its keys', /may not use all keys$/, () => redis.permit('resetkeys'), () => redis.permit('~*')],
  ['use its channels', /may not use all channels$/, () => redis.permit('resetchannels'), () => redis.permit('&*')],
  [
    'use more memory',
    /^it is full \(maxmemory\)$/,
    () => redis.operator.config('SET', 'maxmemory', '1'),
    () => redis.operator.config('SET', 'maxmemory', '0'),
  ],
])(
  'no right to %s: nodes are degraded and say why, once, and by themselves they are well again',
  async (what, reason, spoil, mend) => {
    await untilAll('ok');
    expect(await up()).toEqual([1, 1]);
    const errorsBefore = nodes.map((node) => redisErrorsOf(node).length);
    const places = [0, 0, 1, 1, 1].map((index) => nodes[index]?.url ?? '');
    const players = await Promise.all(places.map((url) => playAsGuest(url)));
    const comes = (index: number, options = {}) =>
      connect(places[index] ?? '', players[index]?.accessToken ?? '', options);
    const clients = await Promise.all([0, 1, 2].map((index) => comes(index)));
    const returning = await comes(4, { reconnection: true, reconnectionDelay: 500 });

    await spoil();
    await untilAll('degraded', reason);
    expect(await up()).toEqual([0, 0]);
    clients.push(await comes(3));
    for (const client of clients) expect(await client.event('system:error')).toMatchObject({ code: 'DEGRADED' });
    returning.forget();
    returning.socket.io.engine.close();
    await returning.event('system:connected');
    const [anna, ben, carl] = clients;
    const [first, second] = [`${what}: still there?`, `${what}: again`];
    await anna?.send('chat:message', { channel: 'global', text: first });
    await ben?.event('chat:message', ({ text }) => text === first);
    for (const client of clients) expect(client.all('system:error')).toHaveLength(1);

    await mend();
    await untilAll('ok');
    expect(await up()).toEqual([1, 1]);
    for (const client of clients) await client.event('system:recoverable');
    for (const [index, node] of nodes.entries()) {
      const errors = redisErrorsOf(node).slice(errorsBefore[index]);
      expect(errors).toEqual([expect.stringContaining('answers, and cannot be used')]);
    }
    await anna?.send('chat:message', { channel: 'global', text: second });
    for (const client of [ben, carl]) {
      await client?.event('chat:message', ({ text }) => text === second);
      expect(client?.all('chat:message').map(({ text }) => text)).toEqual([first, second]);
    }
    // Once where a number of the journal was used up at its very beginning, not once for each of them.
    for (const client of clients) expect(client.all('system:resync').length).toBeLessThan(3);
    for (const client of [...clients, returning]) client.socket.disconnect();
  },
  90_000,
);
