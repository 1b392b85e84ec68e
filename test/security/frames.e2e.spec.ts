/** Frames that no stock client sends: none ends the process, opens more than one connection or escapes the limits. */
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { ConnectionRegistry } from '@aeturnis/realtime';
import { WebSocket } from 'ws';
import { createTestClient, connect, waitUntil } from '../support/clients/client';
import { useRaidApp } from '../support/servers/raid-cluster';

const raid = useRaidApp({ CONNECTIONS_PER_USER: '2' });

const expectAlive = async (): Promise<void> => {
  const witness = await connect(raid.url, 'witness');
  expect(await witness.send('system:ping')).toMatchObject({ pong: true });
};

/** Opens a raw connection, enters the namespace and records every frame that it receives. */
async function openRaw(token: string): Promise<{ socket: WebSocket; frames: string[] }> {
  const socket = new WebSocket(`${raid.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
  const frames: string[] = [];
  socket.on('message', (data: Buffer) => frames.push(data.toString()));
  await waitUntil(() => frames.length > 0, 'open');
  socket.send(`40{"token":"${token}"}`);
  await waitUntil(() => frames.some((frame) => frame.includes('system:sync')), 'entered');
  return { socket, frames };
}

it.each([
  ['a number', '42'],
  ['a negative number', '-1'],
  ['an empty name', '""'],
  ['a name of 10,000 characters', JSON.stringify('x'.repeat(10_000))],
])('an event whose name is %s is unknown', async (_, name) => {
  const { socket, frames } = await openRaw('anna');
  socket.send(`4210[${name},{}]`);
  await waitUntil(
    () => frames.some((frame) => frame.startsWith('4310') && frame.includes('UNKNOWN_EVENT')),
    'answered',
  );
  socket.close();
  await expectAlive();
});

const DIGITS = [...'0123456789'];
const SHORTEST: readonly string[] = [
  '',
  ...DIGITS,
  'b',
  ...DIGITS.map((digit) => `4${digit}`),
  '45',
  '45-',
  '451-',
  '4{',
  'b=',
];

it.each(['text', 'binary'])('the shortest possible frames, as %s: the server survives each', async (kind) => {
  for (const [index, frame] of SHORTEST.entries()) {
    const { socket } = await openRaw(`${kind}${index}`);
    socket.on('error', () => undefined);
    socket.send(kind === 'text' ? frame : Buffer.from(frame));
    socket.send('42["system:ping",{}]');
    await new Promise((resolve) => {
      socket.once('close', resolve);
      socket.once('message', resolve);
    });
    socket.terminate();
  }
  await expectAlive();
});

it('the shortest possible polling bodies: the server survives each', async () => {
  const url = `${raid.url}/socket.io/?EIO=4&transport=polling`;
  const post = (sid: string, body: string): Promise<Response> =>
    fetch(`${url}&sid=${sid}`, { method: 'POST', body, headers: { 'content-type': 'text/plain' } });
  for (const [index, body] of SHORTEST.entries()) {
    const opened = await (await fetch(url)).text();
    const { sid } = JSON.parse(opened.slice(1)) as { sid: string };
    await post(sid, `40{"token":"polls${index}"}`);
    for (let greeting = ''; !greeting.includes('system:sync');)
      greeting += await (await fetch(`${url}&sid=${sid}`)).text();
    await post(sid, body).catch(() => undefined);
    await post(sid, '1').catch(() => undefined);
  }
  await expectAlive();
});

it('a binary event whose attachments never arrive does not block the server', async () => {
  const { socket } = await openRaw('anna');
  socket.send('451-["raid:echo",{"n":{"_placeholder":true,"num":0}}]');
  socket.send('42["system:ping",{}]');
  await new Promise((resolve) => {
    socket.once('close', resolve);
    socket.once('message', resolve);
  });
  socket.close();
  await expectAlive();
});

it.each([
  ['sends a request', ''],
  ['requests a WebSocket', 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n'],
])('a client that %s and resets the connection before the answer does not harm the server', async (_, upgrade) => {
  const { host, hostname, port } = new URL(raid.url);
  const transport = upgrade === '' ? 'polling' : 'websocket';
  const key = upgrade === '' ? '' : 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
  const request = `GET /socket.io/?EIO=4&transport=${transport} HTTP/1.1\r\nHost: ${host}\r\n${upgrade}${key}\r\n`;
  const resetAfterRequest = (): Promise<unknown> => {
    const socket = connectTcp(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.write(request, () => socket.resetAndDestroy());
    return once(socket, 'close');
  };
  await Promise.all(Array.from({ length: 300 }, resetAfterRequest));
  await expectAlive();
});

it('one polling request cannot open more than one connection', async () => {
  const base = `${raid.url}/socket.io/?EIO=4&transport=polling`;
  const opened = (await (await fetch(base)).text()).slice(1);
  const { sid } = JSON.parse(opened) as { sid: string };
  const body = Array(500).fill('40{"token":"crowd"}').join('\u001e');
  const sending = fetch(`${base}&sid=${sid}`, { method: 'POST', body, headers: { 'content-type': 'text/plain' } });
  await expect(sending).rejects.toThrow('fetch failed');
  await expectAlive();
  expect(raid.app.get(ConnectionRegistry).ofUser('crowd').size).toBeLessThanOrEqual(1);
});

it('concurrent handshakes do not exceed the connections per user', async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 12 }, () => {
      const { socket } = createTestClient(raid.url, 'hasty');
      return new Promise<string>((resolve) => {
        socket.once('connect', () => resolve('connected'));
        // Closed in a way after which stock clients reconnect, because a slot may be free by then.
        socket.io.once('close', () => resolve('closed'));
        socket.once('connect_error', () => resolve('refused'));
      });
    }),
  );
  expect(outcomes.filter((outcome) => outcome === 'connected')).toHaveLength(2);
  expect(outcomes.filter((outcome) => outcome === 'closed')).toHaveLength(10);
});
