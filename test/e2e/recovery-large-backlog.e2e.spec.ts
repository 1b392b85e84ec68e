/** Missed events are replayed at once up to the limit of the write buffer; beyond it, over several reconnects. */
import { RealtimeService } from '@aeturnis/realtime';
import { closeClients, connect, type TestClient, waitUntil } from '../support/clients/client';
import { Gate } from '../support/faults/gate';
import { readMetric } from '../support/servers/metrics';
import { useRaidApp } from '../support/servers/raid-cluster';

const MB = 1024 * 1024;
const OVERLOADED = 'aeturnis_connections_closed_by_server_total{code="OVERLOADED"}';

describe.each(['on', 'off'])('with SOCKET_CORK=%s', (cork) => {
  const raid = useRaidApp({ SOCKET_CORK: cork, MAX_WRITE_BUFFER_BYTES: String(MB) });
  let gate: Gate;
  /** The count of overload closings before the reconnect: polling clients may be closed unnoticed while offline. */
  let overloadedBefore: number;
  beforeAll(async () => {
    gate = await Gate.inFrontOf(raid.url);
  });
  afterEach(async () => {
    closeClients();
    await gate.close();
  });

  /** A client that was offline while this many reports of this size were sent to it, and has reconnected. */
  async function missReports(
    user: string,
    reports: number,
    bytes: number,
    { returns = [], transport = 'websocket' }: { returns?: boolean[]; transport?: string } = {},
  ): Promise<TestClient> {
    await gate.open();
    const client = await connect(gate.url, user, {
      transports: [transport],
      reconnection: true,
      reconnectionDelay: 50,
      reconnectionDelayMax: 50,
    });
    await client.waitForEvent('system:sync');
    const realtime = raid.app.get(RealtimeService);
    await gate.close();
    await waitUntil(() => !client.socket.connected, 'the client is disconnected');
    const filling = 'x'.repeat(bytes);
    for (let n = 1; n <= reports; n++) {
      realtime.emitToUser(user, 'raid:report', { n, filling } as { n: number });
      // The queue of unwritten journal entries is bounded as well.
      if (n % 100 === 0) await new Promise(setImmediate);
    }
    client.clearReceived();
    overloadedBefore = await readMetric(raid.url, OVERLOADED);
    client.socket.on('connect', () => returns.push(client.socket.recovered));
    await gate.open();
    await client.waitForEvent('system:connected');
    return client;
  }

  it('a client that missed many small events, whose queue exceeds the limit in memory, gets all of them', async () => {
    const client = await missReports('patient', 4_000, 100);
    expect(client.socket.recovered).toBe(true);
    await waitUntil(() => client.eventsNamed('raid:report').length === 4_000, 'all reports are received');
    expect(client.eventsNamed('raid:report').map(({ n }) => n)).toEqual(
      Array.from({ length: 4_000 }, (_, index) => index + 1),
    );
    expect(await readMetric(raid.url, OVERLOADED)).toBe(overloadedBefore);
  });

  it.each(['websocket', 'polling'])('%s: a backlog beyond the write buffer is replayed in parts', async (transport) => {
    const returns: boolean[] = [];
    const client = await missReports(`overwhelmed by ${transport}`, 60, 50_000, { returns, transport });
    await waitUntil(() => client.eventsNamed('raid:report').length >= 60, 'all reports are received');
    await client.roundTrip();
    expect(client.eventsNamed('raid:report').map(({ n }) => n)).toEqual(
      Array.from({ length: 60 }, (_, index) => index + 1),
    );
    expect(returns.length).toBeGreaterThan(2);
    expect(new Set(returns)).toEqual(new Set([true]));
    expect(client.eventsNamed('system:sync')).toEqual([]);
    expect(await client.send('system:ping')).toMatchObject({ pong: true });
    expect(await readMetric(raid.url, OVERLOADED)).toBe(overloadedBefore);
  });
});
