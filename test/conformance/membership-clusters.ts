/** Clusters of both kinds for the membership suites: real stores, of which a test can open some and end leases. */
import { randomUUID } from 'node:crypto';
import { Redis, type RedisOptions } from 'ioredis';
import { MemoryCluster } from '../../libs/realtime/src/membership/memory-cluster';
import { MemoryMembershipStore } from '../../libs/realtime/src/membership/memory-membership-store';
import type { Drained, MembershipChange, MembershipStore } from '../../libs/realtime/src/membership/membership-store';
import { RedisMembershipStore } from '../../libs/realtime/src/membership/redis-membership-store';
import { drainAll } from '../../libs/realtime/src/membership/reopen';
import { COMMAND_OPTIONS } from '../../libs/platform/src/redis/redis-options';
import { commonRedisUrl } from '../support/service-urls';

export interface TestCluster {
  /** A node that has not opened yet. */
  node(nodeId: string, ttlMs?: number, untoldMs?: number): MembershipStore;
  /** Ends the leases of all incarnations of a node, now. */
  lapse(nodeId: string): Promise<void>;
  close(): Promise<void>;
}

/** Long enough that no lease ends by itself, however slow the machine. */
const TTL_MS = 600_000;

export function memoryCluster(): TestCluster {
  const cluster = new MemoryCluster(() => Date.now());
  return {
    node: (nodeId, ttlMs = TTL_MS, untoldMs = 0) => new MemoryMembershipStore(cluster, nodeId, ttlMs, untoldMs),
    lapse: async (nodeId) => {
      for (const [name, holder] of cluster.holders) if (name.startsWith(`${nodeId}:`)) holder.expiresAt = 1;
    },
    close: async () => undefined,
  };
}

export class RedisCluster implements TestCluster {
  readonly prefix = `{test:${randomUUID()}}`;
  private readonly clients: Redis[] = [];
  readonly admin = this.connect();

  node(nodeId: string, ttlMs = TTL_MS, untoldMs = 0): MembershipStore {
    return new RedisMembershipStore(this.connect(), nodeId, { ttlMs, untoldMs, prefix: this.prefix });
  }

  async lapse(nodeId: string): Promise<void> {
    const leases = `${this.prefix}:members:leases`;
    for (const name of await this.admin.zrange(leases, '0', '-1')) {
      if (name.startsWith(`${nodeId}:`)) await this.admin.zadd(leases, 'XX', '1', name);
    }
  }

  /** What a restart without persistence does to this cluster. */
  async empty(): Promise<void> {
    const keys = await this.admin.keys(`${this.prefix}:*`);
    if (keys.length > 0) await this.admin.del(...keys);
  }

  async close(): Promise<void> {
    await this.empty();
    for (const client of this.clients) client.disconnect();
  }

  connect(options: RedisOptions = {}): Redis {
    const url = commonRedisUrl();
    const client = new Redis(url, { ...COMMAND_OPTIONS, enableOfflineQueue: true, ...options });
    this.clients.push(client.on('error', () => undefined));
    return client;
  }
}

export const KINDS: readonly [string, () => TestCluster][] = [
  ['memory', memoryCluster],
  ['Redis', () => new RedisCluster()],
];

/** Opens a node for each id. */
export function openNodes(cluster: TestCluster, ...nodeIds: string[]): Promise<MembershipStore[]> {
  return Promise.all(
    nodeIds.map(async (nodeId) => {
      const store = cluster.node(nodeId);
      await store.open();
      return store;
    }),
  );
}

/** All that a drain tells, however many calls it takes. */
export async function collect(drain: () => Promise<Drained>): Promise<MembershipChange[]> {
  const told: MembershipChange[] = [];
  await drainAll(drain, (changes) => told.push(...changes));
  return told;
}

export async function allMembers(store: MembershipStore, group: string, limit?: number): Promise<string[]> {
  const users = new Set<string>();
  for (let cursor: string | undefined = undefined, more = true; more;) {
    const page = await store.members(group, { ...(cursor && { cursor }), ...(limit && { limit }) });
    for (const user of page.users) users.add(user);
    cursor = page.next;
    more = cursor !== undefined;
  }
  return [...users].sort();
}

const PATIENCE_MS = 15_000;

/** Asks until the answer is good. @throws with the last answer when that never comes. */
export async function until<T>(ask: () => Promise<T>, good: (answer: T) => boolean): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS; ;) {
    const answer = await ask();
    if (good(answer)) return answer;
    if (Date.now() > end) throw new Error(`still ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
