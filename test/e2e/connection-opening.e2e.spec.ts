/** The opening of a connection: what the server keeps of the handshake, and a disconnect before it is complete. */
import { ConnectionHooks, ConnectionRegistry } from '@aeturnis/realtime';
import { WebSocket } from 'ws';
import { SocketServer } from '../../libs/realtime/src/transport/socket-server';
import { createTestClient, connect, waitUntil } from '../support/clients/client';
import { useRaidApp } from '../support/servers/raid-cluster';

const IP = '10.1.0.7';
const FROM = { 'x-forwarded-for': `6.6.6.6, ${IP}` };

const raid = useRaidApp({ TRUSTED_PROXIES: '1', COMMAND_DEADLINE_MS: '300', TOKEN_IN_QUERY: 'true' });

const connections = (): ConnectionRegistry => raid.app.get(ConnectionRegistry);

describe('once a socket is connected', () => {
  it('the server keeps what a second handshake needs of the request, and nothing else', async () => {
    const query = { token: 'anna', much: 'x'.repeat(1_000) };
    const extraHeaders = { ...FROM, 'user-agent': 'nobody asks', 'x-secret': 'hidden' };
    const anna = await connect(raid.url, undefined, { extraHeaders, query });
    const socket = raid.app.get(SocketServer).io.sockets.sockets.get(anna.socket.id ?? '');
    expect(socket?.handshake).toMatchObject({ auth: {}, query: {}, headers: FROM });
    expect(Object.keys(socket?.handshake.headers ?? {})).toEqual(['x-forwarded-for']);
    expect(socket?.handshake.address).toMatch(/127\.0\.0\.1|::1/);
    expect(Object.keys(socket?.conn.request ?? {}).toSorted()).toEqual(['_query', 'connection', 'headers']);
    expect(connections().get(socket?.id ?? '')?.ip).toBe(IP);
  });

  it('it may leave the namespace and join it again on one transport, with the same cookie and address', async () => {
    const socket = new WebSocket(`${raid.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, {
      headers: { ...FROM, cookie: 'accessToken=ben' },
    });
    const frames: string[] = [];
    socket.on('message', (frame: Buffer) => frames.push(frame.toString()));
    const connectReplies = (): string[] => frames.filter((frame) => frame.startsWith('40'));
    await new Promise((resolve) => socket.once('open', resolve));
    for (const times of [1, 2]) {
      socket.send('40');
      await waitUntil(() => connectReplies().length === times, 'connected');
      const [ben, ...others] = connections().ofUser('ben');
      expect([ben?.ip, others]).toEqual([IP, []]);
      socket.send('41');
      await waitUntil(() => connections().ofUser('ben').size === 0, 'disconnected');
    }
    socket.terminate();
  });
});

describe('a disconnect before the connection is open', () => {
  it('is passed to the hooks once, after the end of opening', async () => {
    const seen: string[] = [];
    let releaseHook = (): void => undefined;
    const hookReleased = new Promise<void>((resolve) => (releaseHook = resolve));
    const hooks = raid.app.get(ConnectionHooks);
    hooks.onOpen(async ({ principal }) => {
      if (principal.name !== 'carl') return;
      seen.push('opening');
      await hookReleased;
      seen.push('opened');
    });
    hooks.onClose(({ principal }) => {
      if (principal.name === 'carl') seen.push('closed');
    });
    const carl = createTestClient(raid.url, 'carl', { extraHeaders: FROM });
    await waitUntil(() => seen.length === 1, 'the hook is called');
    carl.socket.disconnect();
    await waitUntil(() => connections().ofUser('carl').size === 0, 'disconnected');
    releaseHook();
    await waitUntil(() => seen.length === 3, 'the hooks are done');
    expect(seen).toEqual(['opening', 'opened', 'closed']);
  });

  it('is forced after a deadline, even if a hook never resolves', async () => {
    const closed: string[] = [];
    const hooks = raid.app.get(ConnectionHooks);
    hooks.onOpen(({ principal }) => (principal.name === 'dora' ? new Promise<void>(() => undefined) : undefined));
    hooks.onClose(({ principal }) => {
      if (principal.name === 'dora') closed.push('closed');
    });
    const dora = createTestClient(raid.url, 'dora', { extraHeaders: FROM, reconnection: false });
    await waitUntil(() => dora.eventsNamed('system:disconnected').length === 1, 'the client is notified');
    expect(dora.eventsNamed('system:disconnected')[0]).toMatchObject({ code: 'OVERLOADED', reconnect: true });
    await waitUntil(() => closed.length === 1, 'the close hooks are called');
    expect(connections().ofUser('dora').size).toBe(0);
  });
});
