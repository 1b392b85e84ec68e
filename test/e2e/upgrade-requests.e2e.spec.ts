/** Upgrade requests: only WebSocket is accepted; other offers are answered as if the header were absent. */
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { uniqueName } from '../support/clients/client';
import { usePrivateServer } from '../support/servers/private-server';

const server = usePrivateServer();

function open(text: string): Socket {
  const { hostname, port } = new URL(server.url);
  const tcp = connectTcp(Number(port), hostname);
  tcp.on('error', () => undefined);
  tcp.write(text.replaceAll('\n', '\r\n'));
  return tcp;
}

/** The server's answer to these bytes, until it closes the connection or the answer contains `last`. */
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
const statusLines = (answer: string): string[] => answer.match(/HTTP\/1\.1 \d+/g) ?? [];

it.each(['h2c', 'TLS/1.3', 'h2c, websocket', 'HTTP/2.0'])('an offer of %s is ignored', async (protocol) => {
  const answer = await answerTo(`GET /health/live HTTP/1.1\n${OFFER.replace('h2c', protocol)}\n${LAST}`);
  expect(statusLines(answer)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']);
  expect(answer).toContain('"status":"ok"');
});

it('the body of a request with an offer is read', async () => {
  const body = '{"username":"x"}';
  const head = `POST /api/auth/login HTTP/1.1\n${OFFER}Content-Type: application/json\nContent-Length: ${body.length}\n\n`;
  const answer = await answerTo(`${head}${body}${LAST}`);
  expect(statusLines(answer)).toEqual(['HTTP/1.1 400', 'HTTP/1.1 200']);
  expect(answer).toContain('VALIDATION');
});

it('an offer to the Socket.IO path is ignored too', async () => {
  const answer = await answerTo(`GET /socket.io/?EIO=4&transport=polling HTTP/1.1\n${OFFER}\n${LAST}`);
  expect(statusLines(answer)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']);
  expect(answer).toContain('"sid":');
});

it('several pipelined requests with an offer are all answered', async () => {
  const request = `GET /health/live HTTP/1.1\n${OFFER}\n`;
  expect(statusLines(await answerTo(`${request}${request}${request}${LAST}`))).toEqual(Array(4).fill('HTTP/1.1 200'));
});

it('a WebSocket is refused at once on a path without one', async () => {
  const offer =
    'Host: x\nConnection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\n';
  const answer = await answerTo(`GET /api/characters HTTP/1.1\n${offer}\n`);
  expect(statusLines(answer)).toEqual(['HTTP/1.1 404']);
});

describe('pipelined after an unanswered request', () => {
  const WEBSOCKET =
    'Host: x\nConnection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\n';
  let address = 0;
  /** A request that hashes a password, which takes many ticks. Each has its own address because of the rate limit. */
  const slowRequest = (): string => {
    const body = JSON.stringify({ username: uniqueName('slow'), password: 'correct horse battery' });
    const head = `POST /api/auth/register HTTP/1.1\nHost: x\nX-Forwarded-For: 10.77.0.${++address}\n`;
    return `${head}Content-Type: application/json\nContent-Length: ${body.length}\n\n${body}`;
  };
  const offer = `GET /health/live HTTP/1.1\n${OFFER}\n`;

  it('an offer is answered after that request', async () => {
    const answer = await answerTo(`${slowRequest()}${offer}${LAST}`);
    expect(statusLines(answer)).toEqual(['HTTP/1.1 201', 'HTTP/1.1 200', 'HTTP/1.1 200']);
  });

  it('several offers and requests are answered in order', async () => {
    const missing = 'GET /api/nothing HTTP/1.1\nHost: x\n\n';
    const answer = await answerTo(`${slowRequest()}${missing}${offer}${slowRequest()}${offer}${offer}${LAST}`);
    expect(statusLines(answer)).toEqual([201, 404, 200, 201, 200, 200, 200].map((status) => `HTTP/1.1 ${status}`));
  });

  it('an offer in a later chunk is answered after that request', async () => {
    const tcp = open(slowRequest());
    tcp.setEncoding('utf8');
    let answer = '';
    tcp.on('data', (text: string) => (answer += text));
    await delay(10);
    tcp.write(`${offer}${LAST}`.replaceAll('\n', '\r\n'));
    await once(tcp, 'close');
    expect(statusLines(answer)).toEqual(['HTTP/1.1 201', 'HTTP/1.1 200', 'HTTP/1.1 200']);
  });

  it.each([
    ['a WebSocket on a path without one', `GET /api/characters HTTP/1.1\n${WEBSOCKET}\n`],
    ['a tunnel', 'CONNECT x:80 HTTP/1.1\nHost: x:80\n\n'],
  ])('%s is refused after that request', async (_, request) => {
    expect(statusLines(await answerTo(`${slowRequest()}${request}`))).toEqual(['HTTP/1.1 201', 'HTTP/1.1 404']);
  });

  it('a WebSocket is opened after that request', async () => {
    const upgrade = `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\n${WEBSOCKET}\n`;
    const answer = await answerTo(`${slowRequest()}${upgrade}`, '"sid":');
    expect(statusLines(answer)).toEqual(['HTTP/1.1 201', 'HTTP/1.1 101']);
  });

  it('an offer does not truncate a large answer to a slow reader', async () => {
    const openApiRequest = 'GET /docs/openapi.json HTTP/1.1\nHost: x\n\n';
    const singleAnswer = await answerTo(openApiRequest.replace('Host: x', 'Host: x\nConnection: close'));
    const length = singleAnswer.length - singleAnswer.indexOf('\r\n\r\n');
    const tcp = open(`${openApiRequest.repeat(20)}${offer}${LAST}`);
    tcp.pause();
    await delay(300);
    let answer = '';
    tcp.setEncoding('utf8').on('data', (text: string) => (answer += text));
    tcp.resume();
    await once(tcp, 'close');
    expect(statusLines(answer)).toEqual(Array(22).fill('HTTP/1.1 200'));
    expect(answer.length).toBeGreaterThan(20 * length);
  });

  it('a client that disconnects before the answer ends only its own connection', async () => {
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        const tcp = open(`${slowRequest()}${offer}`);
        await delay(5);
        tcp.resetAndDestroy();
      }),
    );
    expect(statusLines(await answerTo(LAST))).toEqual(['HTTP/1.1 200']);
  });
});
