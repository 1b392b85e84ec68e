/** What has to be gone when everybody has left: connections, rooms, memberships, leases, connections to Redis. */
import type { Redis } from 'ioredis';
import { closeClients, until } from '../../support/client';
import type { ChaosNode } from './node';
import type { World } from './world';

const MEMBERS = ['group', 'held', 'sockets', 'attributes'];
/** A killed node's lease ends first, and is swept then. */
const SWEPT_MS = 25_000;
const STEADY_LOOKS = 10;

/** Each node's connections to Redis, by its name. */
async function redisConnections(probe: Redis): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const [, node = ''] of String(await probe.client('LIST')).matchAll(/ name=aeturnis:(\S+)/g))
    counts[node] = (counts[node] ?? 0) + 1;
  return counts;
}

/**
 * The same at the beginning, once all have been opened: a node listens a moment before the last of them has said its name.
 * Nodes are alike, and so are their numbers.
 */
export async function connectionsAtFirst({ probe, nodes }: World): Promise<Record<string, number>> {
  let counts: Record<string, number> = {};
  let seen = '';
  let times = 0;
  await until(async () => {
    counts = await redisConnections(probe);
    times = told(counts) === seen ? times + 1 : 0;
    seen = told(counts);
    const numbers = Object.values(counts);
    return times >= STEADY_LOOKS && numbers.length === nodes.length && new Set(numbers).size === 1;
  }, 'as many connections to Redis for each node');
  return counts;
}

/** Closes all clients, then all nodes, and looks what stays. @throws naming what does. */
export async function expectNothingLeft(world: World, connectionsBefore: Record<string, number>): Promise<void> {
  closeClients();
  for (const node of world.running) await until(() => isEmpty(node), `${node.name} has no sockets and rooms`);
  await until(async () => (await membersLeft(world.probe)).length === 0, 'no memberships in Redis', SWEPT_MS);
  await until(async () => (await leases(world.probe)) === world.running.length, 'a lease per node', SWEPT_MS);
  const expected = told(Object.fromEntries(world.running.map(({ name }) => [name, connectionsBefore[name]])));
  let found = '';
  await until(
    async () => (found = told(await redisConnections(world.probe))) === expected,
    'as many connections to Redis as at the start',
  ).catch((error: unknown) => {
    throw new Error(`there were ${expected} connections to Redis, and are ${found}`, { cause: error });
  });
  const codes = await Promise.all(world.running.map((node) => node.end()));
  expect(codes).toEqual(codes.map(() => 0));
  expect(await leases(world.probe)).toBe(0);
  await until(async () => Object.keys(await redisConnections(world.probe)).length === 0, 'no connection to Redis');
}

async function isEmpty(node: ChaosNode): Promise<boolean> {
  const { connections, rooms } = await node.figures();
  return connections.total === 0 && Object.keys(rooms).length === 0;
}

async function membersLeft(probe: Redis): Promise<string[]> {
  const keys = await probe.keys('*');
  return keys.filter((key) => MEMBERS.some((kind) => key.includes(`:${kind}:`)));
}

async function leases(probe: Redis): Promise<number> {
  const [key] = await probe.keys('*:leases');
  return key === undefined ? 0 : probe.zcard(key);
}

const told = (counts: Record<string, unknown>): string =>
  Object.entries(counts)
    .sort()
    .map(([node, count]) => `${node}: ${String(count)}`)
    .join(', ');
