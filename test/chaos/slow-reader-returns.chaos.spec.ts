/**
 * A client stops reading while 20 MB are said to everybody: it is cut off, what its node keeps for it is bounded, its
 * neighbours hear all; when it reads again it comes back and has exactly what they have.
 */
import { until } from '../support/client';
import { metric } from '../support/metrics';
import { textsOf } from './support/crowd';
import { scenario } from './support/scenario';

const MAX_BUFFER = 4 * 1024 * 1024;
const MEGABYTES = 20;
const FILLING = '🐉'.repeat(480);
const SPEAKERS = 4;
const AT_ONCE = 10;
const CLOSED = 'aeturnis_connections_closed_by_server_total{code="OVERLOADED"}';
const HIGH_WATER = 'aeturnis_write_buffer_high_water_bytes';
const RETURN = { reconnection: true, reconnectionDelay: 100, reconnectionDelayMax: 300 } as const;

scenario(
  'a slow reader returns',
  { nodes: ['west', 'east'], environment: { MAX_WRITE_BUFFER_BYTES: String(MAX_BUFFER) } },
  async (world) => {
    const [west, east] = [world.node(0), world.node(1)];
    const [slow, beside, away] = await Promise.all([world.join(west, RETURN), world.join(west), world.join(east)]);
    const speakers = await world.joinMany(east, SPEAKERS);
    const returns: boolean[] = [];
    slow.client.socket.on('connect', () => returns.push(slow.client.socket.recovered));
    const resume = slow.client.stopReading();

    let said = 0;
    let highest = 0;
    const words = Math.ceil((MEGABYTES * 1024 * 1024) / Buffer.byteLength(FILLING));
    const talk = async ({ client }: (typeof speakers)[number]): Promise<void> => {
      while (said < words) {
        const text = `${FILLING} ${said++}`;
        expect(await client.send('chat:message', { channel: 'global', text })).toMatchObject({ success: true });
      }
    };
    const talks = speakers.flatMap((speaker) => Array.from({ length: AT_ONCE }, () => talk(speaker)));
    const enough = new AbortController();
    const looking = (async (): Promise<void> => {
      while (!enough.signal.aborted) highest = Math.max(highest, await metric(west.url, HIGH_WATER));
    })();
    await Promise.all(talks);
    enough.abort();
    await looking;
    expect(await metric(west.url, CLOSED)).toBe(1);
    // It is cut off by the write that goes beyond.
    expect(highest).toBeGreaterThan(0);
    expect(highest).toBeLessThanOrEqual(MAX_BUFFER);

    for (const { client } of [beside, away]) {
      await until(() => textsOf({ client }).length >= words, 'all is heard', 60_000);
      await client.settled();
      expect(new Set(textsOf({ client })).size).toBe(words);
      expect(client.socket.connected).toBe(true);
    }
    expect(sameTexts(textsOf(beside), textsOf(away))).toBe(true);

    resume();
    await until(() => returns.length > 0 && textsOf(slow).length >= words, 'it is back and has all', 60_000);
    await slow.client.settled();
    expect(sameTexts(textsOf(slow), textsOf(beside))).toBe(true);
    expect(returns.filter((recovered) => !recovered)).toEqual([]);
    expect(await metric(east.url, CLOSED)).toBe(0);
    return { words, highWaterBytes: highest, returns: returns.length, recovered: returns.length };
  },
);

// Compared as one, so that a failure does not print all of it.
const sameTexts = (some: readonly string[], others: readonly string[]): boolean => some.join() === others.join();
