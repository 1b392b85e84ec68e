/** Requests that offer another protocol: only WebSocket is taken, everything else is answered as if nothing was offered. */
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { startTestServer } from '../support/server';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres';

let database: TestDatabase;
let server: Awaited<ReturnType<typeof startTestServer>>;
beforeAll(async () => {
  database = await createMigratedDatabase();
  server = await startTestServer({ DATABASE_URL: database.url });
});
afterAll(async () => {
  await server.close();
  await database.drop();
});

/** All that is answered to these bytes until the server ends the connection. */
async function answerTo(text: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const tcp = connectTcp(Number(port), hostname);
  const chunks: Buffer[] = [];
  tcp.on('data', (chunk: Buffer) => chunks.push(chunk));
  tcp.write(text.replaceAll('\n', '\r\n'));
  await once(tcp, 'close');
  return Buffer.concat(chunks).toString();
}

const OFFER = 'Host: x\nConnection: Upgrade, HTTP2-Settings\nUpgrade: h2c\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\n';
const LAST = 'GET /health/live HTTP/1.1\nHost: x\nConnection: close\n\n';
const statuses = (answer: string): string[] => answer.match(/HTTP\/1\.1 \d+/g) ?? [];

it.each(['h2c', 'TLS/1.3', 'h2c, websocket', 'HTTP/2.0'])('an offer of %s is ignored', async (protocol) => {
  const answer = await answerTo(`GET /health/live HTTP/1.1\n${OFFER.replace('h2c', protocol)}\n${LAST}`);
  expect(statuses(answer)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']);
  expect(answer).toContain('"status":"ok"');
});

it('a body that comes with an offer is read', async () => {
  const body = '{"username":"x"}';
  const head = `POST /api/auth/login HTTP/1.1\n${OFFER}Content-Type: application/json\nContent-Length: ${body.length}\n\n`;
  const answer = await answerTo(`${head}${body}${LAST}`);
  expect(statuses(answer)).toEqual(['HTTP/1.1 400', 'HTTP/1.1 200']);
  expect(answer).toContain('VALIDATION');
});

it('an offer is ignored where sockets are served, too', async () => {
  const answer = await answerTo(`GET /socket.io/?EIO=4&transport=polling HTTP/1.1\n${OFFER}\n${LAST}`);
  expect(statuses(answer)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']);
  expect(answer).toContain('"sid":');
});

it('several requests with an offer that come at once are all answered, or the connection is closed', async () => {
  const request = `GET /health/live HTTP/1.1\n${OFFER}\n`;
  const answered = statuses(await answerTo(`${request}${request}${request}${LAST}`));
  expect(answered.every((status) => status === 'HTTP/1.1 200')).toBe(true);
  expect(statuses(await answerTo(LAST))).toEqual(['HTTP/1.1 200']);
});

it('a WebSocket is refused at once where none is served', async () => {
  const offer =
    'Host: x\nConnection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\n';
  const answer = await answerTo(`GET /api/characters HTTP/1.1\n${offer}\n`);
  expect(statuses(answer)).toEqual(['HTTP/1.1 404']);
});
