/** What only Redis can do to memberships: lose its scripts, its data, an answer, its connections, or itself. */
import { Redis } from 'ioredis';
import { COMMAND_OPTIONS } from '../../libs/platform/src/redis/redis-options';
import { type MembershipOp, ONLINE } from '../../libs/realtime/src/membership/membership-store';
import { RedisMembershipStore } from '../../libs/realtime/src/membership/redis-membership-store';
import { type RedisServer, startRedis } from '../support/redis-server';
import { collect, openNodes, RedisCluster, until } from './membership-clusters';
import { TestNode } from './membership-nodes';

const join = (group: string, userId: string): MembershipOp => ({ kind: 'join', group, userId });
type Sweep = (...args: unknown[]) => Promise<string>;

const TIMING = { renewMs: 30, ttlMs: 10_000, sweepMs: 30, retryMs: 10 };
const names = (count: number, prefix = 'u') => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

describe('the store in Redis', () => {
  let cluster: RedisCluster;

  beforeEach(() => (cluster = new RedisCluster()));
  afterEach(() => cluster.close());

  it('brings its scripts along when Redis has forgotten them', async () => {
    const [store] = await openNodes(cluster, 'a');
    await cluster.admin.script('FLUSH');
    expect(await store!.apply([join('g', 'u')])).toEqual([{ outcome: 'entered' }]);
    await cluster.admin.script('FLUSH');
    expect(await Promise.all([store!.renew(), store!.apply([join('g', 'u')])])).toEqual([
      'held',
      [{ outcome: 'unchanged' }],
    ]);
  });

  it('answers a drain again that was not heard, but for those who have come back', async () => {
    const [a, c] = await openNodes(cluster, 'a', 'c');
    await a!.apply(names(20).map((user) => join('g', user)));
    await cluster.lapse('a');
    const line = cluster.connect({ enableAutoPipelining: false }) as Redis & Record<'membershipSweep', Sweep>;
    const b = new RedisMembershipStore(line, 'b', { ttlMs: 60_000, prefix: cluster.prefix });
    await b.open();
    const sweep: Sweep = line.membershipSweep.bind(line);
    line.membershipSweep = async (...args) => {
      await sweep(...args);
      throw new Error('no answer');
    };
    await expect(b.sweep()).rejects.toThrow('no answer');
    line.membershipSweep = sweep;
    expect(await c!.apply([join('g', 'u3')])).toEqual([{ outcome: 'entered' }]);
    expect(await collect(() => c!.sweep())).toEqual([]);
    const told = (await collect(() => b.sweep())).map(({ userId }) => userId);
    expect(told.sort()).toEqual(
      names(20)
        .filter((user) => user !== 'u3')
        .sort(),
    );
  });

  it('is filled again when it has lost everything, and nobody is told', async () => {
    const nodes = ['a', 'b'].map(
      (nodeId) => new TestNode(nodeId, cluster.node(nodeId), { timing: TIMING, lingerMs: 0 }),
    );
    const [a, b] = nodes as [TestNode, TestNode];
    await Promise.all(nodes.map(({ membership }) => membership.start()));
    await Promise.all(names(600).map((user) => a.membership.join(ONLINE, user, `socket of ${user}`)));
    await b.membership.join(ONLINE, 'u7', 'other socket');
    await a.membership.setAttributes('u7', { status: 'invisible' });
    const before = [a.heard(), b.heard()];
    expect(before.map(({ length }) => length)).toEqual([600, 0]);
    await cluster.empty();
    await until(
      () => b.membership.sockets('u7'),
      (sockets) => sockets.length === 2,
    );
    await until(
      () => b.membership.attributes(['u7']),
      ([attributes]) => attributes?.['status'] === 'invisible',
    );
    expect(await b.membership.count(ONLINE)).toEqual({ count: 600, local: false });
    expect([a.heard(), b.heard()]).toEqual([[], []]);
    expect((await cluster.node('c').untold()).length).toBe(0);
    await Promise.all(nodes.map(({ membership }) => membership.stop()));
    expect(a.told.length + b.told.length).toBe(600);
  });
});

describe('membership while Redis is away', () => {
  let redis: RedisServer;
  const clients: Redis[] = [];
  let nodes: [TestNode, TestNode];

  beforeAll(async () => {
    redis = await startRedis();
  });
  beforeEach(async () => {
    nodes = [newNode('a'), newNode('b')];
    await Promise.all(nodes.map(({ membership }) => membership.start()));
  });
  afterEach(async () => {
    await Promise.all(nodes.map(({ membership }) => membership.stop()));
    for (const client of clients.splice(0)) client.disconnect();
  });
  afterAll(() => redis.stop());

  function newNode(nodeId: string): TestNode {
    const client = new Redis(redis.url, { ...COMMAND_OPTIONS, commandTimeout: 200 });
    clients.push(client.on('error', () => undefined));
    return new TestNode(nodeId, new RedisMembershipStore(client, nodeId), { timing: TIMING, lingerMs: 0 });
  }

  const back = (node: TestNode) =>
    until(
      () => node.membership.count('g'),
      ({ local }) => !local,
    );

  it('lives through a hang and a restart that loses everything', async () => {
    const [a, b] = nodes;
    await Promise.all([back(a), back(b)]);
    await a.membership.join('g', 'u1', 's1');
    redis.pause();
    expect(await a.membership.join('g', 'u2', 's2')).toEqual({ outcome: 'entered', local: true });
    redis.resume();
    await Promise.all([back(a), back(b)]);
    const { users } = await until(
      () => b.membership.members('g'),
      ({ local }) => !local,
    );
    expect(users.sort()).toEqual(['u1', 'u2']);
    await redis.stop();
    await until(
      () => a.membership.count('g'),
      ({ local }) => local,
    );
    await a.membership.leave('g', 'u1', 's1');
    await a.membership.join('g', 'u3', 's3');
    await redis.restart();
    await Promise.all([back(a), back(b)]);
    await until(
      () => b.membership.count('g'),
      ({ count }) => count === 2,
    );
    expect((await b.membership.members('g')).users.sort()).toEqual(['u2', 'u3']);
    expect(a.told).toEqual(['g u1 entered', 'g u2 entered', 'g u1 left', 'g u3 entered']);
    expect(b.told).toEqual([]);
  });

  it('tells each change once while all connections are cut again and again', async () => {
    const knife = new Redis(redis.url);
    const rounds = 60;
    const inside = new Map(nodes.map((node) => [node, new Set<string>()]));
    for (let round = 0; round < rounds; round++) {
      const moves = nodes.flatMap((node) =>
        names(20, `${node.nodeId}-`).map((user) => {
          const users = inside.get(node)!;
          if (users.delete(user)) return node.membership.leave('g', user, 's');
          users.add(user);
          return node.membership.join('g', user, 's');
        }),
      );
      if (round % 3 === 0) await knife.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      expect(
        (await Promise.all(moves)).every(({ outcome }) => outcome === (round % 2 === 0 ? 'entered' : 'left')),
      ).toBe(true);
    }
    knife.disconnect();
    await Promise.all(nodes.map(back));
    expect(await nodes[0].membership.count('g')).toEqual({ count: 0, local: false });
    for (const node of nodes) {
      expect(node.log).toContain('back');
      const all = names(20, `${node.nodeId}-`).flatMap((user) => Array.from({ length: rounds }, () => user));
      expect(node.told.map((line) => line.split(' ')[1]).sort()).toEqual(all.sort());
      const byUser = node.told.filter((line) => line.includes(`${node.nodeId}-0 `)).map((line) => line.split(' ')[2]);
      expect(byUser).toEqual(Array.from({ length: rounds }, (_, round) => (round % 2 === 0 ? 'entered' : 'left')));
    }
  });
});
