/** What breaks a protocol, at any layer: ends its TCP connection, also where the client leaves its own side open. */
import { connect as connectTcp, type Socket } from 'node:net';
import { type RaidApp, startRaidApp } from '../other-app/raid-app';
import { until } from '../support/client';
import { BINARY, CLOSE, CONTINUATION, frame, PING, TEXT, text } from './attack/support/websocket-frames';

let raid: RaidApp;
beforeAll(async () => {
  raid = await startRaidApp({ TRUSTED_PROXIES: '0' });
});
afterAll(() => raid.close());

interface Line {
  readonly socket: Socket;
  readonly received: () => string;
  /** Whether the server has let go of the connection: its half of the close alone is not enough. */
  readonly closed: () => boolean;
}

const PROBE_MS = 20;
const lines: Socket[] = [];
const probes: NodeJS.Timeout[] = [];
afterEach(() => {
  for (const probe of probes.splice(0)) clearInterval(probe);
  for (const socket of lines.splice(0)) socket.destroy();
});

function open(): Line {
  const { hostname, port } = new URL(raid.url);
  const socket = connectTcp({ port: Number(port), host: hostname, allowHalfOpen: true });
  let received = '';
  let closed = false;
  socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
  socket.on('error', () => undefined).on('close', () => (closed = true));
  socket.on('end', () => probes.push(setInterval(() => socket.write('x'), PROBE_MS)));
  lines.push(socket);
  return { socket, received: () => received, closed: () => closed };
}

const request = (head: string, body = ''): string => `${head}\r\nHost: node\r\n\r\n${body}`;
const upgrade = (path: string, headers: string): string =>
  `GET ${path} HTTP/1.1\r\nHost: node\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${headers}\r\n`;
const KEY = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
const VERSION = 'Sec-WebSocket-Version: 13\r\n';
const SOCKETS = '/socket.io/?EIO=4&transport=websocket';

it.each([
  ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ['a method that does not exist', request('FETCH / HTTP/1.1')],
  ['a version that does not exist', request('GET / HTTP/7.3')],
  ['a header without a name', 'GET / HTTP/1.1\r\nHost: node\r\n: x\r\n\r\n'],
  ['headers of 100 KB', `GET / HTTP/1.1\r\nHost: node\r\nX-Long: ${'x'.repeat(100_000)}\r\n\r\n`],
  ['a length that is no number', request('POST / HTTP/1.1\r\nContent-Length: ten')],
  ['both a length and chunks', request('POST / HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked', '{}')],
  ['a chunk of no length', request('POST /nothing HTTP/1.1\r\nTransfer-Encoding: chunked', 'zz\r\n\r\n')],
  ['rubbish after a request', request('GET /health/live HTTP/1.1', 'rubbish\r\n\r\n')],
  ['rubbish after many requests', request('GET /nothing HTTP/1.1').repeat(8) + 'rubbish\r\n\r\n'],
  ['an upgrade without a key', upgrade(SOCKETS, VERSION)],
  ['an upgrade without a version', upgrade(SOCKETS, KEY)],
  ['an upgrade of an unknown session', upgrade(`${SOCKETS}&sid=nobody`, VERSION + KEY)],
  ['an upgrade to an unknown transport', upgrade('/socket.io/?EIO=4&transport=pigeon', VERSION + KEY)],
  ['an upgrade elsewhere', upgrade('/nothing', VERSION + KEY)],
  ['an unknown transport', request('GET /socket.io/?EIO=4&transport=pigeon HTTP/1.1')],
  ['polling of an unknown session', request('GET /socket.io/?EIO=4&transport=polling&sid=nobody HTTP/1.1')],
])('HTTP: %s', async (_, bytes) => {
  const line = open();
  line.socket.write(bytes, 'latin1');
  await until(line.closed, 'closed');
});

const PACKETS: readonly (readonly [string, Buffer])[] = [
  ['reserved bits', frame(TEXT, '3', { rsv: 4 })],
  ['a reserved opcode', frame(11, 'x')],
  ['an unmasked frame', frame(TEXT, '3', { masked: false })],
  ['a control frame of 126 bytes', frame(PING, 'x'.repeat(126))],
  ['a fragmented control frame', frame(PING, 'x', { fin: false })],
  ['a continuation of nothing', frame(CONTINUATION, 'x')],
  ['a text that is no UTF-8', frame(TEXT, Buffer.from([0x34, 0xc3, 0x28, 0xff]))],
  ['a close with a wrong code', frame(CLOSE, Buffer.from([0x03, 0xed]))],
  ['a close that is not followed by one of TCP', frame(CLOSE, '')],
  ['a length of 2^53', frame(TEXT, '', { claimedLength: Number.MAX_SAFE_INTEGER, lengthBytes: 8 })],
  ['an empty packet of the engine', text('')],
  ['a packet of no type of the engine', text('9')],
  ['a packet of letters', text('x')],
  ['an empty packet of Socket.IO', text('4')],
  ['a packet of no type of Socket.IO', text('49')],
  ['JSON that does not parse', text('42[')],
  ['an event that is no list', text('42{}')],
  ['a negative number of attachments', text('45-1-["x"]')],
  ['an attachment that nothing waits for', frame(BINARY, 'x')],
  ['a second CONNECT without a token', text('40')],
];

describe.each([
  ['before admission', false],
  ['after admission', true],
])('a WebSocket %s', (_, isAdmitted) => {
  it.each(PACKETS)('%s', async (name, bytes) => {
    const line = open();
    line.socket.write(upgrade(SOCKETS, VERSION + KEY));
    await until(() => line.received().includes('"sid"'), 'opened');
    if (isAdmitted) {
      line.socket.write(text(`40{"token":"${name}"}`));
      await until(() => line.received().includes('system:sync'), 'admitted');
    }
    line.socket.write(bytes);
    await until(line.closed, 'closed');
  });
});
