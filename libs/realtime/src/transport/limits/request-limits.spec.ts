/** Limits of HTTP requests on a real server with a slow handler: their order, their concurrency, and unparsed requests. */
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

/** Pipelines all requests. @returns the status codes of the responses received before the connection closed. */
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

it('request limits: pipelined requests of one connection are handled one at a time, in order', async () => {
  const paths = ['/1', '/2', '/3', '/4', '/5', '/6'];
  expect(await send(paths.map(get))).toEqual(paths.map(() => '200'));
  expect([handled, mostRunning]).toEqual([paths, 1]);
});

it('request limits: a connection that pipelines thousands of requests is closed, and most of them are not parsed', async () => {
  expect((await send(Array<string>(5_000).fill(get('/')))).length).toBeLessThan(40);
  expect(parsed).toBeLessThan(40);
});

it('request limits: after a refusal, further requests of the connection are not parsed', async () => {
  for (let n = 0; n < 16; n++) await send(Array<string>(16).fill(get('/')));
  parsed = 0;
  expect(await send(Array<string>(200).fill(get('/')))).toEqual(['429']);
  expect(parsed).toBe(1);
});

it('request limits: an address that the API keeps refusing gets 429 without the API, and its sockets are served', async () => {
  status = 403;
  for (let n = 0; n < 8; n++) expect(await send(Array<string>(16).fill(get('/api')))).not.toContain('429');
  const handledBefore = handled.length;
  expect(await send([get('/api')])).toEqual(['429']);
  expect(handled).toHaveLength(handledBefore);
  expect(await send([get('/socket.io/?EIO=4')])).toEqual(['403']);
});
