/** Memberships survive the faults of Redis: lost scripts, lost data, a lost answer, cut connections, a restart. */
import { NodeIdentity } from '@aeturnis/platform';
import { Redis } from 'ioredis';
import { COMMAND_OPTIONS } from '../../libs/platform/src/redis/redis-options';
import { ONLINE } from '../../libs/realtime/src/cluster/presence/presence-store';
import { RedisMembershipStore } from '../../libs/realtime/src/cluster/stores/redis-membership-store';
import { RedisPresenceStore } from '../../libs/realtime/src/cluster/stores/redis-presence-store';
import { type RedisServer, startRedis } from '../support/redis/redis-server';
import { collectChanges, join, openNode, RedisCluster, pollUntil } from './membership-clusters';
import { MembershipTestNode } from './membership-test-node';

type Sweep = (...args: unknown[]) => Promise<string>;

const TIMING = { renewMs: 30, ttlMs: 10_000, sweepMs: 30, retryMs: 10 };
const names = (count: number, prefix = 'u') => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

describe('the membership store in Redis', () => {
  let cluster: RedisCluster;

  beforeEach(() => (cluster = new RedisCluster()));
  afterEach(() => cluster.close());

  it('sends its scripts again when Redis has lost them', async () => {
    const store = await openNode(cluster, 'a');
    await cluster.admin.script('FLUSH');
    expect(await store.apply([join('g', 'u')])).toEqual([{ outcome: 'entered' }]);
    await cluster.admin.script('FLUSH');
    expect(await Promise.all([store.renew(), store.apply([join('g', 'u')])])).toEqual([
      'held',
      [{ outcome: 'unchanged' }],
    ]);
  });

  it('returns a drain again whose answer was lost, except for users that have joined again since', async () => {
    const a = await openNode(cluster, 'a');
    const c = await openNode(cluster, 'c');
    await a.apply(names(20).map((user) => join('g', user)));
    await cluster.expireLeases('a');
    const line = cluster.connect({ enableAutoPipelining: false }) as Redis & Record<'membershipSweep', Sweep>;
    const b = cluster.node('b', 60_000, line);
    await b.open();
    const sweep: Sweep = line.membershipSweep.bind(line);
    line.membershipSweep = async (...args) => {
      await sweep(...args);
      throw new Error('no answer');
    };
    await expect(b.sweep()).rejects.toThrow('no answer');
    line.membershipSweep = sweep;
    expect(await c.apply([join('g', 'u3')])).toEqual([{ outcome: 'entered' }]);
    expect(await collectChanges(() => c.sweep())).toEqual([]);
    const announced = (await collectChanges(() => b.sweep())).map(({ userId }) => userId);
    expect([...announced, 'u3'].sort()).toEqual(names(20).sort());
  });

  it('is filled again after a loss of all data, and no change is announced', async () => {
    const newNode = (nodeId: string) => new MembershipTestNode(nodeId, cluster.node(nodeId), cluster.presence, TIMING);
    const [a, b] = [newNode('a'), newNode('b')];
    await Promise.all([a.membership.start(), b.membership.start()]);
    await Promise.all(names(600).map((user) => a.presence.onConnectionOpened(user, `socket of ${user}`)));
    await b.presence.onConnectionOpened('u7', 'other socket');
    await a.presence.setAttributes('u7', { status: 'invisible' });
    expect([a.takeEvents().length, b.takeEvents().length]).toEqual([600, 0]);
    await cluster.deleteAllKeys();
    await pollUntil(() => b.presence.sockets('u7'), { length: 2 });
    await pollUntil(() => b.presence.attributes(['u7']), [{ status: 'invisible' }]);
    expect(await b.membership.count(ONLINE)).toEqual({ count: 600, isLocal: false });
    expect([a.takeEvents(), b.takeEvents()]).toEqual([[], []]);
    expect((await cluster.presence.claimOverdue(0)).length).toBe(0);
    await Promise.all([a.presence.stop(), b.presence.stop()]);
    expect(a.events.length + b.events.length).toBe(600);
  });
});

describe('membership during an outage of Redis', () => {
  let redis: RedisServer;
  const clients: Redis[] = [];
  let nodes: [MembershipTestNode, MembershipTestNode];

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

  function newNode(nodeId: string): MembershipTestNode {
    const client = new Redis(redis.url, { ...COMMAND_OPTIONS, commandTimeout: 200 });
    clients.push(client.on('error', () => undefined));
    const store = new RedisMembershipStore(client, new NodeIdentity({ nodeId }));
    return new MembershipTestNode(nodeId, store, new RedisPresenceStore(client), TIMING);
  }

  const untilReconnected = (node: MembershipTestNode) =>
    pollUntil(() => node.membership.count('g'), { isLocal: false });

  it('survives a hang of Redis and a restart with loss of all data', async () => {
    const [a, b] = nodes;
    await Promise.all([untilReconnected(a), untilReconnected(b)]);
    await a.membership.join('g', 'u1', 's1');
    redis.pause();
    expect(await a.membership.join('g', 'u2', 's2')).toEqual({ outcome: 'entered', isLocal: true });
    redis.resume();
    await Promise.all([untilReconnected(a), untilReconnected(b)]);
    const { users } = await pollUntil(() => b.membership.members('g'), { isLocal: false });
    expect(users.sort()).toEqual(['u1', 'u2']);
    await redis.stop();
    await pollUntil(() => a.membership.count('g'), { isLocal: true });
    await a.membership.leave('g', 'u1', 's1');
    await a.membership.join('g', 'u3', 's3');
    await redis.restart();
    await Promise.all([untilReconnected(a), untilReconnected(b)]);
    await pollUntil(() => b.membership.count('g'), { count: 2 });
    expect((await b.membership.members('g')).users.sort()).toEqual(['u2', 'u3']);
    expect(a.events).toEqual(['g u1 entered', 'g u2 entered', 'g u1 left', 'g u3 entered']);
    expect(b.events).toEqual([]);
  });

  it('announces each change once while all connections are cut repeatedly', async () => {
    const admin = new Redis(redis.url);
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
      if (round % 3 === 0) await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      expect(
        (await Promise.all(moves)).every(({ outcome }) => outcome === (round % 2 === 0 ? 'entered' : 'left')),
      ).toBe(true);
    }
    admin.disconnect();
    await Promise.all(nodes.map(untilReconnected));
    expect(await nodes[0].membership.count('g')).toEqual({ count: 0, isLocal: false });
    for (const node of nodes) {
      expect(node.log).toContain('back');
      const all = names(20, `${node.nodeId}-`).flatMap((user) => Array.from({ length: rounds }, () => user));
      expect(node.events.map((line) => line.split(' ')[1]).sort()).toEqual(all.sort());
      const byUser = node.events.filter((line) => line.includes(`${node.nodeId}-0 `)).map((line) => line.split(' ')[2]);
      expect(byUser).toEqual(Array.from({ length: rounds }, (_, round) => (round % 2 === 0 ? 'entered' : 'left')));
    }
  });
});
