/** Before a connection is admitted it may send one CONNECT and nothing else; what else it sends ends it without an answer. */
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { Connections } from '@aeturnis/realtime';
import { type RaidApp, startRaidApp } from '../other-app/raid-app';
import { closeClients, connect, until } from '../support/client';
import { metric } from '../support/metrics';
import { clientFrame, OPCODE, RawWebSocket } from '../support/raw-websocket';

const EARLY = 'aeturnis_connections_closed_by_server_total{code="EARLY"}';
const SEPARATOR = '\u001e';
/** No test is limited by the attempts of another. */
let lastIp = 0;
const from = (): Record<string, string> => ({ 'x-forwarded-for': `10.2.0.${++lastIp}` });

describe.each(['on', 'off'])('with SOCKET_CORK=%s', (cork) => {
  let raid: RaidApp;
  beforeAll(async () => {
    raid = await startRaidApp({ SOCKET_CORK: cork, CONNECTIONS_PER_IP: '2' });
  });
  afterEach(closeClients);
  afterAll(() => raid.close());

  const connectionsOf = (user: string): number => raid.app.get(Connections).ofUser(user).size;

  it.each([
    ['a CONNECT to an unknown namespace', clientFrame('40/nope,')],
    ['an event', clientFrame('42["system:ping",{}]')],
    ['an acknowledgement', clientFrame('431[]')],
    ['a DISCONNECT', clientFrame('41')],
    ['a pong that nobody asked for', clientFrame('3')],
    ['a ping of the engine', clientFrame('2')],
    ['an empty frame', clientFrame('')],
    ['a binary frame', clientFrame(Buffer.from([1, 2, 3]), OPCODE.binary)],
    ['a CONNECT of 13 KiB', clientFrame(`40{"token":"${'x'.repeat(13 * 1024)}"}`)],
    ['two CONNECTs at once', Buffer.concat([clientFrame('40/nope,'), clientFrame('40{"token":"anna"}')])],
    ['a thousand pings', Buffer.concat(Array<Buffer>(1_000).fill(clientFrame('', OPCODE.ping)))],
  ])('%s ends a connection without an answer', async (_, frame) => {
    const before = await metric(raid.url, EARLY);
    const raw = await RawWebSocket.open(raid.url, from());
    raw.write(frame);
    await raw.end();
    expect(raw.texts).toHaveLength(1);
    expect(raw.frames.length).toBeLessThan(64);
    expect(await metric(raid.url, EARLY)).toBe(before + 1);
  });

  it('a second packet that comes before the answer to the CONNECT ends the connection', async () => {
    const raw = await RawWebSocket.open(raid.url, from());
    raw.send('40{"token":"hasty"}', '42["system:ping",{}]');
    await raw.end();
    await until(() => connectionsOf('hasty') === 0, 'it is not connected');
  });

  it('a token of 8 KiB is read', async () => {
    const token = 'x'.repeat(8_192);
    const raw = await RawWebSocket.admitted(raid.url, token, from());
    expect(connectionsOf(token)).toBe(1);
    raw.destroy();
  });

  it('after a refusal another token may be tried, each after the answer to the one before, and not without end', async () => {
    // Tokens whose version of the protocol is wrong are not counted as failures of the address.
    const [patient, stubborn] = [await RawWebSocket.open(raid.url, from()), await RawWebSocket.open(raid.url, from())];
    const refusals = ({ texts }: RawWebSocket): number => texts.filter((text) => text.startsWith('44')).length;
    const fail = async (raw: RawWebSocket): Promise<void> => {
      const count = refusals(raw);
      raw.send('40{"token":"anna","protocol":99}');
      await until(() => refusals(raw) > count || raw.closed, 'refused, or ended');
    };
    for (let times = 0; times < 3; times++) await fail(patient);
    patient.send('40{"token":"anna"}');
    await until(() => patient.texts.some((text) => text.includes('system:sync')), 'admitted');
    while (!stubborn.closed) await fail(stubborn);
    expect(refusals(stubborn)).toBe(8);
    patient.destroy();
  });

  it('a client that has left its namespace has to be admitted again before anything else', async () => {
    const raw = await RawWebSocket.admitted(raid.url, 'leaver', from());
    raw.send('41');
    await until(() => connectionsOf('leaver') === 0, 'it has left');
    raw.send('42["system:ping",{}]');
    await raw.end();
  });

  describe('by polling', () => {
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
    ])('%s ends the session', async (_, body) => {
      const before = await metric(raid.url, EARLY);
      const session = await open(from());
      expect(await post(session, body)).not.toBe(200);
      expect(await isOpen(session)).toBe(false);
      expect(await metric(raid.url, EARLY)).toBe(before + 1);
    });

    it('a body of unknown length is not read further than it may be', async () => {
      const session = await open(from());
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

    it('a stock client is admitted, and upgrades', async () => {
      const anna = await connect(raid.url, 'anna', { extraHeaders: from(), transports: ['polling', 'websocket'] });
      await until(() => anna.socket.io.engine.transport.name === 'websocket', 'upgraded');
      expect(await anna.send('system:ping')).toMatchObject({ pong: true });
    });

    it('a WebSocket that tries to take over a session says nothing but that', async () => {
      const headers = from();
      const session = await open(headers);
      const sid = new URL(session).searchParams.get('sid');
      const raw = await RawWebSocket.open(raid.url, headers, `&sid=${sid}`);
      raw.write(...Array<Buffer>(1_000).fill(clientFrame('', OPCODE.ping)));
      await raw.end();
      expect(raw.frames.length).toBeLessThan(64);
    });

    it('a WebSocket that does not take over a session after all is closed without waiting for its answer', async () => {
      const headers = from();
      const sid = new URL(await open(headers)).searchParams.get('sid');
      const raw = await RawWebSocket.open(raid.url, headers, `&sid=${sid}`);
      raw.send('2probe', '3');
      await raw.end();
      expect(raw.texts).toEqual(['3probe']);
    });
  });

  describe('an address', () => {
    it('is refused before the upgrade where it has twice its connections, and gets the places of closed ones', async () => {
      const headers = from();
      const open = (): Promise<RawWebSocket> => RawWebSocket.open(raid.url, headers);
      const lines = [await open(), await open(), await open(), await open()];
      expect(lines.map(({ status }) => status)).toEqual([101, 101, 101, 101]);
      const refused = await open();
      expect(refused.status).toBe(400);
      await refused.end();
      lines[0]?.destroy();
      let again = await open();
      await until(async () => again.status === 101 || ((again = await open()), false), 'its place is free');
      for (const line of [...lines, again]) line.destroy();
    });

    it('keeps no place for upgrades that fail', async () => {
      const headers = from();
      for (let times = 0; times < 10; times++) {
        const failed = await RawWebSocket.open(raid.url, { ...headers, 'sec-websocket-key': 'short' });
        expect(failed.status).toBe(400);
        await failed.end();
      }
      await until(async () => {
        const raw = await RawWebSocket.open(raid.url, headers);
        raw.destroy();
        return raw.status === 101;
      }, 'its places are free');
    });
  });
});

it('TCP connections that send nothing, or not all of a request, are closed', async () => {
  const raid = await startRaidApp({ CONNECT_TIMEOUT_MS: '300' });
  const { hostname, port } = new URL(raid.url);
  const lines = ['', 'GET /health/live HTTP/1.1\r\nHost: x\r\nX-Slow: '].map((text) => {
    const tcp = connectTcp(Number(port), hostname);
    tcp.on('error', () => undefined).resume();
    tcp.write(text);
    return tcp;
  });
  await Promise.all(lines.map((tcp) => once(tcp, 'close')));
  await raid.close();
});
