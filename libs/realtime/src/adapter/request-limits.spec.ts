/** HTTP requests in front of a slow handler, on a real server: their order, how many at once, and what is never parsed. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { loadConfig } from '@aeturnis/platform';
import { limitRequestRate } from './request-limits';

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: node\r\n\r\n`;

let server: Server;
let status = 200;
let handled: string[] = [];
/** Requests that Node has parsed, the refused ones included. */
let parsed = 0;
let [running, mostRunning] = [0, 0];

beforeEach(async () => {
  [status, handled, parsed, running, mostRunning] = [200, [], 0, 0, 0];
  server = createServer((request, response) => {
    handled.push(request.url ?? '');
    mostRunning = Math.max(mostRunning, ++running);
    setImmediate(() => {
      running--;
      response.writeHead(status).end(request.url);
    });
  });
  limitRequestRate(server, loadConfig({ TRUSTED_PROXIES: '0', CONNECTIONS_PER_IP: '64' }), () => 0);
  server.prependListener('request', () => parsed++);
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(async () => {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
});

/** Sends all at once. @returns the status codes of the answers: of all, or of those that came before the connection was closed. */
function send(requests: readonly string[]): Promise<string[]> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let received = '';
  const codes = (): string[] => [...received.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, code]) => String(code));
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString();
    if (codes().length === requests.length) socket.destroy();
  });
  socket.on('error', () => undefined);
  socket.write(requests.join(''));
  return new Promise((resolve) => socket.once('close', () => resolve(codes())));
}

it('requests sent ahead of the answers: one of a connection is handled at a time, in their order', async () => {
  const paths = ['/1', '/2', '/3', '/4', '/5', '/6'];
  expect(await send(paths.map(get))).toEqual(paths.map(() => '200'));
  expect([handled, mostRunning]).toEqual([paths, 1]);
});

it('a connection that sends thousands of requests at once: is closed, and hardly more than its share is parsed', async () => {
  expect((await send(Array<string>(5_000).fill(get('/')))).length).toBeLessThan(40);
  expect(parsed).toBeLessThan(40);
});

it('a connection that is refused: what it has sent beyond is not parsed', async () => {
  for (let n = 0; n < 16; n++) await send(Array<string>(16).fill(get('/')));
  parsed = 0;
  expect(await send(Array<string>(200).fill(get('/')))).toEqual(['429']);
  expect(parsed).toBe(1);
});

it('an address that the API refuses without end: is refused before the API, and its sockets are served', async () => {
  status = 403;
  for (let n = 0; n < 8; n++) expect(await send(Array<string>(16).fill(get('/api')))).not.toContain('429');
  const before = handled.length;
  expect(await send([get('/api')])).toEqual(['429']);
  expect(handled).toHaveLength(before);
  expect(await send([get('/socket.io/?EIO=4')])).toEqual(['403']);
});
