/** What a Redis has to permit, one right after another taken away, and when one deletes what clients still have to get. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { COMMANDS, refusedCommand } from '../../libs/platform/src/redis/command-rights';
import { evictionPolicy } from '../../libs/platform/src/redis/eviction';
import { reasonOf } from '../../libs/platform/src/redis/reply';
import { type RedisServer, startRedis } from '../support/redis-server';

const names = [...new Set(COMMANDS.map(([name]) => name))];
const KEY = 'usage';

let server: RedisServer;
let operator: Redis;
let weak: Redis;

beforeAll(async () => {
  server = await startRedis();
  operator = new Redis(server.url);
  await operator.call('ACL', 'SETUSER', 'weak', 'on', '>weak-password', '~*', '&*', '+@all');
  weak = new Redis(server.url.replace('//', '//weak:weak-password@'));
});
afterAll(async () => {
  operator.disconnect();
  weak.disconnect();
  await server.stop();
});

it('every command that a script calls is tried', () => {
  const called = ['libs', 'apps'].flatMap((folder) =>
    readdirSync(join(__dirname, '../..', folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
      .map((file) => readFileSync(join(__dirname, '../..', folder, file), 'utf8'))
      .flatMap((text) => [...text.matchAll(/redis\.p?call\('(\w+)'/gi)].map(([, name = '']) => name.toUpperCase())),
  );
  expect(called.length).toBeGreaterThan(50);
  expect([...new Set(called)].sort()).toEqual([...names].sort());
});

it('with all rights nothing is refused, and the key that was tried is gone', async () => {
  expect(await refusedCommand(weak, KEY)).toBeNull();
  expect(await operator.keys('*')).toEqual([]);
});

it.each(names)('without the right to run %s, it is told', async (name = '') => {
  await operator.call('ACL', 'SETUSER', 'weak', `-${name}`);
  const refused = await refusedCommand(weak, KEY);
  await operator.call('ACL', 'SETUSER', 'weak', `+${name}`);
  expect(refused?.command).toBe(name);
  expect(reasonOf(refused?.message ?? '', refused?.command)).toBe(`the user may not run ${name}`);
  expect(await refusedCommand(weak, KEY)).toBeNull();
});

it.each([
  ['0', 'allkeys-lru', null],
  ['100mb', 'noeviction', null],
  ['100mb', 'allkeys-lru', 'allkeys-lru'],
  ['100mb', 'volatile-ttl', 'volatile-ttl'],
])('maxmemory %s with %s: deletes by %s', async (limit, policy, deletesBy) => {
  await operator.config('SET', 'maxmemory', limit);
  await operator.config('SET', 'maxmemory-policy', policy);
  expect(evictionPolicy(await operator.info('memory'))).toBe(deletesBy);
});

it.each([
  ['MOVED 16056 127.0.0.1:7001', 'it is a part of a cluster that does not hold the keys of this server'],
  ['CLUSTERDOWN The cluster is down', 'its cluster is down'],
  ['NOREPLICAS Not enough good replicas to write.', 'it has too few replicas to write'],
  ['something new', 'it refuses to write or to publish'],
])('%s: %s', (message, reason) => {
  expect(reasonOf(message)).toBe(reason);
});
