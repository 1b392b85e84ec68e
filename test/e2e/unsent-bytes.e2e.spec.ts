/** Unread bytes are bounded at the time of the write, per connection and for the node as a whole. */
import { connect as connectTcp, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ConnectionRegistry } from '@aeturnis/realtime';
import { guardOf } from '../../libs/realtime/src/transport/limits/connection-guard';
import { SocketServer } from '../../libs/realtime/src/transport/socket-server';
import { TransportGuard } from '../../libs/realtime/src/transport/limits/transport-guard';
import { waitUntil } from '../support/clients/client';
import { readMetric } from '../support/servers/metrics';
import { RawWebSocket } from '../support/clients/raw-websocket';
import { useRaidApp } from '../support/servers/raid-cluster';

const MB = 1024 * 1024;
const closedConnectionsMetric = (code: string): string => `aeturnis_connections_closed_by_server_total{code="${code}"}`;

describe.each(['on', 'off'])('with SOCKET_CORK=%s', (cork) => {
  const raid = useRaidApp({
    SOCKET_CORK: cork,
    MAX_WRITE_BUFFER_BYTES: String(4 * MB),
    MAX_NODE_WRITE_BUFFER_BYTES: String(8 * MB),
  });

  const isConnected = (user: string): boolean => raid.app.get(ConnectionRegistry).ofUser(user).size > 0;
  const unsent = (): number => raid.app.get(TransportGuard).unsentBytes().total;

  const unsentOf = (user: string): number => {
    const [connection] = raid.app.get(ConnectionRegistry).ofUser(user);
    const socket = raid.app.get(SocketServer).io.sockets.sockets.get(connection?.socketId ?? '');
    return (socket && guardOf(socket.conn)?.unsentBytes) ?? 0;
  };

  /** Sends 100 KB this many times to a user within one tick of the event loop. */
  const send = (user: string, times: number): void => {
    const { io } = raid.app.get(SocketServer);
    const emitter = io.to(`user:${user}`) as unknown as { emit(event: string, payload: object): void };
    for (let n = 0; n < times; n++) emitter.emit('raid:report', { n, filling: 'x'.repeat(100_000) });
  };

  async function connectWithoutReading(user: string): Promise<RawWebSocket> {
    const raw = await RawWebSocket.openAdmitted(raid.url, user);
    raw.tcp.pause();
    return raw;
  }

  it('a connection is closed in the tick in which its unread bytes exceed the limit', async () => {
    const before = await readMetric(raid.url, closedConnectionsMetric('OVERLOADED'));
    const raw = await connectWithoutReading('greedy');
    send('greedy', 200);
    // Of the 20 MB, everything beyond the limit was dropped in the tick of the write.
    expect(unsent()).toBeLessThan(5 * MB);
    await waitUntil(() => !isConnected('greedy'), 'the connection is closed');
    expect(unsent()).toBe(0);
    expect(await readMetric(raid.url, closedConnectionsMetric('OVERLOADED'))).toBe(before + 1);
    raw.destroy();
  });

  it('beyond the limit of the node, the connections with the most unread bytes are closed first', async () => {
    const before = await readMetric(raid.url, closedConnectionsMetric('NODE_OVERLOADED'));
    const large = [await connectWithoutReading('large-1'), await connectWithoutReading('large-2')];
    const small = [
      await connectWithoutReading('small-1'),
      await connectWithoutReading('small-2'),
      await connectWithoutReading('small-3'),
    ];
    // The kernel buffers some megabytes per connection.
    const fillBuffer = async (user: string, bytes: number): Promise<void> => {
      while (unsentOf(user) < bytes && isConnected(user)) {
        send(user, 1);
        await new Promise(setImmediate);
      }
    };
    for (const user of ['large-1', 'large-2']) await fillBuffer(user, 3 * MB);
    for (const user of ['small-1', 'small-2', 'small-3']) await fillBuffer(user, MB);
    await waitUntil(() => !isConnected('large-1') || !isConnected('large-2'), 'a large connection is closed');
    expect(['small-1', 'small-2', 'small-3'].filter(isConnected)).toHaveLength(3);
    expect(await readMetric(raid.url, closedConnectionsMetric('NODE_OVERLOADED'))).toBe(before + 1);
    await waitUntil(async () => (await readMetric(raid.url, 'aeturnis_unsent_bytes')) > 0, 'the metric counts them');
    for (const raw of [...large, ...small]) raw.destroy();
    await waitUntil(() => unsent() === 0, 'the unread bytes are freed');
  });

  /** A polling client that sends polls on a separate connection and reads no response. */
  async function pollWithoutReading(user: string): Promise<{ tcp: Socket; session: string; poll: () => void }> {
    const base = `${raid.url}/socket.io/?EIO=4&transport=polling`;
    const greeting = await (await fetch(base)).text();
    const session = `${base}&sid=${(JSON.parse(greeting.slice(1)) as { sid: string }).sid}`;
    await fetch(session, { method: 'POST', body: `40{"token":"${user}"}` });
    await fetch(session);
    await waitUntil(() => isConnected(user), 'the user is connected');
    const { hostname, port, pathname, search } = new URL(session);
    const tcp = connectTcp(Number(port), hostname);
    tcp.on('error', () => undefined).pause();
    return { tcp, session, poll: () => void tcp.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: x\r\n\r\n`) };
  }

  it('unread poll responses are freed soon after the connection ends', async () => {
    const { tcp, session, poll } = await pollWithoutReading('leaving');
    // The kernel buffers some megabytes.
    while (unsent() < MB) {
      poll();
      send('leaving', 10);
      await delay(20);
    }
    // Engine.IO closes a connection with two concurrent polls.
    await Promise.allSettled([fetch(session), fetch(session)]);
    await waitUntil(() => !isConnected('leaving'), 'the connection is closed');
    await waitUntil(() => unsent() === 0, 'the unread bytes are freed');
    tcp.destroy();
  });

  it('unread poll responses count towards the limit', async () => {
    const { tcp, poll } = await pollWithoutReading('poller');
    for (let round = 0; round < 100 && isConnected('poller'); round++) {
      poll();
      send('poller', 10);
      await delay(10);
    }
    expect(isConnected('poller')).toBe(false);
    await waitUntil(() => unsent() === 0, 'the unread bytes are freed');
    tcp.destroy();
  });
});
