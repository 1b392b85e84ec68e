/** A protocol violation at any layer closes the TCP connection, even when the client keeps its own side open. */
import { connect as connectTcp, type Socket } from 'node:net';
import { waitUntil } from '../support/clients/client';
import {
  BINARY_OPCODE,
  CLOSE,
  CONTINUATION,
  frame,
  PING,
  TEXT_OPCODE,
  textFrame,
} from './attack/support/websocket-frames';
import { useRaidApp } from '../support/servers/raid-cluster';

const raid = useRaidApp({ TRUSTED_PROXIES: '0' });

interface RawClient {
  readonly socket: Socket;
  readonly received: () => string;
  /** Whether the connection is fully closed. A FIN of the server alone is not enough: it might still read. */
  readonly closed: () => boolean;
}

const PROBE_MS = 20;
const sockets: Socket[] = [];
const probes: NodeJS.Timeout[] = [];
afterEach(() => {
  for (const probe of probes.splice(0)) clearInterval(probe);
  for (const socket of sockets.splice(0)) socket.destroy();
});

function open(): RawClient {
  const { hostname, port } = new URL(raid.url);
  const socket = connectTcp({ port: Number(port), host: hostname, allowHalfOpen: true });
  let received = '';
  let closed = false;
  socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
  socket.on('error', () => undefined).on('close', () => (closed = true));
  socket.on('end', () => probes.push(setInterval(() => socket.write('x'), PROBE_MS)));
  sockets.push(socket);
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
  ['a length that is not a number', request('POST / HTTP/1.1\r\nContent-Length: ten')],
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
])('HTTP, %s: closes the connection', async (_, bytes) => {
  const client = open();
  client.socket.write(bytes, 'latin1');
  await waitUntil(client.closed, 'closed');
});

const PACKETS: readonly (readonly [string, Buffer])[] = [
  ['reserved bits', frame(TEXT_OPCODE, '3', { rsv: 4 })],
  ['a reserved opcode', frame(11, 'x')],
  ['an unmasked frame', frame(TEXT_OPCODE, '3', { masked: false })],
  ['a control frame of 126 bytes', frame(PING, 'x'.repeat(126))],
  ['a fragmented control frame', frame(PING, 'x', { fin: false })],
  ['a continuation without a first frame', frame(CONTINUATION, 'x')],
  ['a text frame that is not UTF-8', frame(TEXT_OPCODE, Buffer.from([0x34, 0xc3, 0x28, 0xff]))],
  ['a close with a wrong code', frame(CLOSE, Buffer.from([0x03, 0xed]))],
  ['a close frame without a TCP close', frame(CLOSE, '')],
  ['a length of 2^53', frame(TEXT_OPCODE, '', { claimedLength: Number.MAX_SAFE_INTEGER, lengthBytes: 8 })],
  ['an empty Engine.IO packet', textFrame('')],
  ['an unknown Engine.IO packet type', textFrame('9')],
  ['a packet that starts with a letter', textFrame('x')],
  ['an empty Socket.IO packet', textFrame('4')],
  ['an unknown Socket.IO packet type', textFrame('49')],
  ['JSON that does not parse', textFrame('42[')],
  ['an event that is not an array', textFrame('42{}')],
  ['a negative number of attachments', textFrame('45-1-["x"]')],
  ['an attachment without an event', frame(BINARY_OPCODE, 'x')],
  ['a second CONNECT without a token', textFrame('40')],
];

describe.each([
  ['before admission', false],
  ['after admission', true],
])('a WebSocket %s', (_, isAdmitted) => {
  it.each(PACKETS)('%s: closes the connection', async (name, bytes) => {
    const client = open();
    client.socket.write(upgrade(SOCKETS, VERSION + KEY));
    await waitUntil(() => client.received().includes('"sid"'), 'opened');
    if (isAdmitted) {
      client.socket.write(textFrame(`40{"token":"${name}"}`));
      await waitUntil(() => client.received().includes('system:sync'), 'admitted');
    }
    client.socket.write(bytes);
    await waitUntil(client.closed, 'closed');
  });
});
