/** Asserts that nothing remains when all clients have left: connections, rooms, memberships, leases, Redis connections. */
import type { Redis } from 'ioredis';
import { closeClients, waitUntil } from '../../../support/clients/client';
import type { ChaosNode } from '../chaos-node';
import type { ChaosCluster } from '../chaos-cluster';

const MEMBERSHIP_KINDS = ['group', 'held', 'sockets', 'attributes'];
/** The lease of a killed node expires first; then a sweep removes its memberships. */
const SWEEP_TIMEOUT_MS = 25_000;
const STABLE_CHECKS = 10;

/** The number of Redis connections by node name. */
async function redisConnections(probe: Redis): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const [, node = ''] of String(await probe.client('LIST')).matchAll(/ name=aeturnis:(\S+)/g))
    counts[node] = (counts[node] ?? 0) + 1;
  return counts;
}

/**
 * The Redis connections at the start. A node listens before its last connection has set its name, so this waits until the
 * counts are stable and the same for each node.
 */
export async function initialRedisConnections({ probe, nodes }: ChaosCluster): Promise<Record<string, number>> {
  let counts: Record<string, number> = {};
  let seen = '';
  let times = 0;
  await waitUntil(async () => {
    counts = await redisConnections(probe);
    times = describeCounts(counts) === seen ? times + 1 : 0;
    seen = describeCounts(counts);
    const numbers = Object.values(counts);
    return times >= STABLE_CHECKS && numbers.length === nodes.length && new Set(numbers).size === 1;
  }, 'the same number of Redis connections for each node');
  return counts;
}

/** Closes all clients, then stops all nodes. @throws an error that names what remains. */
export async function expectNoLeaks(cluster: ChaosCluster, connectionsBefore: Record<string, number>): Promise<void> {
  closeClients();
  for (const node of cluster.runningNodes) await waitUntil(() => isEmpty(node), `${node.name} is empty`);
  await waitUntil(
    async () => (await remainingMembershipKeys(cluster.probe)).length === 0,
    'no memberships in Redis',
    SWEEP_TIMEOUT_MS,
  );
  await waitUntil(
    async () => (await countLeases(cluster.probe)) === cluster.runningNodes.length,
    'a lease per node',
    SWEEP_TIMEOUT_MS,
  );
  const expected = describeCounts(
    Object.fromEntries(cluster.runningNodes.map(({ name }) => [name, connectionsBefore[name]])),
  );
  let found = '';
  await waitUntil(
    async () => (found = describeCounts(await redisConnections(cluster.probe))) === expected,
    'the same number of Redis connections as at the start',
  ).catch((error: unknown) => {
    throw new Error(`Redis connections by node: expected ${expected}, found ${found}`, { cause: error });
  });
  const codes = await Promise.all(cluster.runningNodes.map((node) => node.stop()));
  expect(codes).toEqual(codes.map(() => 0));
  expect(await countLeases(cluster.probe)).toBe(0);
  await waitUntil(async () => Object.keys(await redisConnections(cluster.probe)).length === 0, 'no Redis connection');
}

async function isEmpty(node: ChaosNode): Promise<boolean> {
  const { connections, rooms } = await node.socketMetrics();
  return connections.total === 0 && Object.keys(rooms).length === 0;
}

async function remainingMembershipKeys(probe: Redis): Promise<string[]> {
  const keys = await probe.keys('*');
  return keys.filter((key) => MEMBERSHIP_KINDS.some((kind) => key.includes(`:${kind}:`)));
}

async function countLeases(probe: Redis): Promise<number> {
  const [key] = await probe.keys('*:leases');
  return key === undefined ? 0 : probe.zcard(key);
}

const describeCounts = (counts: Record<string, unknown>): string =>
  Object.entries(counts)
    .sort()
    .map(([node, count]) => `${node}: ${String(count)}`)
    .join(', ');
