/** What a client missed is written at once up to what a connection may leave unread; for more it comes back several times. */
import { RealtimeService } from '@aeturnis/realtime';
import { type RaidApp, startRaidApp } from '../other-app/raid-app';
import { closeClients, connect, type TestClient, until } from '../support/client';
import { Gate } from '../support/gate';
import { metric } from '../support/metrics';

const MB = 1024 * 1024;
const OVERLOADED = 'aeturnis_connections_closed_by_server_total{code="OVERLOADED"}';

describe.each(['on', 'off'])('with SOCKET_CORK=%s', (cork) => {
  let raid: RaidApp;
  let gate: Gate;
  /** How many had been cut off when the client came back: one that polls may be while it is away, unnoticed. */
  let cutOffBefore: number;
  beforeAll(async () => {
    raid = await startRaidApp({ SOCKET_CORK: cork, MAX_WRITE_BUFFER_BYTES: String(MB) });
    gate = await Gate.before(raid.url);
  });
  afterAll(() => raid.close());
  afterEach(async () => {
    closeClients();
    await gate.shut();
  });

  /** A client that is away while this many reports of this size are sent to it, and has come back. */
  async function away(
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
    await client.event('system:sync');
    const realtime = raid.app.get(RealtimeService);
    await gate.shut();
    await until(() => !client.socket.connected, 'cut off');
    const filling = 'x'.repeat(bytes);
    for (let n = 1; n <= reports; n++) {
      realtime.emitToUser(user, 'raid:report', { n, filling } as { n: number });
      // What waits to be written to the journal is bounded as well.
      if (n % 100 === 0) await new Promise(setImmediate);
    }
    client.forget();
    cutOffBefore = await metric(raid.url, OVERLOADED);
    client.socket.on('connect', () => returns.push(client.socket.recovered));
    await gate.open();
    await client.event('system:connected');
    return client;
  }

  it('a client that missed many small events, whose queue takes more memory than one may, gets all of them', async () => {
    const client = await away('patient', 4_000, 100);
    expect(client.socket.recovered).toBe(true);
    await until(() => client.all('raid:report').length === 4_000, 'all are there');
    expect(client.all('raid:report').map(({ n }) => n)).toEqual(Array.from({ length: 4_000 }, (_, index) => index + 1));
    expect(await metric(raid.url, OVERLOADED)).toBe(cutOffBefore);
  });

  it.each(['websocket', 'polling'])('%s: who missed more than may be unread gets all in parts', async (transport) => {
    const returns: boolean[] = [];
    const client = await away(`overwhelmed by ${transport}`, 60, 50_000, { returns, transport });
    await until(() => client.all('raid:report').length >= 60, 'all are there');
    await client.settled();
    expect(client.all('raid:report').map(({ n }) => n)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    expect(returns.length).toBeGreaterThan(2);
    expect(new Set(returns)).toEqual(new Set([true]));
    expect(client.all('system:sync')).toEqual([]);
    expect(await client.send('system:ping')).toMatchObject({ pong: true });
    expect(await metric(raid.url, OVERLOADED)).toBe(cutOffBefore);
  });
});
