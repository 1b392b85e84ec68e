/** The Redis permissions that the server needs, checked one by one, and the eviction policies that can lose data. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { SCRIPT_COMMANDS, findRefusedCommand } from '../../libs/platform/src/redis/command-permissions';
import { evictionPolicy } from '../../libs/platform/src/redis/eviction-policy';
import { describeRefusal } from '../../libs/platform/src/redis/reply-error';
import { type RedisServer, startRedis } from '../support/redis/redis-server';

const names = [...new Set(SCRIPT_COMMANDS.map(([name]) => name))];
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

it('every command that a script calls is checked', () => {
  const called = ['libs', 'apps'].flatMap((folder) =>
    readdirSync(join(__dirname, '../..', folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.lua'))
      .map((file) => readFileSync(join(__dirname, '../..', folder, file), 'utf8'))
      .flatMap((text) => [...text.matchAll(/redis\.p?call\('(\w+)'/gi)].map(([, name = '']) => name.toUpperCase())),
  );
  expect(called.length).toBeGreaterThan(50);
  expect([...new Set(called)].sort()).toEqual([...names].sort());
});

it('with all permissions no command is refused, and the check deletes its key', async () => {
  expect(await findRefusedCommand(weak, KEY)).toBeNull();
  expect(await operator.keys('*')).toEqual([]);
});

it.each(names)('without permission for %s, the check names the command', async (name = '') => {
  await operator.call('ACL', 'SETUSER', 'weak', `-${name}`);
  const refused = await findRefusedCommand(weak, KEY);
  await operator.call('ACL', 'SETUSER', 'weak', `+${name}`);
  expect(refused?.command).toBe(name);
  expect(describeRefusal(refused?.message ?? '', refused?.command)).toBe(`the user may not run ${name}`);
  expect(await findRefusedCommand(weak, KEY)).toBeNull();
});

it.each([
  ['0', 'allkeys-lru', null],
  ['100mb', 'noeviction', null],
  ['100mb', 'allkeys-lru', 'allkeys-lru'],
  ['100mb', 'volatile-ttl', 'volatile-ttl'],
])('maxmemory %s with policy %s: reports eviction policy %s', async (limit, policy, deletesBy) => {
  await operator.config('SET', 'maxmemory', limit);
  await operator.config('SET', 'maxmemory-policy', policy);
  expect(evictionPolicy(await operator.info('memory'))).toBe(deletesBy);
});

it.each([
  ['MOVED 16056 127.0.0.1:7001', 'it is a part of a cluster that does not hold the keys of this server'],
  ['CLUSTERDOWN The cluster is down', 'its cluster is down'],
  ['NOREPLICAS Not enough good replicas to write.', 'it has too few replicas to write'],
  ['something new', 'it refuses to write or to publish'],
])('describes the refusal %s as: %s', (message, reason) => {
  expect(describeRefusal(message)).toBe(reason);
});
