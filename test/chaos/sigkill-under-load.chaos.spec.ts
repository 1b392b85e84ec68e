/** A node is killed while everybody talks: every acked word is kept, and who is there is exact on the nodes that are left. */
import type { TestClient } from '../support/client';
import { scenario } from './support/scenario';
import { Witness } from './support/witness';

const EACH = 8;
const WORDS_BEFORE = 60;

scenario('SIGKILL during load', { nodes: ['west', 'east', 'north'] }, async (world) => {
  const groups = await Promise.all(world.nodes.map((node) => world.joinMany(node, EACH)));
  const all = groups.flat();
  const ids = all.map(({ id }) => id);
  const [west, east] = [world.node(0), world.node(1)];
  const witness = await Witness.of(world, east, ids);
  await witness.agrees(ids, 'all are online');
  witness.forget();
  const acked: string[] = [];
  let running = true;
  const talk = async ({ client, name }: (typeof all)[number]): Promise<void> => {
    for (let n = 0; running && client.socket.connected; n++) {
      const text = `${name} ${n}`;
      const answer = await client.send('chat:message', { channel: 'global', text }).catch(() => null);
      if (answer?.success) acked.push(text);
      if (acked.length === WORDS_BEFORE) await west.kill();
    }
  };
  const talking = Promise.all(all.map(talk));
  const survivors = all.filter((player) => !groups[0]?.includes(player));
  await witness.agrees(
    survivors.map(({ id }) => id),
    'the dead node is gone',
  );
  running = false;
  await talking;
  expect(witness.told.length).toBe(EACH);
  const kept = await history(survivors[0]?.client);
  expect(acked.filter((text) => !kept.has(text))).toEqual([]);
  return { clients: all.length, acked: acked.length, offline: EACH };
});

/** All texts of the global channel, page by page. */
async function history(client: TestClient | undefined): Promise<Set<string>> {
  const texts = new Set<string>();
  let before: unknown;
  do {
    const page = await client?.send('chat:history', { channel: 'global', limit: 100, ...(before ? { before } : {}) });
    const { messages = [], next } = (page ?? {}) as { messages?: { text: string }[]; next?: unknown };
    for (const { text } of messages) texts.add(text);
    before = next;
  } while (before);
  return texts;
}
