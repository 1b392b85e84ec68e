/** The bytes of HTTP bodies in flight on a real server: what is counted, what releases it, and which body makes room. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { IncomingBodies } from './incoming-bodies';

const [LIMIT, LARGEST] = [1_000, 400];
const onRequest = { handle: (_request: IncomingMessage, _response: ServerResponse): void => undefined };

let server: Server;
let bodies: IncomingBodies;
let clients: Socket[] = [];
beforeEach(async () => {
  bodies = new IncomingBodies(LARGEST, LIMIT);
  onRequest.handle = (request) => void request.resume();
  server = createServer((request, response) => {
    if (!bodies.admit(request, response, String(request.headers.host))) return void response.writeHead(503).end();
    onRequest.handle(request, response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(async () => {
  for (const client of clients) client.destroy();
  clients = [];
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
});

interface RawClient {
  readonly socket: Socket;
  readonly received: () => string;
}

/** Sends the head of a request, and waits until the server has seen it. */
async function post(address: string, header: string, body = ''): Promise<RawClient> {
  const seen = once(server, 'request');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
  clients.push(socket);
  let received = '';
  socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
  socket.write(`POST / HTTP/1.1\r\nHost: ${address}\r\n${header}\r\n\r\n${body}`);
  await seen;
  return { socket, received: () => received };
}

const ofLength = (length: number): string => `Content-Length: ${length}`;

async function becomes(bytes: number): Promise<void> {
  for (let waited = 0; waited < 2_000 && bodies.totalBytes !== bytes; waited += 5) await delay(5);
  expect(bodies.totalBytes).toBe(bytes);
}

it('incoming bodies: a body counts by its declared length, a chunked one as the largest, a request without a body not', async () => {
  await post('a', ofLength(300));
  expect(bodies.totalBytes).toBe(300);
  await post('a', 'Transfer-Encoding: chunked');
  expect(bodies.totalBytes).toBe(300 + LARGEST);
  await post('a', ofLength(0));
  await post('a', 'Accept: */*');
  expect(bodies.totalBytes).toBe(300 + LARGEST);
});

it.each<[string, string, (client: RawClient) => unknown]>([
  ['the body has been read', ofLength(300), ({ socket }) => socket.write('x'.repeat(300))],
  ['a chunked body has been read', 'Transfer-Encoding: chunked', ({ socket }) => socket.write('1\r\nx\r\n0\r\n\r\n')],
  ['the client disconnects', ofLength(300), ({ socket }) => socket.destroy()],
  ['the client sends invalid bytes', 'Transfer-Encoding: chunked', ({ socket }) => socket.write('no chunk\r\n')],
])('incoming bodies: a body is released once when %s', async (_, header, end) => {
  await post('kept', ofLength(100));
  const client = await post('a', header);
  expect(bodies.totalBytes).toBeGreaterThan(100);
  end(client);
  await becomes(100);
  client.socket.destroy();
  await delay(20);
  expect(bodies.totalBytes).toBe(100);
});

it('incoming bodies: a body is released once when the request is answered before its end', async () => {
  onRequest.handle = (_request, response) => void response.end('early');
  const client = await post('a', ofLength(300));
  await becomes(0);
  client.socket.write('x'.repeat(300));
  await delay(20);
  expect(bodies.totalBytes).toBe(0);
});

it('incoming bodies: a body that no listener reads counts until the request is answered', async () => {
  let answer = (): void => undefined;
  onRequest.handle = (_request, response) => (answer = () => void response.end());
  await post('a', ofLength(300), 'x'.repeat(300));
  await delay(20);
  expect(bodies.totalBytes).toBe(300);
  answer();
  await becomes(0);
});

it('incoming bodies: bodies that wait behind an unanswered request are released when the client disconnects', async () => {
  onRequest.handle = () => undefined;
  const body = 'x'.repeat(100);
  const client = await post('a', ofLength(100), body);
  client.socket.write(`POST / HTTP/1.1\r\nHost: a\r\n${ofLength(100)}\r\n\r\n${body}`);
  await becomes(200);
  client.socket.destroy();
  await becomes(0);
});

it('incoming bodies: past the limit, further bodies of the address are refused, until one has ended', async () => {
  const [first] = [await post('a', ofLength(400)), await post('a', ofLength(400))];
  const refused = await post('a', ofLength(300));
  for (let waited = 0; waited < 2_000 && refused.received() === ''; waited += 5) await delay(5);
  expect(refused.received()).toMatch(/^HTTP\/1\.1 503 /);
  expect(bodies.totalBytes).toBe(800);
  first.socket.destroy();
  await becomes(400);
  await post('a', ofLength(300));
  expect(bodies.totalBytes).toBe(700);
});

it('incoming bodies: past the limit, the oldest body of the address with the most bytes makes room for another address', async () => {
  const [oldest, newer] = [await post('a', ofLength(400)), await post('a', ofLength(400))];
  const other = await post('b', ofLength(200));
  const closed = once(oldest.socket, 'close');
  await post('c', ofLength(300));
  await closed;
  await becomes(900);
  expect([newer.socket.closed, other.socket.closed]).toEqual([false, false]);
});

it('incoming bodies: an address cannot displace one that has as few bytes', async () => {
  await post('a', ofLength(400));
  await post('b', ofLength(400));
  const refused = await post('c', ofLength(400));
  for (let waited = 0; waited < 2_000 && refused.received() === ''; waited += 5) await delay(5);
  expect(refused.received()).toMatch(/^HTTP\/1\.1 503 /);
  expect(bodies.totalBytes).toBe(800);
});

it('incoming bodies: an idle node receives the largest body, however low its limit', async () => {
  bodies = new IncomingBodies(LARGEST, 10);
  await post('a', ofLength(LARGEST));
  expect(bodies.totalBytes).toBe(LARGEST);
});
