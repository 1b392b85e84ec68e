/** A node is killed under load: every acknowledged message is stored, and presence is exact on the remaining nodes. */
import type { TestClient } from '../support/clients/client';
import { scenario } from './support/scenario';
import { PresenceObserver } from './support/assertions/presence-observer';

const PLAYERS = 8;
const MESSAGES_BEFORE_KILL = 60;

scenario('SIGKILL under load loses no acknowledged message', { nodes: ['west', 'east', 'north'] }, async (cluster) => {
  const groups = await Promise.all(cluster.nodes.map((node) => cluster.connectGuests(node, PLAYERS)));
  const all = groups.flat();
  const ids = all.map(({ id }) => id);
  const [west, east] = [cluster.node(0), cluster.node(1)];
  const observer = await PresenceObserver.subscribe(cluster, east, ids);
  await observer.waitForAgreement(ids, 'all are online');
  observer.resetAnnouncements();
  const acked: string[] = [];
  let isSending = true;
  const sendLoop = async ({ client, name }: (typeof all)[number]): Promise<void> => {
    for (let n = 0; isSending && client.socket.connected; n++) {
      const text = `${name} ${n}`;
      const answer = await client.send('chat:message', { channel: 'global', text }).catch(() => null);
      if (answer?.success) acked.push(text);
      if (acked.length === MESSAGES_BEFORE_KILL) await west.kill();
    }
  };
  const sendLoops = Promise.all(all.map(sendLoop));
  const survivors = all.filter((player) => !groups[0]?.includes(player));
  await observer.waitForAgreement(
    survivors.map(({ id }) => id),
    'the users of the killed node are offline',
  );
  isSending = false;
  await sendLoops;
  expect(observer.announcements.length).toBe(PLAYERS);
  const stored = await readHistory(survivors[0]?.client);
  expect(acked.filter((text) => !stored.has(text))).toEqual([]);
  return { clients: all.length, acked: acked.length, offline: PLAYERS };
});

/** Reads all texts of the global channel, page by page. */
async function readHistory(client: TestClient | undefined): Promise<Set<string>> {
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
