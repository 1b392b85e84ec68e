/** A client asks for megabytes and reads nothing: it is closed and counted, and its neighbours chat on undisturbed. */
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../support/client';
import { metric } from '../support/metrics';
import { scenario } from './support/scenario';

const HISTORY = 100;
const WORDS = 50;
const PAGE = { channel: 'global', limit: HISTORY } as const;
const CLOSED = 'aeturnis_connections_closed_by_server_total{code="OVERLOADED"}';

scenario(
  'a slow consumer',
  { nodes: ['west', 'east'], environment: { MAX_WRITE_BUFFER_BYTES: String(1024 * 1024) } },
  async (world) => {
    const [west] = world.nodes;
    const [anna, ben, slow] = await Promise.all([
      world.join(world.node(0)),
      world.join(world.node(1)),
      world.join(world.node(0)),
    ]);
    for (let n = 0; n < HISTORY; n++)
      expect(
        await anna.client.send('chat:message', { channel: 'global', text: '🐉'.repeat(496) + String(n) }),
      ).toMatchObject({ success: true });
    const resume = slow.client.stopReading();
    // Sent with an ack, or there would be no answer to leave unread.
    const ask = setInterval(() => slow.client.socket.emit('chat:history', PAGE, () => undefined), 5);
    const closed = until(async () => (await metric(west?.url ?? '', CLOSED)) === 1, 'it is closed', 30_000);
    for (let n = 0; n < WORDS; n++) {
      await anna.client.send('chat:message', { channel: 'global', text: `word ${n}` });
      await delay(20);
    }
    await closed.finally(() => clearInterval(ask));
    resume();
    for (const { client } of [anna, ben]) {
      await client.event('chat:message', ({ text }) => text === `word ${WORDS - 1}`);
      const heard = client.all('chat:message').filter(({ text }) => text.startsWith('word'));
      expect(heard.map(({ text }) => text)).toEqual(Array.from({ length: WORDS }, (_, n) => `word ${n}`));
    }
    expect(await metric(world.node(1).url, CLOSED)).toBe(0);
    return { closed: 1, words: WORDS };
  },
);
