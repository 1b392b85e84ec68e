/** Frames that no stock client would send: none ends the process, opens more than one connection, or escapes the limits. */
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { Connections } from '@aeturnis/realtime';
import { WebSocket } from 'ws';
import { type RaidApp, startRaidApp } from '../other-app/raid-app';
import { client, closeClients, connect, until } from '../support/client';

let raid: RaidApp;
beforeAll(async () => {
  raid = await startRaidApp({ CONNECTIONS_PER_USER: '2' });
});
afterEach(closeClients);
afterAll(() => raid.close());

const alive = async (): Promise<void> => {
  const witness = await connect(raid.url, 'witness');
  expect(await witness.send('system:ping')).toMatchObject({ pong: true });
};

/** A raw connection that has entered the namespace; answers every frame it gets from then on. */
async function raw(token: string): Promise<{ socket: WebSocket; frames: string[] }> {
  const socket = new WebSocket(`${raid.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
  const frames: string[] = [];
  socket.on('message', (data: Buffer) => frames.push(data.toString()));
  await until(() => frames.length > 0, 'open');
  socket.send(`40{"token":"${token}"}`);
  await until(() => frames.some((frame) => frame.includes('system:sync')), 'entered');
  return { socket, frames };
}

it.each([
  ['a number', '42'],
  ['a negative number', '-1'],
  ['an empty name', '""'],
  ['a name of 10,000 characters', JSON.stringify('x'.repeat(10_000))],
])('an event whose name is %s is unknown', async (_, name) => {
  const { socket, frames } = await raw('anna');
  socket.send(`4210[${name},{}]`);
  await until(() => frames.some((frame) => frame.startsWith('4310') && frame.includes('UNKNOWN_EVENT')), 'answered');
  socket.close();
  await alive();
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

it.each(['text', 'binary'])('the shortest frames there are, as %s: none takes anybody along', async (kind) => {
  for (const [index, frame] of SHORTEST.entries()) {
    const { socket } = await raw(`${kind}${index}`);
    socket.on('error', () => undefined);
    socket.send(kind === 'text' ? frame : Buffer.from(frame));
    socket.send('42["system:ping",{}]');
    await new Promise((resolve) => {
      socket.once('close', resolve);
      socket.once('message', resolve);
    });
    socket.terminate();
  }
  await alive();
});

it('the shortest bodies of a client that polls: none takes anybody along', async () => {
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
  await alive();
});

it('a frame with binary parts that never come holds nobody up', async () => {
  const { socket } = await raw('anna');
  socket.send('451-["raid:echo",{"n":{"_placeholder":true,"num":0}}]');
  socket.send('42["system:ping",{}]');
  await new Promise((resolve) => {
    socket.once('close', resolve);
    socket.once('message', resolve);
  });
  socket.close();
  await alive();
});

it.each([
  ['asks', ''],
  ['asks for a WebSocket', 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n'],
])('who %s and is gone before the answer takes nobody along', async (_, upgrade) => {
  const { host, hostname, port } = new URL(raid.url);
  const transport = upgrade === '' ? 'polling' : 'websocket';
  const key = upgrade === '' ? '' : 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
  const request = `GET /socket.io/?EIO=4&transport=${transport} HTTP/1.1\r\nHost: ${host}\r\n${upgrade}${key}\r\n`;
  const goer = (): Promise<unknown> => {
    const socket = connectTcp(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.write(request, () => socket.resetAndDestroy());
    return once(socket, 'close');
  };
  await Promise.all(Array.from({ length: 300 }, goer));
  await alive();
});

it('one request cannot open more than one connection', async () => {
  const base = `${raid.url}/socket.io/?EIO=4&transport=polling`;
  const opened = (await (await fetch(base)).text()).slice(1);
  const { sid } = JSON.parse(opened) as { sid: string };
  const body = Array(500).fill('40{"token":"crowd"}').join('\u001e');
  const sending = fetch(`${base}&sid=${sid}`, { method: 'POST', body, headers: { 'content-type': 'text/plain' } });
  await expect(sending).rejects.toThrow('fetch failed');
  await alive();
  expect(raid.app.get(Connections).ofUser('crowd').size).toBeLessThanOrEqual(1);
});

it('many handshakes at once do not find the last place free together', async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 12 }, () => {
      const { socket } = client(raid.url, 'hasty');
      return new Promise<string>((resolve) => {
        socket.once('connect', () => resolve('in'));
        // In the way after which stock clients come back: the place may be free by then.
        socket.io.once('close', () => resolve('closed'));
        socket.once('connect_error', () => resolve('refused for good'));
      });
    }),
  );
  expect(outcomes.filter((outcome) => outcome === 'in')).toHaveLength(2);
  expect(outcomes.filter((outcome) => outcome === 'closed')).toHaveLength(10);
});
