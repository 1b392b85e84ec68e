/** HTTP requests below the routes: bounded per address and per connection, whatever they ask for and whoever would answer. */
import { connect as connectTcp, type Socket } from 'node:net';
import { type RaidApp, startRaidApp } from '../other-app/raid-app';
import { until } from '../support/client';

/** The fewest that a setting can lead to: 128 a second, 256 at once. */
const BURST = 256;

let raid: RaidApp;
beforeEach(async () => {
  raid = await startRaidApp({ TRUSTED_PROXIES: '0', CONNECTIONS_PER_IP: '64' });
});
afterEach(() => raid.close());

interface Line {
  readonly socket: Socket;
  readonly closed: () => boolean;
  /** Status codes of the answers so far, in their order. */
  readonly statuses: () => number[];
}

function open(localAddress: string): Promise<Line> {
  const { hostname, port } = new URL(raid.url);
  const socket = connectTcp({ port: Number(port), host: hostname, localAddress });
  let received = '';
  let closed = false;
  socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
  socket.on('error', () => undefined).on('close', () => (closed = true));
  const statuses = (): number[] => [...received.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
  return new Promise((resolve) => socket.once('connect', () => resolve({ socket, closed: () => closed, statuses })));
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: node\r\n\r\n`;

/** Sends requests, `together` at a time and the next ones when these have been answered, until the connection is closed. */
async function send(line: Line, request: string, most: number, together = 1): Promise<number[]> {
  for (let sent = together; sent <= most && !line.closed(); sent += together) {
    line.socket.write(request.repeat(together));
    await until(() => line.closed() || line.statuses().length >= sent, 'answered');
  }
  return line.statuses();
}

it.each([
  ['of an unknown route', '/nothing'],
  ['of the health page', '/health/live'],
])('requests %s: an address over its limit is answered 429 and closed, another address is served', async (_, path) => {
  const line = await open('127.0.0.1');
  const statuses = await send(line, get(path), BURST * 8, 16);
  await until(line.closed, 'closed');
  expect(statuses.at(-1)).toBe(429);
  expect(statuses.filter((status) => status === 429)).toHaveLength(1);
  expect(statuses.length).toBeGreaterThan(BURST);
  const other = await open('127.0.0.2');
  expect((await send(other, get('/health/live'), 1)).at(-1)).not.toBe(429);
  other.socket.destroy();
});

it('pipelined requests: a few are answered in their order, a connection with very many is closed', async () => {
  const honest = await open('127.0.0.1');
  honest.socket.write(get('/nothing').repeat(8) + get('/health/live'));
  await until(() => honest.statuses().length === 9, 'answered');
  expect(honest.statuses().slice(0, 8)).toEqual(Array(8).fill(404));
  honest.socket.destroy();
  const flood = await open('127.0.0.2');
  flood.socket.write(get('/nothing').repeat(5_000));
  await until(flood.closed, 'closed');
  expect(flood.statuses().length).toBeLessThanOrEqual(32);
});

it('bodies count by their length: fewer large requests pass than small ones', async () => {
  const body = 'x'.repeat(100_000);
  const head = `POST /nothing HTTP/1.1\r\nHost: node\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n`;
  const line = await open('127.0.0.1');
  const statuses = await send(line, head + body, BURST);
  expect(statuses.at(-1)).toBe(429);
  expect(statuses.length).toBeLessThan(BURST / 2);
});

it.each([
  ['a declared length', 'Content-Length: 900000000\r\n', ''],
  ['chunks', 'Transfer-Encoding: chunked\r\n', '10000\r\n'],
])('a body beyond the limit by %s: is not read to its end', async (_, header, chunkHead) => {
  const line = await open('127.0.0.1');
  line.socket.write(`POST /nothing HTTP/1.1\r\nHost: node\r\n${header}\r\n`);
  const piece = `${chunkHead}${'x'.repeat(0x10000)}${chunkHead && '\r\n'}`;
  const sending = setInterval(() => line.socket.write(piece), 5);
  try {
    await until(line.closed, 'closed');
  } finally {
    clearInterval(sending);
  }
});
