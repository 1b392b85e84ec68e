/** Asserts that Redis and every node record exactly the connections and members that exist. */
import { nodeIdOf } from '../../../../libs/realtime/src/cluster/node-incarnation';
import { allClients, waitUntil } from '../../../support/clients/client';
import type { ChaosCluster } from '../chaos-cluster';

/** The lease of a killed node expires first; then a sweep removes its memberships. */
const SWEEP_TIMEOUT_MS = 25_000;
const MEMBERSHIP_PREFIX = '{rt}:members';

/** Waits until all counts are exact, lingering users and users of killed nodes included. @throws the difference. */
export async function expectExactCounts(cluster: ChaosCluster): Promise<void> {
  let found = '';
  const exact = async (): Promise<boolean> => {
    const sockets = await storedSockets(cluster);
    const users = [...new Set(sockets.map(({ userId }) => userId))];
    const expected = {
      sockets: connectedSockets().sort().join(' '),
      online: users.sort().join(' '),
      strays: '',
      totals: cluster.runningNodes
        .map(({ name }) => connectedSockets().filter((socket) => socket.startsWith(`${name}/`)).length)
        .join(' '),
    };
    const groups = await membersByGroup(cluster);
    const counted = {
      sockets: sockets
        .map(({ at }) => at)
        .sort()
        .join(' '),
      online: [...(groups.get('online') ?? [])].sort().join(' '),
      strays: [...groups].flatMap(([group, members]) => strayMembers(group, members, users)).join(' '),
      totals: (
        await Promise.all(cluster.runningNodes.map(async (node) => (await node.socketMetrics()).connections.total))
      ).join(' '),
    };
    found = JSON.stringify({ counted, expected });
    return JSON.stringify(counted) === JSON.stringify(expected);
  };
  await waitUntil(exact, 'exact counts', SWEEP_TIMEOUT_MS).catch((error: unknown) => {
    throw new Error(found, { cause: error });
  });
}

/** As `node/socket`, by the ids that the clients received. */
const connectedSockets = (): string[] =>
  allClients().flatMap(({ socket, nodeId }) => (socket.connected ? [`${nodeId}/${socket.id}`] : []));

interface LocatedSocket {
  userId: string;
  at: string;
}

async function storedSockets({ probe }: ChaosCluster): Promise<LocatedSocket[]> {
  const prefix = `${MEMBERSHIP_PREFIX}:sockets:`;
  const keys = await probe.keys(`${prefix}*`);
  const found = keys.map(async (key) => {
    const userId = key.slice(prefix.length);
    return Object.entries(await probe.hgetall(key)).flatMap(([incarnation, ids]) =>
      (JSON.parse(ids) as string[]).map((id) => ({ userId, at: `${nodeIdOf(incarnation)}/${id}` })),
    );
  });
  return (await Promise.all(found)).flat();
}

async function membersByGroup({ probe }: ChaosCluster): Promise<Map<string, string[]>> {
  const prefix = `${MEMBERSHIP_PREFIX}:group:`;
  const keys = await probe.keys(`${prefix}*`);
  const found = keys.map(async (key) => [key.slice(prefix.length), Object.keys(await probe.hgetall(key))] as const);
  return new Map(await Promise.all(found));
}

/** Members who are not connected at all. */
const strayMembers = (group: string, members: readonly string[], users: readonly string[]): string[] =>
  members.filter((member) => !users.includes(member)).map((member) => `${group}:${member}`);
