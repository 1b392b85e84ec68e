/** A client requests megabytes and reads nothing: the server closes and counts it, and other clients are not affected. */
import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '../support/clients/client';
import { readMetric } from '../support/servers/metrics';
import { scenario, TWO_NODES } from './support/scenario';

/** Messages of about 2 kB in the history: every answer to a request for it has some 200 kB. */
const HISTORY_LENGTH = 100;
/** A text may have 500 characters. */
const LONG_TEXT = '🐉'.repeat(496);
/** Messages that the other clients must receive meanwhile. */
const MESSAGES = 50;
const PAGE = { channel: 'global', limit: HISTORY_LENGTH } as const;
const CLOSED = 'aeturnis_connections_closed_by_server_total{code="OVERLOADED"}';
const SETTINGS = { ...TWO_NODES, environment: { MAX_WRITE_BUFFER_BYTES: String(1024 * 1024) } };

scenario('a slow consumer is closed and counted, and other clients are not affected', SETTINGS, async (cluster) => {
  const [west, east] = [cluster.node(0), cluster.node(1)];
  const [anna, ben, slow] = await Promise.all([
    cluster.connectGuest(west),
    cluster.connectGuest(east),
    cluster.connectGuest(west),
  ]);
  for (let n = 0; n < HISTORY_LENGTH; n++)
    expect(await anna.client.send('chat:message', { channel: 'global', text: LONG_TEXT + String(n) })).toMatchObject({
      success: true,
    });
  const resume = slow.client.stopReading();
  // Sent with an ack: without one the server would not answer, and nothing would fill the buffer.
  const requests = setInterval(() => slow.client.socket.emit('chat:history', PAGE, () => undefined), 5);
  const closed = waitUntil(
    async () => (await readMetric(west.url, CLOSED)) === 1,
    'the slow consumer is closed',
    30_000,
  );
  for (let n = 0; n < MESSAGES; n++) {
    await anna.client.send('chat:message', { channel: 'global', text: `word ${n}` });
    await delay(20);
  }
  await closed.finally(() => clearInterval(requests));
  resume();
  for (const { client } of [anna, ben]) {
    await client.waitForEvent('chat:message', ({ text }) => text === `word ${MESSAGES - 1}`);
    const received = client.eventsNamed('chat:message').filter(({ text }) => text.startsWith('word'));
    expect(received.map(({ text }) => text)).toEqual(Array.from({ length: MESSAGES }, (_, n) => `word ${n}`));
  }
  expect(await readMetric(east.url, CLOSED)).toBe(0);
  return { closed: 1, messages: MESSAGES };
});
