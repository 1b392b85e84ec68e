/** The handshake: which connections are admitted, which are refused, and with what error. */
import { request } from 'node:http';
import { ConnectionRegistry, RealtimeService } from '@aeturnis/realtime';
import { WebSocket } from 'ws';
import { startRaidApp } from '../other-app/raid-app';
import { freePort } from '../support/free-port';
import { createTestClient, connect, isClosedBeforeAdmission, waitUntil } from '../support/clients/client';
import { useRaidApp } from '../support/servers/raid-cluster';

const raid = useRaidApp({
  TRUSTED_PROXIES: '1',
  CONNECTIONS_PER_USER: '2',
  CONNECTIONS_PER_IP: '3',
  TOKEN_IN_QUERY: 'true',
});

let lastIp = 0;
/** Each test connects from an address of its own; otherwise the failures of one would block the next. */
const from = (ip = `10.1.0.${++lastIp}`): { extraHeaders: Record<string, string> } => ({
  extraHeaders: { 'x-forwarded-for': `6.6.6.6, ${ip}` },
});

const refusal = async (token: string | undefined, options = {}): Promise<unknown> => {
  const refused = createTestClient(raid.url, token, { ...from(), ...options });
  return new Promise((resolve) =>
    refused.socket.once('connect_error', (error: Error & { data?: unknown }) => resolve(error.data ?? error.message)),
  );
};

describe('a token', () => {
  it.each([
    ['in auth', 'anna', {}],
    ['as bearer', undefined, { authorization: 'Bearer anna' }],
    ['in a cookie', undefined, { cookie: 'other=1; accessToken=anna' }],
  ])('is accepted %s', async (_, token, headers) => {
    const anna = await connect(raid.url, token, { extraHeaders: { ...from().extraHeaders, ...headers } });
    const expiresAt = raid.app.get(ConnectionRegistry).get(anna.socket.id ?? '')?.principal.expiresAt;
    expect(expiresAt).toEqual(expect.any(Number));
    expect(anna.eventsNamed('auth:success')).toEqual([
      { userId: 'anna', socketId: anna.socket.id, message: 'Welcome, anna', expiresAt },
    ]);
    expect(anna.eventsNamed('system:connected')[0]).toMatchObject({
      socketId: anna.socket.id,
      recovered: false,
      expiresAt,
      protocol: 1,
    });
  });

  it('is accepted in the query only if the configuration allows it', async () => {
    await connect(raid.url, undefined, { ...from(), query: { token: 'anna' } });
    const strict = await startRaidApp();
    try {
      const refused = createTestClient(strict.url, undefined, { query: { token: 'anna' } });
      const error = await new Promise<{ data: unknown }>((resolve) =>
        refused.socket.once('connect_error', (error) => resolve(error as never)),
      );
      expect(error.data).toMatchObject({ code: 'MISSING_TOKEN' });
    } finally {
      await strict.close();
    }
  });

  it('that is missing or wrong is refused with its code', async () => {
    expect(await refusal(undefined)).toMatchObject({ code: 'MISSING_TOKEN', retryable: false });
    expect(await refusal('wrong')).toMatchObject({ code: 'INVALID_TOKEN', retryable: false });
    expect(await refusal('anna', { auth: { token: { $gt: '' } } })).toMatchObject({ code: 'MISSING_TOKEN' });
  });

  it('may be wrong five times per minute and address; a valid one is always accepted', async () => {
    const address = from();
    const codes: unknown[] = [];
    for (let attempt = 0; attempt < 6; attempt++)
      codes.push(((await refusal('wrong', address)) as { code: string }).code);
    expect(codes).toEqual([...Array<string>(5).fill('INVALID_TOKEN'), 'RATE_LIMITED']);
    expect(await refusal('wrong', address)).toMatchObject({
      code: 'RATE_LIMITED',
      retryable: true,
      retryAfterMs: expect.any(Number),
    });
    await connect(raid.url, 'anna', address);
    expect(await refusal('wrong')).toMatchObject({ code: 'INVALID_TOKEN' });
  });
});

describe('the handshake', () => {
  it('refuses an unsupported protocol version', async () => {
    expect(await refusal('anna', { auth: { token: 'anna', protocol: 99 } })).toMatchObject({
      code: 'UPGRADE_REQUIRED',
      details: { supported: [1] },
    });
  });

  it('closes a connection beyond the limit per user or per address; a stock client retries', async () => {
    await connect(raid.url, 'hugo', from());
    await connect(raid.url, 'hugo', from());
    expect(await isClosedBeforeAdmission(createTestClient(raid.url, 'hugo', from()).socket)).toBe(true);
    const address = from();
    for (const name of ['i1', 'i2', 'i3']) await connect(raid.url, name, address);
    expect(await isClosedBeforeAdmission(createTestClient(raid.url, 'i4', address).socket)).toBe(true);
  });

  it('closes a connection that asks for another namespace before it is admitted', async () => {
    const refused = createTestClient(`${raid.url}/admin`, 'anna', from());
    await new Promise((resolve) => refused.socket.io.once('close', resolve));
    expect(refused.socket.connected).toBe(false);
  });

  it('works over polling, with an upgrade', async () => {
    const anna = await connect(raid.url, 'anna', { ...from(), transports: ['polling', 'websocket'] });
    await waitUntil(() => anna.socket.io.engine.transport.name === 'websocket', 'upgraded to websocket');
    expect(await anna.send('raid:echo', { n: 3 })).toEqual({ success: true, n: 3 });
  });

  it('closes a connection that joins no namespace in time', async () => {
    const impatient = await startRaidApp({ CONNECT_TIMEOUT_MS: '200' });
    try {
      const socket = new WebSocket(`${impatient.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
      await new Promise((resolve) => socket.addEventListener('close', resolve, { once: true }));
    } finally {
      await impatient.close();
    }
  });
});

describe('the origin', () => {
  const status = (transport: string, origin: string | undefined): Promise<number> =>
    new Promise((resolve, reject) => {
      const upgrade = transport === 'websocket';
      const headers = {
        ...(origin === undefined ? {} : { origin }),
        ...(upgrade
          ? {
              connection: 'upgrade',
              upgrade: 'websocket',
              'sec-websocket-version': '13',
              'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
            }
          : {}),
      };
      const upgradeRequest = request(`${raid.url}/socket.io/?EIO=4&transport=${transport}`, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      upgradeRequest.on('upgrade', (response, socket) => {
        socket.destroy();
        resolve(response.statusCode ?? 0);
      });
      upgradeRequest.on('error', reject);
      upgradeRequest.end();
    });

  it.each(['polling', 'websocket'])('that is not allowed is refused over %s at once', async (transport) => {
    expect(await status(transport, 'https://evil.example')).toBeGreaterThanOrEqual(400);
    expect(await status(transport, 'http://localhost:5173')).toBeLessThan(400);
    expect(await status(transport, undefined)).toBeLessThan(400);
  });

  it('gets CORS headers if it is allowed', async () => {
    const allowed = await fetch(`${raid.url}/socket.io/?EIO=4&transport=polling`, {
      headers: { origin: 'http://localhost:5173' },
    });
    expect(allowed.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
    expect(allowed.headers.get('access-control-allow-credentials')).toBe('true');
  });
});

describe('bad frames', () => {
  it('that exceed the size limit close their own connection only', async () => {
    const other = await connect(raid.url, 'ben', from());
    const anna = await connect(raid.url, 'anna', from());
    const closed = new Promise((resolve) => anna.socket.once('disconnect', resolve));
    anna.socket.emit('system:ping', { junk: 'x'.repeat(1_200_000) });
    expect(await closed).toBe('transport close');
    const metrics = await (await fetch(`${raid.url}/metrics`)).text();
    expect(metrics).toMatch(/aeturnis_connections_ended_total\{reason="payload too large"\} 1/);
    expect(await other.send('system:ping')).toMatchObject({ success: true, pong: true });
  });

  it('that are not valid packets close their own connection only', async () => {
    const socket = new WebSocket(`${raid.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
    await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
    const closed = new Promise((resolve) => socket.addEventListener('close', resolve, { once: true }));
    socket.send('4{"this is":"no packet');
    await closed;
    const anna = await connect(raid.url, 'anna', from());
    expect(await anna.send('system:ping')).toMatchObject({ pong: true });
  });

  it('with binary data pass in both directions', async () => {
    const anna = await connect(raid.url, 'anna', from());
    expect(await anna.send('raid:echo', { n: Buffer.from([1, 2, 3]) })).toMatchObject({
      error: { code: 'VALIDATION' },
    });
    const seen = new Promise<{ by: Buffer }>((resolve) =>
      anna.socket.once('raid:horn', (event) => resolve(event as never)),
    );
    raid.app.get(RealtimeService).emitToUser('anna', 'raid:horn', { by: Buffer.from([1, 2, 3]) } as never);
    expect([...(await seen).by]).toEqual([1, 2, 3]);
  });
});

describe('floods', () => {
  it('are refused, and the connection is closed if they continue', async () => {
    const anna = await connect(raid.url, 'flooder', from());
    const reason = new Promise((resolve) => anna.socket.once('disconnect', resolve));
    const answers = Array.from({ length: 100 }, () => anna.send('system:nothing', {}));
    const codes = (await Promise.all(answers)).map(({ error }) => error?.code);
    expect(codes).toContain('RATE_LIMITED');
    for (let count = 0; count < 200; count++) anna.socket.emit('system:ping', {});
    expect(await reason).toBe('io server disconnect');
    expect(anna.eventsNamed('system:disconnected')).toMatchObject([{ code: 'RATE_LIMITED', reconnect: false }]);
  });
});

describe('ports', () => {
  it('sockets can have a port of their own', async () => {
    const port = await freePort();
    const app = await startRaidApp({ SOCKET_PORT: String(port) });
    try {
      const anna = await connect(`http://127.0.0.1:${port}`, 'anna');
      expect(await anna.send('system:ping')).toMatchObject({ pong: true });
      expect((await fetch(`${app.url}/socket.io/?EIO=4&transport=polling`)).status).toBe(404);
      expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(404);
    } finally {
      await app.close();
    }
  });
});

describe('system:ping', () => {
  it('is answered by an ack, or by an event if no ack was requested', async () => {
    const anna = await connect(raid.url, 'anna', from());
    expect(await anna.send('system:ping')).toEqual({ success: true, pong: true, timestamp: expect.any(Number) });
    expect(anna.eventsNamed('system:pong')).toEqual([]);
    (anna.socket as unknown as { emit(event: string): void }).emit('system:ping');
    expect(await anna.waitForEvent('system:pong')).toEqual({ timestamp: expect.any(Number) });
  });
});
