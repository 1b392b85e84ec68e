/** Clusters in memory and in Redis for the membership suites: real stores whose leases a test can end. */
import { randomUUID } from 'node:crypto';
import { NodeIdentity } from '@aeturnis/platform';
import { Redis, type RedisOptions } from 'ioredis';
import type {
  DrainResult,
  MembershipOp,
  MembersPage,
} from '../../libs/realtime/src/cluster/membership/membership-store';
import type { OnlineChange, PresenceStore } from '../../libs/realtime/src/cluster/presence/presence-store';
import { MemoryCluster } from '../../libs/realtime/src/cluster/stores/memory-cluster';
import { MemoryMembershipStore } from '../../libs/realtime/src/cluster/stores/memory-membership-store';
import { RedisMembershipStore } from '../../libs/realtime/src/cluster/stores/redis-membership-store';
import { RedisPresenceStore } from '../../libs/realtime/src/cluster/stores/redis-presence-store';
import { drainAll } from '../../libs/realtime/src/cluster/membership/lease-recovery';
import { COMMAND_OPTIONS } from '../../libs/platform/src/redis/redis-options';
import { commonRedisUrl } from '../support/service-urls';

export const join = (group: string, userId: string, capacity?: number): MembershipOp => ({
  kind: 'join',
  group,
  userId,
  ...(capacity !== undefined && { capacity }),
});
export const leave = (group: string, userId: string): MembershipOp => ({ kind: 'leave', group, userId });

/** Takes the operations of presence as well. */
export type TestStore = MemoryMembershipStore | RedisMembershipStore;

export interface TestCluster {
  readonly presence: PresenceStore;
  /** A node whose store is not open yet. */
  node(nodeId: string, ttlMs?: number): TestStore;
  /** Ends the leases of all incarnations of a node at once. */
  expireLeases(nodeId: string): Promise<void>;
  close(): Promise<void>;
}

/** So long that no lease ends by itself, however slow the machine. */
const TTL_MS = 600_000;

function memoryCluster(): TestCluster {
  const cluster = new MemoryCluster(() => Date.now());
  return {
    presence: cluster.presence,
    node: (nodeId, ttlMs = TTL_MS) => new MemoryMembershipStore(cluster, new NodeIdentity({ nodeId }), ttlMs),
    expireLeases: async (nodeId) => {
      for (const [name, holder] of cluster.incarnations) if (name.startsWith(`${nodeId}:`)) holder.expiresAt = 1;
    },
    close: async () => undefined,
  };
}

export class RedisCluster implements TestCluster {
  readonly baseKey = `{test:${randomUUID()}}:members`;
  private readonly clients: Redis[] = [];
  readonly admin = this.connect();
  readonly presence = new RedisPresenceStore(this.admin, this.baseKey);

  node(nodeId: string, ttlMs = TTL_MS, client = this.connect()): TestStore {
    return new RedisMembershipStore(client, new NodeIdentity({ nodeId }), ttlMs, this.baseKey);
  }

  async expireLeases(nodeId: string): Promise<void> {
    const leases = `${this.baseKey}:leases`;
    for (const name of await this.admin.zrange(leases, '0', '-1')) {
      if (name.startsWith(`${nodeId}:`)) await this.admin.zadd(leases, 'XX', '1', name);
    }
  }

  /** The effect of a restart of Redis without persistence on this cluster. */
  async deleteAllKeys(): Promise<void> {
    const keys = await this.admin.keys(`${this.baseKey}:*`);
    if (keys.length > 0) await this.admin.del(...keys);
  }

  async close(): Promise<void> {
    await this.deleteAllKeys();
    for (const client of this.clients) client.disconnect();
  }

  connect(options: RedisOptions = {}): Redis {
    const client = new Redis(commonRedisUrl(), { ...COMMAND_OPTIONS, enableOfflineQueue: true, ...options });
    this.clients.push(client.on('error', () => undefined));
    return client;
  }
}

export async function openNode(cluster: TestCluster, nodeId: string, ttlMs?: number): Promise<TestStore> {
  const store = cluster.node(nodeId, ttlMs);
  await store.open();
  return store;
}

type OpenCluster = Record<'a' | 'b' | 'c', TestStore> & { cluster: TestCluster; presence: PresenceStore };
type ClusterTest = (title: string, run: (nodes: OpenCluster) => Promise<void>) => void;

/** Runs a suite over memory and over Redis, each of its tests on a new cluster with the open nodes `a`, `b` and `c`. */
export function describeClusters(subject: string, suite: (it: ClusterTest) => void): void {
  const kinds: [string, () => TestCluster][] = [
    ['memory', memoryCluster],
    ['Redis', () => new RedisCluster()],
  ];
  describe.each(kinds)(`${subject} in %s`, (_kind, create) =>
    suite((title, run) =>
      it(title, async () => {
        const cluster = create();
        try {
          const nodes = { a: cluster.node('a'), b: cluster.node('b'), c: cluster.node('c') };
          await Promise.all(Object.values(nodes).map((store) => store.open()));
          await run({ cluster, presence: cluster.presence, ...nodes });
        } finally {
          await cluster.close();
        }
      }),
    ),
  );
}

/** All changes that a drain reports, however many calls it takes. */
export async function collectChanges(drain: () => Promise<DrainResult>): Promise<OnlineChange[]> {
  const collected: OnlineChange[] = [];
  await drainAll(drain, (changes) => collected.push(...changes));
  return collected;
}

export async function allMembers(store: TestStore, group: string, limit = 100): Promise<string[]> {
  const users = new Set<string>();
  for (let cursor: string | undefined = '0'; cursor !== undefined;) {
    const page: MembersPage = await store.members(group, { cursor, limit });
    for (const user of page.users) users.add(user);
    cursor = page.next;
  }
  return [...users].sort();
}

const PATIENCE_MS = 15_000;

/** Repeats a query until its answer contains the expected value. @throws with the difference after `PATIENCE_MS`. */
export async function pollUntil<T>(query: () => Promise<T>, expected: unknown): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS; ;) {
    const answer = await query();
    try {
      expect({ answer }).toMatchObject({ answer: expected });
      return answer;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
