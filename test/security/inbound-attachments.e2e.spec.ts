/** What binary events cost of the budget of a connection: an event is one frame with all its attachments, and each byte counts once. */
import { Connections } from '@aeturnis/realtime';
import { SocketServer } from '../../libs/realtime/src/adapter/socket-server';
import { type RaidApp, startRaidApp } from '../other-app/raid-app';
import { closeClients, connect, until } from '../support/client';
import { metric } from '../support/metrics';
import { clientFrame, OPCODE, RawWebSocket } from '../support/raw-websocket';

const FLOODING = 'aeturnis_connections_closed_by_server_total{code="FLOODING"}';
const SEPARATOR = '\u001e';
const FLOOD = 5_000;
/** Twice the burst of attachments, their events, and what is refilled meanwhile. */
const MOST_PACKETS = 2_000;

interface EngineConnection {
  on(event: 'packet', listener: () => void): void;
}

describe.each(['on', 'off'])('with SOCKET_CORK=%s', (cork) => {
  let raid: RaidApp;
  let serial = 0;
  beforeAll(async () => {
    raid = await startRaidApp({ SOCKET_CORK: cork });
  });
  afterEach(closeClients);
  afterAll(() => raid.close());

  const connOf = (user: string): EngineConnection => {
    const [connection] = raid.app.get(Connections).ofUser(user);
    const socket = raid.app.get(SocketServer).io.sockets.sockets.get(connection?.socketId ?? '');
    return socket?.conn as unknown as EngineConnection;
  };

  const TEN = Array.from({ length: 10 }, () => Buffer.alloc(10));
  const MAX_PAYLOAD_BYTES = 131_072;
  const ANSWERED = { success: true, bytes: 100 };
  const placeholders = (count: number): string =>
    Array.from({ length: count }, (_, num) => `{"_placeholder":true,"num":${num}}`).join();
  const event = (id: number, parts: readonly Buffer[]): Buffer[] => [
    clientFrame(`45${parts.length}-${id}["raid:weigh",{"parts":[${placeholders(parts.length)}]}]`),
    ...parts.map((part) => clientFrame(part, OPCODE.binary)),
  ];

  it('a burst of commands with ten attachments each is answered', async () => {
    const anna = await connect(raid.url, `binary${++serial}`);
    const answers = await Promise.all(Array.from({ length: 60 }, () => anna.send('raid:weigh', { parts: TEN })));
    expect(answers).toEqual(Array(60).fill(ANSWERED));
    expect(anna.socket.connected).toBe(true);
  });

  it('attachments of as many bytes as a payload may have are taken, and one byte more ends the connection', async () => {
    const part = Buffer.alloc(MAX_PAYLOAD_BYTES / 8);
    const raw = await RawWebSocket.admitted(raid.url, `binary${++serial}`);
    raw.write(...event(1, Array<Buffer>(8).fill(part)));
    await until(() => raw.texts.some((text) => text.startsWith('431[')), 'it is answered');
    expect(raw.texts.at(-1)).toContain(`"bytes":${MAX_PAYLOAD_BYTES}`);
    raw.write(...event(2, [...Array<Buffer>(8).fill(part), Buffer.alloc(1)]));
    await raw.end();
    expect(raw.texts.some((text) => text.startsWith('432['))).toBe(false);
  });

  it('bytes of attachments count once: sixteen of the largest payloads are taken at once', async () => {
    const raw = await RawWebSocket.admitted(raid.url, `binary${++serial}`);
    // Beside the bytes of the attachments there are headers, and the text of each event.
    const part = Buffer.alloc(MAX_PAYLOAD_BYTES - 1_024);
    for (let id = 1; id <= 15; id++) raw.write(...event(id, [part]));
    await until(() => raw.texts.some((text) => text.startsWith('4315[')), 'the last one is answered');
    expect(raw.closed).toBe(false);
    raw.destroy();
  });

  it('a flood of attachments, and one of large attachments, cuts off its sender', async () => {
    for (const part of [Buffer.alloc(1), Buffer.alloc(10_000)]) {
      const user = `binary${++serial}`;
      const before = await metric(raid.url, FLOODING);
      const raw = await RawWebSocket.admitted(raid.url, user);
      let packets = 0;
      connOf(user).on('packet', () => packets++);
      raw.write(...Array.from({ length: FLOOD / 10 }, (_, id) => event(id, Array<Buffer>(10).fill(part))).flat());
      await raw.end();
      expect(packets).toBeLessThan(MOST_PACKETS);
      expect(await metric(raid.url, FLOODING)).toBe(before + 1);
    }
  });

  it('an attachment in fragments without end cuts off its sender', async () => {
    const raw = await RawWebSocket.admitted(raid.url, `binary${++serial}`);
    const [head = Buffer.alloc(0)] = event(1, [Buffer.alloc(0)]);
    const fragment = clientFrame('', OPCODE.continuation, false);
    raw.write(head, clientFrame('', OPCODE.binary, false), ...Array<Buffer>(FLOOD).fill(fragment));
    await raw.end();
  });

  it('an attachment before admission ends the connection', async () => {
    const raw = await RawWebSocket.open(raid.url);
    raw.write(clientFrame('x', OPCODE.binary));
    await raw.end();
  });

  const start = async (token: string): Promise<string> => {
    const base = `${raid.url}/socket.io/?EIO=4&transport=polling`;
    const greeting = await (await fetch(base)).text();
    const session = `${base}&sid=${(JSON.parse(greeting.slice(1)) as { sid: string }).sid}`;
    await fetch(session, { method: 'POST', body: `40{"token":"${token}"}` });
    await fetch(session);
    await until(() => raid.app.get(Connections).ofUser(token).size === 1, 'admitted');
    return session;
  };

  it('by polling, a burst of commands with ten attachments each is answered, and a flood of attachments is not decoded', async () => {
    const session = await start('polling-attachments');
    let packets = 0;
    connOf('polling-attachments').on('packet', () => packets++);
    const numbers = Array.from({ length: 10 }, (_, num) => `{"_placeholder":true,"num":${num}}`).join();
    const event = [`4510-["raid:weigh",{"parts":[${numbers}]}]`, ...Array<string>(10).fill('bAAAA')];
    const post = (packets: readonly string[]): Promise<Response> =>
      fetch(session, { method: 'POST', body: packets.join(SEPARATOR) });
    expect((await post(Array<string[]>(60).fill(event).flat())).status).toBe(200);
    expect(packets).toBe(60 * event.length);
    await expect(post(Array<string>(FLOOD).fill('bAA=='))).rejects.toThrow();
    expect(packets).toBe(60 * event.length);
  });
});
