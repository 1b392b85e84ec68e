/** The beginning of a connection: what is let go of once it is over, and an end in the middle of it. */
import { ConnectionHooks, Connections } from '@aeturnis/realtime';
import { WebSocket } from 'ws';
import { SocketServer } from '../../libs/realtime/src/adapter/socket-server';
import { type RaidApp, startRaidApp } from '../other-app/raid-app';
import { client, closeClients, connect, until } from '../support/client';

const IP = '10.1.0.7';
const FROM = { 'x-forwarded-for': `6.6.6.6, ${IP}` };

let raid: RaidApp;
beforeAll(async () => {
  raid = await startRaidApp({ TRUSTED_PROXIES: '1', COMMAND_DEADLINE_MS: '300', TOKEN_IN_QUERY: 'true' });
});
afterEach(closeClients);
afterAll(() => raid.close());

const connections = (): Connections => raid.app.get(Connections);

describe('once it is connected', () => {
  it('the server keeps what a later handshake needs of the request, and nothing else', async () => {
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

  it('it may leave and come in again over the same line, by the same cookie and from the same address', async () => {
    const line = new WebSocket(`${raid.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, {
      headers: { ...FROM, cookie: 'accessToken=ben' },
    });
    const frames: string[] = [];
    line.on('message', (frame: Buffer) => frames.push(frame.toString()));
    const welcomes = (): string[] => frames.filter((frame) => frame.startsWith('40'));
    await new Promise((resolve) => line.once('open', resolve));
    for (const times of [1, 2]) {
      line.send('40');
      await until(() => welcomes().length === times, 'connected');
      const [ben, ...others] = connections().ofUser('ben');
      expect([ben?.ip, others]).toEqual([IP, []]);
      line.send('41');
      await until(() => connections().ofUser('ben').size === 0, 'left');
    }
    line.terminate();
  });
});

describe('an end in the middle of it', () => {
  it('is told to the domains once, and after the beginning', async () => {
    const seen: string[] = [];
    let letOn = (): void => undefined;
    const held = new Promise<void>((resolve) => (letOn = resolve));
    const hooks = raid.app.get(ConnectionHooks);
    hooks.onOpen(async ({ principal }) => {
      if (principal.name !== 'carl') return;
      seen.push('opening');
      await held;
      seen.push('opened');
    });
    hooks.onClose(({ principal }) => {
      if (principal.name === 'carl') seen.push('closed');
    });
    const carl = client(raid.url, 'carl', { extraHeaders: FROM });
    await until(() => seen.length === 1, 'it begins');
    carl.socket.disconnect();
    await until(() => connections().ofUser('carl').size === 0, 'gone');
    letOn();
    await until(() => seen.length === 3, 'all are told');
    expect(seen).toEqual(['opening', 'opened', 'closed']);
  });

  it('comes by itself where it takes too long, whatever the domains wait for', async () => {
    const ended: string[] = [];
    const hooks = raid.app.get(ConnectionHooks);
    hooks.onOpen(({ principal }) => (principal.name === 'dora' ? new Promise<void>(() => undefined) : undefined));
    hooks.onClose(({ principal }) => {
      if (principal.name === 'dora') ended.push('closed');
    });
    const dora = client(raid.url, 'dora', { extraHeaders: FROM, reconnection: false });
    await until(() => dora.all('system:disconnected').length === 1, 'it is told');
    expect(dora.all('system:disconnected')[0]).toMatchObject({ code: 'OVERLOADED', reconnect: true });
    await until(() => ended.length === 1, 'the domains are told');
    expect(connections().ofUser('dora').size).toBe(0);
  });
});
