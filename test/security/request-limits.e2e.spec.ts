/** Limits on HTTP requests below the routes: per address and per connection, regardless of the route that would answer. */
import type { Server } from 'node:http';
import { connect as connectTcp, type Socket } from 'node:net';
import { type RaidApp, startRaidApp } from '../other-app/raid-app';
import { freePort } from '../support/free-port';
import { waitUntil } from '../support/clients/client';

/** The burst at the lowest limit that settings allow: 128 requests a second, 256 at once. */
const BURST = 256;

let raid: RaidApp;
beforeEach(async () => {
  raid = await startRaidApp({ TRUSTED_PROXIES: '0', CONNECTIONS_PER_IP: '64' });
});
afterEach(() => raid.close());

interface RawClient {
  readonly socket: Socket;
  readonly closed: () => boolean;
  /** Status codes of the answers so far, in order. */
  readonly statuses: () => number[];
}

function open(localAddress: string, url = raid.url): Promise<RawClient> {
  const { hostname, port } = new URL(url);
  const socket = connectTcp({ port: Number(port), host: hostname, localAddress });
  let received = '';
  let closed = false;
  socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
  socket.on('error', () => undefined).on('close', () => (closed = true));
  const statuses = (): number[] => [...received.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
  return new Promise((resolve) => socket.once('connect', () => resolve({ socket, closed: () => closed, statuses })));
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: node\r\n\r\n`;

/** Sends batches of `batchSize` requests, each after the answers to the previous one, until the connection is closed. */
async function send(client: RawClient, request: string, maxRequests: number, batchSize = 1): Promise<number[]> {
  for (let sent = batchSize; sent <= maxRequests && !client.closed(); sent += batchSize) {
    client.socket.write(request.repeat(batchSize));
    await waitUntil(() => client.closed() || client.statuses().length >= sent, 'answered');
  }
  return client.statuses();
}

/** How many requests of one address the API may refuse in a burst. */
const REFUSAL_BURST = 128;

it.each([
  ['of an unknown route', '/nothing', REFUSAL_BURST],
  ['of the health page', '/health/live', BURST],
])(
  'requests %s: an address over its limit is answered 429 and closed, another address is served',
  async (_, path, burst) => {
    const client = await open('127.0.0.1');
    const statuses = await send(client, get(path), BURST * 8, 16);
    await waitUntil(client.closed, 'closed');
    expect(statuses.at(-1)).toBe(429);
    expect(statuses.filter((status) => status === 429)).toHaveLength(1);
    expect(statuses.length).toBeGreaterThan(burst);
    const other = await open('127.0.0.2');
    expect((await send(other, get('/health/live'), 1)).at(-1)).not.toBe(429);
    other.socket.destroy();
  },
);

it('pipelined requests: a few are answered in order, a connection with very many is closed', async () => {
  const honest = await open('127.0.0.1');
  honest.socket.write(get('/nothing').repeat(8) + get('/health/live'));
  await waitUntil(() => honest.statuses().length === 9, 'answered');
  expect(honest.statuses().slice(0, 8)).toEqual(Array(8).fill(404));
  honest.socket.destroy();
  const flood = await open('127.0.0.2');
  flood.socket.write(get('/nothing').repeat(5_000));
  await waitUntil(flood.closed, 'closed');
  expect(flood.statuses().length).toBeLessThanOrEqual(32);
});

it('bodies count by their length: fewer large requests pass than small ones', async () => {
  const body = 'x'.repeat(100_000);
  const head = `POST /nothing HTTP/1.1\r\nHost: node\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n`;
  const client = await open('127.0.0.1');
  const statuses = await send(client, head + body, BURST);
  expect(statuses.at(-1)).toBe(429);
  expect(statuses.length).toBeLessThan(BURST / 2);
});

it.each([
  ['a declared length', 'Content-Length: 900000000\r\n', ''],
  ['chunks', 'Transfer-Encoding: chunked\r\n', '10000\r\n'],
])('a body beyond the limit by %s: is not read to its end', async (_, header, chunkHead) => {
  const client = await open('127.0.0.1');
  client.socket.write(`POST /nothing HTTP/1.1\r\nHost: node\r\n${header}\r\n`);
  const piece = `${chunkHead}${'x'.repeat(0x10000)}${chunkHead && '\r\n'}`;
  const sending = setInterval(() => client.socket.write(piece), 5);
  try {
    await waitUntil(client.closed, 'closed');
  } finally {
    clearInterval(sending);
  }
});

describe('slow bodies', () => {
  const LARGE = 128 * 1024;
  /** How many of the largest bodies fit into the bytes that a node receives at once. */
  const FITTING = (32 * 1024 * 1024) / LARGE;
  let other: RaidApp;
  beforeEach(async () => {
    other = await startRaidApp({ TRUSTED_PROXIES: '0', CONNECTIONS_PER_IP: '2000' });
  });
  afterEach(() => other.close());

  const post = (length: number): string =>
    `POST /api/auth/guest HTTP/1.1\r\nHost: node\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;

  async function sendSlowly(addresses: readonly string[], count: number): Promise<RawClient[]> {
    const clients = await Promise.all(
      Array.from({ length: count }, (_, n) => open(addresses[n % addresses.length] ?? '', other.url)),
    );
    for (const { socket } of clients) socket.write(`${post(LARGE)}{"`);
    return clients;
  }

  it('bodies of many connections: past the bytes of a node they are answered 503 and closed, until others end', async () => {
    const clients = await sendSlowly(['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4'], FITTING + 40);
    const refused = (): RawClient[] => clients.filter(({ statuses }) => statuses().length > 0);
    await waitUntil(() => refused().filter(({ closed }) => closed()).length === 40, 'refused');
    for (const { statuses } of refused()) expect(statuses()).toEqual([503]);
    for (const { socket } of clients) socket.destroy();
    const sendLarge = (): Promise<Response> =>
      fetch(`${other.url}/api/auth/guest`, { method: 'POST', body: ' '.repeat(LARGE) });
    await waitUntil(async () => (await sendLarge()).status !== 503, 'a body is read');
  });

  it('a body of an address with fewer bytes is read while others fill the node', async () => {
    const clients = await sendSlowly(['127.0.0.1', '127.0.0.2'], FITTING);
    const honest = await open('127.0.0.9', other.url);
    honest.socket.write(`${post(2)}{}`);
    await waitUntil(() => honest.statuses().length > 0, 'answered');
    expect(honest.statuses()).not.toContain(503);
    await waitUntil(() => clients.some(({ closed }) => closed()), 'closed');
    expect(clients.filter(({ closed }) => closed())).toHaveLength(1);
    for (const { socket } of [...clients, honest]) socket.destroy();
  });
});

describe('HTTP timeouts', () => {
  let other: RaidApp | undefined;
  afterEach(() => other?.close());

  it('keep-alive on every port exceeds the 60 s of common proxies', async () => {
    const socketPort = await freePort();
    other = await startRaidApp({ SOCKET_PORT: String(socketPort), CONNECT_TIMEOUT_MS: '7000' });
    for (const url of [other.url, `http://127.0.0.1:${socketPort}`]) {
      const { headers } = await fetch(`${url}/health/live`);
      expect([url, headers.get('keep-alive')]).toEqual([url, 'timeout=65']);
    }
    const server = other.app.getHttpServer() as Server;
    expect(server).toMatchObject({ keepAliveTimeout: 65_000, headersTimeout: 7_000, requestTimeout: 30_000 });
  });

  it('keep-alive can be raised for a proxy that keeps connections longer', async () => {
    other = await startRaidApp({ HTTP_KEEP_ALIVE_MS: '620000' });
    expect((await fetch(`${other.url}/health/live`)).headers.get('keep-alive')).toBe('timeout=620');
  });

  it('an idle keep-alive connection is not subject to the header timeout', async () => {
    other = await startRaidApp({ CONNECT_TIMEOUT_MS: '200', TRUSTED_PROXIES: '0' });
    const idle = await open('127.0.0.1', other.url);
    idle.socket.write(get('/health/live'));
    await waitUntil(() => idle.statuses().length === 1, 'answered');
    // The new silent connection is closed by the header timeout, while the idle one has been silent for as long.
    const silent = await open('127.0.0.2', other.url);
    await waitUntil(silent.closed, 'closed');
    expect(idle.closed()).toBe(false);
    idle.socket.write(get('/health/live'));
    await waitUntil(() => idle.statuses().length === 2, 'answered');
    idle.socket.destroy();
  });

  it('a request whose headers or body do not arrive is ended', async () => {
    other = await startRaidApp({ CONNECT_TIMEOUT_MS: '200', TRUSTED_PROXIES: '0' });
    (other.app.getHttpServer() as Server).requestTimeout = 400;
    const headless = await open('127.0.0.1', other.url);
    headless.socket.write('GET /health/live HTTP/1.1\r\nHost: node\r\n');
    const bodiless = await open('127.0.0.2', other.url);
    bodiless.socket.write('POST /nothing HTTP/1.1\r\nHost: node\r\nContent-Length: 10\r\n\r\n');
    await waitUntil(() => headless.closed() && bodiless.closed(), 'closed');
    expect(headless.statuses()).toEqual([408]);
  });
});
