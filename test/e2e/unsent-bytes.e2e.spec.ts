/** What clients do not read is bounded when it is written: for each connection, and for all of a node together. */
import { connect as connectTcp, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Connections } from '@aeturnis/realtime';
import { guardOf } from '../../libs/realtime/src/adapter/connection-guard';
import { SocketServer } from '../../libs/realtime/src/adapter/socket-server';
import { TransportGuard } from '../../libs/realtime/src/adapter/transport-guard';
import { type RaidApp, startRaidApp } from '../other-app/raid-app';
import { until } from '../support/client';
import { metric } from '../support/metrics';
import { RawWebSocket } from '../support/raw-websocket';

const MB = 1024 * 1024;
const closedFor = (code: string): string => `aeturnis_connections_closed_by_server_total{code="${code}"}`;

describe.each(['on', 'off'])('with SOCKET_CORK=%s', (cork) => {
  let raid: RaidApp;
  beforeAll(async () => {
    raid = await startRaidApp({
      SOCKET_CORK: cork,
      MAX_WRITE_BUFFER_BYTES: String(4 * MB),
      MAX_NODE_WRITE_BUFFER_BYTES: String(8 * MB),
    });
  });
  afterAll(() => raid.close());

  const isConnected = (user: string): boolean => raid.app.get(Connections).ofUser(user).size > 0;
  const unsent = (): number => raid.app.get(TransportGuard).unsentBytes().total;

  const unsentOf = (user: string): number => {
    const [connection] = raid.app.get(Connections).ofUser(user);
    const socket = raid.app.get(SocketServer).io.sockets.sockets.get(connection?.socketId ?? '');
    return (socket && guardOf(socket.conn)?.unsentBytes) ?? 0;
  };

  /** Sends so many times 100 KB to this user, in one turn of the event loop. */
  const send = (user: string, times: number): void => {
    const { io } = raid.app.get(SocketServer);
    const emitter = io.to(`user:${user}`) as unknown as { emit(event: string, payload: object): void };
    for (let n = 0; n < times; n++) emitter.emit('raid:report', { n, filling: 'x'.repeat(100_000) });
  };

  async function deaf(user: string): Promise<RawWebSocket> {
    const raw = await RawWebSocket.admitted(raid.url, user);
    raw.tcp.pause();
    return raw;
  }

  it('a connection is cut off as soon as more is written to it than it may leave unread', async () => {
    const before = await metric(raid.url, closedFor('OVERLOADED'));
    const raw = await deaf('greedy');
    send('greedy', 200);
    // Of 20 MB, all but its limit was dropped in the very turn in which it was written.
    expect(unsent()).toBeLessThan(5 * MB);
    await until(() => !isConnected('greedy'), 'it is cut off');
    expect(unsent()).toBe(0);
    expect(await metric(raid.url, closedFor('OVERLOADED'))).toBe(before + 1);
    raw.destroy();
  });

  it('where all together leave too much unread, those go first who leave the most', async () => {
    const before = await metric(raid.url, closedFor('NODE_OVERLOADED'));
    const large = [await deaf('large-1'), await deaf('large-2')];
    const small = [await deaf('small-1'), await deaf('small-2'), await deaf('small-3')];
    // The kernel takes some megabytes of each.
    const fill = async (user: string, bytes: number): Promise<void> => {
      while (unsentOf(user) < bytes && isConnected(user)) {
        send(user, 1);
        await new Promise(setImmediate);
      }
    };
    for (const user of ['large-1', 'large-2']) await fill(user, 3 * MB);
    for (const user of ['small-1', 'small-2', 'small-3']) await fill(user, MB);
    await until(() => !isConnected('large-1') || !isConnected('large-2'), 'one of the largest is cut off');
    expect(['small-1', 'small-2', 'small-3'].filter(isConnected)).toHaveLength(3);
    expect(await metric(raid.url, closedFor('NODE_OVERLOADED'))).toBe(before + 1);
    await until(async () => (await metric(raid.url, 'aeturnis_unsent_bytes')) > 0, 'the metric tells of the others');
    for (const raw of [...large, ...small]) raw.destroy();
    await until(() => unsent() === 0, 'what they did not read is freed');
  });

  /** A client that polls over a connection of its own and reads no answer. */
  async function deafPoller(user: string): Promise<{ tcp: Socket; session: string; poll: () => void }> {
    const base = `${raid.url}/socket.io/?EIO=4&transport=polling`;
    const greeting = await (await fetch(base)).text();
    const session = `${base}&sid=${(JSON.parse(greeting.slice(1)) as { sid: string }).sid}`;
    await fetch(session, { method: 'POST', body: `40{"token":"${user}"}` });
    await fetch(session);
    await until(() => isConnected(user), 'admitted');
    const { hostname, port, pathname, search } = new URL(session);
    const tcp = connectTcp(Number(port), hostname);
    tcp.on('error', () => undefined).pause();
    return { tcp, session, poll: () => void tcp.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: x\r\n\r\n`) };
  }

  it('answers to polls that are unread when the connection ends are freed soon', async () => {
    const { tcp, session, poll } = await deafPoller('leaving');
    // The kernel takes some megabytes.
    while (unsent() < MB) {
      poll();
      send('leaving', 10);
      await delay(20);
    }
    // Two polls at once are an error for which the engine closes the connection.
    await Promise.allSettled([fetch(session), fetch(session)]);
    await until(() => !isConnected('leaving'), 'it is closed');
    await until(() => unsent() === 0, 'what it did not read is freed');
    tcp.destroy();
  });

  it('answers to polls that are not read count as well', async () => {
    const { tcp, poll } = await deafPoller('poller');
    for (let round = 0; round < 100 && isConnected('poller'); round++) {
      poll();
      send('poller', 10);
      await delay(10);
    }
    expect(isConnected('poller')).toBe(false);
    await until(() => unsent() === 0, 'what it did not read is freed');
    tcp.destroy();
  });
});
