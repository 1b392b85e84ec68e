/**
 * A client stops reading during 20 MB of broadcasts: the server closes it, its write buffer stays bounded, and other
 * clients receive everything. When it reads again, it reconnects and catches up completely.
 */
import { waitUntil } from '../support/clients/client';
import { readMetric } from '../support/servers/metrics';
import { receivedTexts } from './support/load/client-group';
import { scenario, TWO_NODES } from './support/scenario';

const MAX_BUFFER = 4 * 1024 * 1024;
const MEGABYTES = 20;
const FILLER = '🐉'.repeat(480);
const SENDERS = 4;
const MESSAGES_IN_FLIGHT = 10;
const CLOSED = 'aeturnis_connections_closed_by_server_total{code="OVERLOADED"}';
const HIGH_WATER = 'aeturnis_write_buffer_high_water_bytes';
const RECONNECT_OPTIONS = { reconnection: true, reconnectionDelay: 100, reconnectionDelayMax: 300 } as const;
const SETTINGS = { ...TWO_NODES, environment: { MAX_WRITE_BUFFER_BYTES: String(MAX_BUFFER) } };

scenario(
  'a slow reader is closed with a bounded buffer, and catches up when it reads again',
  SETTINGS,
  async (cluster) => {
    const [west, east] = [cluster.node(0), cluster.node(1)];
    const [slow, local, remote] = await Promise.all([
      cluster.connectGuest(west, RECONNECT_OPTIONS),
      cluster.connectGuest(west),
      cluster.connectGuest(east),
    ]);
    const senders = await cluster.connectGuests(east, SENDERS);
    const reconnects: boolean[] = [];
    slow.client.socket.on('connect', () => reconnects.push(slow.client.socket.recovered));
    const resume = slow.client.stopReading();

    let sentCount = 0;
    let highest = 0;
    const messages = Math.ceil((MEGABYTES * 1024 * 1024) / Buffer.byteLength(FILLER));
    const sendLoop = async ({ client }: (typeof senders)[number]): Promise<void> => {
      while (sentCount < messages) {
        const text = `${FILLER} ${sentCount++}`;
        expect(await client.send('chat:message', { channel: 'global', text })).toMatchObject({ success: true });
      }
    };
    const sendLoops = senders.flatMap((sender) => Array.from({ length: MESSAGES_IN_FLIGHT }, () => sendLoop(sender)));
    const stopping = new AbortController();
    const metricLoop = (async (): Promise<void> => {
      while (!stopping.signal.aborted) highest = Math.max(highest, await readMetric(west.url, HIGH_WATER));
    })();
    await Promise.all(sendLoops);
    stopping.abort();
    await metricLoop;
    expect(await readMetric(west.url, CLOSED)).toBe(1);
    // The write that would exceed the limit closes the connection.
    expect(highest).toBeGreaterThan(0);
    expect(highest).toBeLessThanOrEqual(MAX_BUFFER);

    for (const { client } of [local, remote]) {
      await waitUntil(() => receivedTexts({ client }).length >= messages, 'every message has arrived', 60_000);
      await client.roundTrip();
      expect(new Set(receivedTexts({ client })).size).toBe(messages);
      expect(client.socket.connected).toBe(true);
    }
    expect(sameTexts(receivedTexts(local), receivedTexts(remote))).toBe(true);

    resume();
    await waitUntil(() => reconnects.length > 0 && receivedTexts(slow).length >= messages, 'it has caught up', 60_000);
    await slow.client.roundTrip();
    expect(sameTexts(receivedTexts(slow), receivedTexts(local))).toBe(true);
    expect(reconnects.filter((recovered) => !recovered)).toEqual([]);
    expect(await readMetric(east.url, CLOSED)).toBe(0);
    return { messages, highWaterBytes: highest, reconnects: reconnects.length, recovered: reconnects.length };
  },
);

// Compared as one string, so that a failure does not print 20 MB.
const sameTexts = (left: readonly string[], right: readonly string[]): boolean => left.join() === right.join();
