/** Before admission a connection may send one CONNECT packet. Anything else closes it without an answer. */
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { ConnectionRegistry } from '@aeturnis/realtime';
import { startRaidApp } from '../other-app/raid-app';
import { connect, waitUntil } from '../support/clients/client';
import { readMetric } from '../support/servers/metrics';
import { rawClientFrame, OPCODE, RawWebSocket } from '../support/clients/raw-websocket';
import { useRaidApp } from '../support/servers/raid-cluster';

const EARLY = 'aeturnis_connections_closed_by_server_total{code="EARLY"}';
const SEPARATOR = '\u001e';
/** Gives every test an address of its own, so that per-address limits of one test do not affect another. */
let lastIp = 0;
const ip = (): Record<string, string> => ({ 'x-forwarded-for': `10.2.0.${++lastIp}` });

describe.each(['on', 'off'])('with SOCKET_CORK=%s', (cork) => {
  const raid = useRaidApp({ SOCKET_CORK: cork, CONNECTIONS_PER_IP: '2' });

  const connectionsOf = (user: string): number => raid.app.get(ConnectionRegistry).ofUser(user).size;

  it.each([
    ['a CONNECT to an unknown namespace', rawClientFrame('40/nope,')],
    ['an event', rawClientFrame('42["system:ping",{}]')],
    ['an acknowledgement', rawClientFrame('431[]')],
    ['a DISCONNECT', rawClientFrame('41')],
    ['an unsolicited pong', rawClientFrame('3')],
    ['an Engine.IO ping', rawClientFrame('2')],
    ['an empty frame', rawClientFrame('')],
    ['a binary frame', rawClientFrame(Buffer.from([1, 2, 3]), OPCODE.binary)],
    ['a CONNECT of 13 KiB', rawClientFrame(`40{"token":"${'x'.repeat(13 * 1024)}"}`)],
    ['two CONNECTs at once', Buffer.concat([rawClientFrame('40/nope,'), rawClientFrame('40{"token":"anna"}')])],
    ['a thousand pings', Buffer.concat(Array<Buffer>(1_000).fill(rawClientFrame('', OPCODE.ping)))],
  ])('%s closes the connection without an answer', async (_, frame) => {
    const before = await readMetric(raid.url, EARLY);
    const raw = await RawWebSocket.open(raid.url, ip());
    raw.write(frame);
    await raw.end();
    expect(raw.texts).toHaveLength(1);
    expect(raw.frames.length).toBeLessThan(64);
    expect(await readMetric(raid.url, EARLY)).toBe(before + 1);
  });

  it('a second packet sent before the CONNECT is answered closes the connection', async () => {
    const raw = await RawWebSocket.open(raid.url, ip());
    raw.send('40{"token":"hasty"}', '42["system:ping",{}]');
    await raw.end();
    await waitUntil(() => connectionsOf('hasty') === 0, 'the user is not connected');
  });

  it('a CONNECT with a token of 8 KiB is accepted', async () => {
    const token = 'bertha:60000:'.padEnd(8_192, 'x');
    const raw = await RawWebSocket.openAdmitted(raid.url, token, ip());
    expect(connectionsOf('bertha')).toBe(1);
    raw.destroy();
  });

  it('after a refused CONNECT the client may try again, once per answer and eight times in all', async () => {
    // A refusal for a wrong protocol version is not counted as a failure of the address.
    const [patient, stubborn] = [await RawWebSocket.open(raid.url, ip()), await RawWebSocket.open(raid.url, ip())];
    const refusals = ({ texts }: RawWebSocket): number => texts.filter((text) => text.startsWith('44')).length;
    const fail = async (raw: RawWebSocket): Promise<void> => {
      const count = refusals(raw);
      raw.send('40{"token":"anna","protocol":99}');
      await waitUntil(() => refusals(raw) > count || raw.isClosed, 'refused or closed');
    };
    for (let times = 0; times < 3; times++) await fail(patient);
    patient.send('40{"token":"anna"}');
    await waitUntil(() => patient.texts.some((text) => text.includes('system:sync')), 'admitted');
    while (!stubborn.isClosed) await fail(stubborn);
    expect(refusals(stubborn)).toBe(8);
    patient.destroy();
  });

  it('after DISCONNECT a client must be admitted again before it may send an event', async () => {
    const raw = await RawWebSocket.openAdmitted(raid.url, 'leaver', ip());
    raw.send('41');
    await waitUntil(() => connectionsOf('leaver') === 0, 'the user has left');
    raw.send('42["system:ping",{}]');
    await raw.end();
  });

  describe('over polling', () => {
    const base = (): string => `${raid.url}/socket.io/?EIO=4&transport=polling`;
    const open = async (headers: Record<string, string>): Promise<string> => {
      const greeting = await (await fetch(base(), { headers })).text();
      return `${base()}&sid=${(JSON.parse(greeting.slice(1)) as { sid: string }).sid}`;
    };
    const post = (url: string, body: string): Promise<number> =>
      fetch(url, { method: 'POST', body, headers: { 'content-type': 'text/plain' } }).then(
        ({ status }) => status,
        () => 0,
      );
    const isOpen = async (url: string): Promise<boolean> => {
      const { status } = await fetch(url, { method: 'POST', body: '40{"token":"anna"}' });
      return status === 200;
    };

    it.each([
      ['a body of 13 KiB', `40{"token":"${'x'.repeat(13 * 1024)}"}`],
      ['a thousand CONNECTs to an unknown namespace', Array<string>(1_000).fill('40/nope,').join(SEPARATOR)],
      ['an event', '42["system:ping",{}]'],
    ])('%s closes the session', async (_, body) => {
      const before = await readMetric(raid.url, EARLY);
      const session = await open(ip());
      expect(await post(session, body)).not.toBe(200);
      expect(await isOpen(session)).toBe(false);
      expect(await readMetric(raid.url, EARLY)).toBe(before + 1);
    });

    it('a chunked body is not read past the limit', async () => {
      const session = await open(ip());
      const sending = httpRequest(session, { method: 'POST', headers: { 'content-type': 'text/plain' } });
      sending.on('error', () => undefined);
      const chunk = 'x'.repeat(16 * 1024);
      let written = 0;
      const ended = new Promise((resolve) => sending.once('close', resolve));
      const send = (): void => {
        if (sending.destroyed || written > 64 * 1024 * 1024) return;
        written += chunk.length;
        sending.write(chunk, () => setImmediate(send));
      };
      send();
      await ended;
      expect(written).toBeLessThan(32 * 1024 * 1024);
      expect(await isOpen(session)).toBe(false);
    });

    it('a stock client is admitted and upgrades to WebSocket', async () => {
      const anna = await connect(raid.url, 'anna', { extraHeaders: ip(), transports: ['polling', 'websocket'] });
      await waitUntil(() => anna.socket.io.engine.transport.name === 'websocket', 'upgraded');
      expect(await anna.send('system:ping')).toMatchObject({ pong: true });
    });

    it('a WebSocket of an existing session is closed when it floods pings instead of upgrading', async () => {
      const headers = ip();
      const session = await open(headers);
      const sid = new URL(session).searchParams.get('sid');
      const raw = await RawWebSocket.open(raid.url, headers, `&sid=${sid}`);
      raw.write(...Array<Buffer>(1_000).fill(rawClientFrame('', OPCODE.ping)));
      await raw.end();
      expect(raw.frames.length).toBeLessThan(64);
    });

    it('a WebSocket that sends a pong instead of the upgrade after its probe is closed at once', async () => {
      const headers = ip();
      const sid = new URL(await open(headers)).searchParams.get('sid');
      const raw = await RawWebSocket.open(raid.url, headers, `&sid=${sid}`);
      raw.send('2probe', '3');
      await raw.end();
      expect(raw.texts).toEqual(['3probe']);
    });
  });

  describe('an address', () => {
    it('is refused before the upgrade at twice its connection limit, and may connect again after one closes', async () => {
      const headers = ip();
      const open = (): Promise<RawWebSocket> => RawWebSocket.open(raid.url, headers);
      const sockets = [await open(), await open(), await open(), await open()];
      expect(sockets.map(({ status }) => status)).toEqual([101, 101, 101, 101]);
      const refused = await open();
      expect(refused.status).toBe(400);
      await refused.end();
      sockets[0]?.destroy();
      let next = await open();
      await waitUntil(async () => next.status === 101 || ((next = await open()), false), 'a slot is free');
      for (const socket of [...sockets, next]) socket.destroy();
    });

    it('holds no connection slot for failed upgrades', async () => {
      const headers = ip();
      for (let times = 0; times < 10; times++) {
        const failed = await RawWebSocket.open(raid.url, { ...headers, 'sec-websocket-key': 'short' });
        expect(failed.status).toBe(400);
        await failed.end();
      }
      await waitUntil(async () => {
        const raw = await RawWebSocket.open(raid.url, headers);
        raw.destroy();
        return raw.status === 101;
      }, 'its slots are free');
    });
  });
});

it('TCP connections that send nothing or an incomplete request are closed', async () => {
  const raid = await startRaidApp({ CONNECT_TIMEOUT_MS: '300' });
  const { hostname, port } = new URL(raid.url);
  const connections = ['', 'GET /health/live HTTP/1.1\r\nHost: x\r\nX-Slow: '].map((text) => {
    const tcp = connectTcp(Number(port), hostname);
    tcp.on('error', () => undefined).resume();
    tcp.write(text);
    return tcp;
  });
  await Promise.all(connections.map((tcp) => once(tcp, 'close')));
  await raid.close();
});
