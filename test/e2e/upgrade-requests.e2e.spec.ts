/** Requests that offer another protocol: only WebSocket is taken, everything else is answered as if nothing was offered. */
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { uniqueName } from '../support/client';
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

function open(text: string): Socket {
  const { hostname, port } = new URL(server.url);
  const tcp = connectTcp(Number(port), hostname);
  tcp.on('error', () => undefined);
  tcp.write(text.replaceAll('\n', '\r\n'));
  return tcp;
}

/** All that is answered to these bytes until the server ends the connection, or until the answer has this in it. */
async function answerTo(text: string, last?: string): Promise<string> {
  const tcp = open(text);
  const chunks: Buffer[] = [];
  tcp.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    if (last !== undefined && Buffer.concat(chunks).includes(last)) tcp.destroy();
  });
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

it('several requests with an offer that come at once are all answered', async () => {
  const request = `GET /health/live HTTP/1.1\n${OFFER}\n`;
  expect(statuses(await answerTo(`${request}${request}${request}${LAST}`))).toEqual(Array(4).fill('HTTP/1.1 200'));
});

it('a WebSocket is refused at once where none is served', async () => {
  const offer =
    'Host: x\nConnection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\n';
  const answer = await answerTo(`GET /api/characters HTTP/1.1\n${offer}\n`);
  expect(statuses(answer)).toEqual(['HTTP/1.1 404']);
});

describe('behind a request that is not answered yet', () => {
  const WEBSOCKET =
    'Host: x\nConnection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\n';
  let address = 0;
  /** Hashes a password, which takes many turns of the event loop. Registrations are limited by address. */
  const slow = (): string => {
    const body = JSON.stringify({ username: uniqueName('slow'), password: 'correct horse battery' });
    const head = `POST /api/auth/register HTTP/1.1\nHost: x\nX-Forwarded-For: 10.77.0.${++address}\n`;
    return `${head}Content-Type: application/json\nContent-Length: ${body.length}\n\n${body}`;
  };
  const offer = `GET /health/live HTTP/1.1\n${OFFER}\n`;

  it('an offer is answered after that request', async () => {
    const answer = await answerTo(`${slow()}${offer}${LAST}`);
    expect(statuses(answer)).toEqual(['HTTP/1.1 201', 'HTTP/1.1 200', 'HTTP/1.1 200']);
  });

  it('several offers, and requests between them, are answered in their order', async () => {
    const missing = 'GET /api/nothing HTTP/1.1\nHost: x\n\n';
    const answer = await answerTo(`${slow()}${missing}${offer}${slow()}${offer}${offer}${LAST}`);
    expect(statuses(answer)).toEqual([201, 404, 200, 201, 200, 200, 200].map((status) => `HTTP/1.1 ${status}`));
  });

  it('an offer that comes later, in a chunk of its own, is answered after that request', async () => {
    const tcp = open(slow());
    tcp.setEncoding('utf8');
    let answer = '';
    tcp.on('data', (text: string) => (answer += text));
    await delay(10);
    tcp.write(`${offer}${LAST}`.replaceAll('\n', '\r\n'));
    await once(tcp, 'close');
    expect(statuses(answer)).toEqual(['HTTP/1.1 201', 'HTTP/1.1 200', 'HTTP/1.1 200']);
  });

  it.each([
    ['a WebSocket where none is served', `GET /api/characters HTTP/1.1\n${WEBSOCKET}\n`],
    ['a tunnel', 'CONNECT x:80 HTTP/1.1\nHost: x:80\n\n'],
  ])('%s is refused after that request', async (_, request) => {
    expect(statuses(await answerTo(`${slow()}${request}`))).toEqual(['HTTP/1.1 201', 'HTTP/1.1 404']);
  });

  it('a WebSocket is opened after that request', async () => {
    const upgrade = `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\n${WEBSOCKET}\n`;
    const answer = await answerTo(`${slow()}${upgrade}`, '"sid":');
    expect(statuses(answer)).toEqual(['HTTP/1.1 201', 'HTTP/1.1 101']);
  });

  it('an offer leaves a large answer whole that the client reads slowly', async () => {
    const documents = 'GET /docs/openapi.json HTTP/1.1\nHost: x\n\n';
    const alone = await answerTo(documents.replace('Host: x', 'Host: x\nConnection: close'));
    const length = alone.length - alone.indexOf('\r\n\r\n');
    const tcp = open(`${documents.repeat(20)}${offer}${LAST}`);
    tcp.pause();
    await delay(300);
    let answer = '';
    tcp.setEncoding('utf8').on('data', (text: string) => (answer += text));
    tcp.resume();
    await once(tcp, 'close');
    expect(statuses(answer)).toEqual(Array(22).fill('HTTP/1.1 200'));
    expect(answer.length).toBeGreaterThan(20 * length);
  });

  it('a client that goes before the answer ends nothing but its connection', async () => {
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        const tcp = open(`${slow()}${offer}`);
        await delay(5);
        tcp.resetAndDestroy();
      }),
    );
    expect(statuses(await answerTo(LAST))).toEqual(['HTTP/1.1 200']);
  });
});
