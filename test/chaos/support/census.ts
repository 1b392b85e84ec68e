/** Counts heads at the end: by every node's word and by its figures, exactly those are there who are really connected. */
import { type TestClient, until } from '../../support/client';
import { Witness } from './witness';
import type { World } from './world';

export interface Person {
  readonly id: string;
  readonly client: TestClient;
}

/** A killed node's lease ends first, and is swept then. */
const SWEPT_MS = 25_000;

/** `people`: everybody who has ever been in this world, with each connection; whoever is closed must be offline. */
export async function census(world: World, people: readonly Person[]): Promise<void> {
  const everybody = [...new Set(people.map(({ id }) => id))];
  const witnesses = await Promise.all(world.running.map((node) => Witness.of(world, node, everybody)));
  const connected = (): readonly Person[] => people.filter(({ client }) => client.socket.connected);
  const online = (): string => [...new Set(connected().map(({ id }) => id))].sort().join();
  for (const witness of witnesses)
    await until(async () => (await witness.asked()).join() === online(), 'exactly the connected are online', SWEPT_MS);
  let counted = '';
  const exact = async (): Promise<boolean> => {
    const totals = await Promise.all(world.running.map(async (node) => (await node.figures()).connections.total));
    // Each node has a witness as well.
    const expected = world.running.map(({ name }) => connected().filter((each) => nodeOf(each) === name).length + 1);
    counted = `${totals.join()} connections on the nodes where ${expected.join()} are`;
    return totals.join() === expected.join();
  };
  await until(exact, 'as many connections as there are clients', SWEPT_MS).catch((error: unknown) => {
    throw new Error(counted, { cause: error });
  });
  for (const witness of witnesses) witness.leave();
}

const nodeOf = ({ client }: Person): string | undefined => client.all('system:connected').at(-1)?.nodeId;
