/** Counts heads: Redis and every node know exactly those connections, and those members, that there really are. */
import { nodeOf } from '../../../libs/realtime/src/membership/incarnation';
import { everyClient, until } from '../../support/client';
import type { World } from './world';

/** A killed node's lease ends first, and is swept then. */
const SWEPT_MS = 25_000;
const MEMBERS = '{rt}:members';

/** Waits until all counts are exact, also those of whoever is lingering or was on a node that was killed. @throws the difference. */
export async function census(world: World): Promise<void> {
  let found = '';
  const exact = async (): Promise<boolean> => {
    const sockets = await located(world);
    const users = [...new Set(sockets.map(({ userId }) => userId))];
    const expected = {
      sockets: connected().sort().join(' '),
      online: users.sort().join(' '),
      strays: '',
      totals: world.running
        .map(({ name }) => connected().filter((each) => each.startsWith(`${name}/`)).length)
        .join(' '),
    };
    const groups = await membersByGroup(world);
    const counted = {
      sockets: sockets
        .map(({ at }) => at)
        .sort()
        .join(' '),
      online: [...(groups.get('online') ?? [])].sort().join(' '),
      strays: [...groups].flatMap(([group, members]) => strays(group, members, users)).join(' '),
      totals: (await Promise.all(world.running.map(async (node) => (await node.figures()).connections.total))).join(
        ' ',
      ),
    };
    found = JSON.stringify({ counted, expected });
    return JSON.stringify(counted) === JSON.stringify(expected);
  };
  await until(exact, 'exact counts', SWEPT_MS).catch((error: unknown) => {
    throw new Error(found, { cause: error });
  });
}

/** As `node/socket`, by what the clients were told. */
const connected = (): string[] =>
  everyClient().flatMap(({ socket, nodeId }) => (socket.connected ? [`${nodeId}/${socket.id}`] : []));

interface Located {
  userId: string;
  at: string;
}

async function located({ probe }: World): Promise<Located[]> {
  const prefix = `${MEMBERS}:sockets:`;
  const keys = await probe.keys(`${prefix}*`);
  const found = keys.map(async (key) => {
    const userId = key.slice(prefix.length);
    return Object.entries(await probe.hgetall(key)).flatMap(([incarnation, ids]) =>
      (JSON.parse(ids) as string[]).map((id) => ({ userId, at: `${nodeOf(incarnation)}/${id}` })),
    );
  });
  return (await Promise.all(found)).flat();
}

async function membersByGroup({ probe }: World): Promise<Map<string, string[]>> {
  const prefix = `${MEMBERS}:group:`;
  const keys = await probe.keys(`${prefix}*`);
  const found = keys.map(async (key) => [key.slice(prefix.length), Object.keys(await probe.hgetall(key))] as const);
  return new Map(await Promise.all(found));
}

/** Members who are not connected at all. */
const strays = (group: string, members: readonly string[], users: readonly string[]): string[] =>
  members.filter((member) => !users.includes(member)).map((member) => `${group}:${member}`);
