/** Inbound budget of binary events: each counts as one frame, its attachments have a budget of their own, each byte counts once. */
import { ConnectionRegistry } from '@aeturnis/realtime';
import { SocketServer } from '../../libs/realtime/src/transport/socket-server';
import { connect, waitUntil } from '../support/clients/client';
import { readMetric } from '../support/servers/metrics';
import { rawClientFrame, OPCODE, RawWebSocket } from '../support/clients/raw-websocket';
import { useRaidApp } from '../support/servers/raid-cluster';

const FLOODING = 'aeturnis_connections_closed_by_server_total{code="FLOODING"}';
const SEPARATOR = '\u001e';
const FLOOD = 5_000;
/** Twice the burst of 600 attachments and their 60 events, plus the refill during the test. */
const MOST_PACKETS = 2_000;

interface EngineConnection {
  on(event: 'packet', listener: () => void): void;
}

// With and without the fast path, which reads frames differently.
describe.each(['on', 'off'])('with SOCKET_CORK=%s', (socketCork) => {
  const raid = useRaidApp({ SOCKET_CORK: socketCork });
  let serial = 0;

  const connOf = (user: string): EngineConnection => {
    const [connection] = raid.app.get(ConnectionRegistry).ofUser(user);
    const socket = raid.app.get(SocketServer).io.sockets.sockets.get(connection?.socketId ?? '');
    return socket?.conn as unknown as EngineConnection;
  };

  const TEN_PARTS = Array.from({ length: 10 }, () => Buffer.alloc(10));
  const MAX_PAYLOAD_BYTES = 131_072;
  const ANSWERED = { success: true, bytes: 100 };
  const placeholders = (count: number): string =>
    Array.from({ length: count }, (_, num) => `{"_placeholder":true,"num":${num}}`).join();
  const event = (id: number, parts: readonly Buffer[]): Buffer[] => [
    rawClientFrame(`45${parts.length}-${id}["raid:weigh",{"parts":[${placeholders(parts.length)}]}]`),
    ...parts.map((part) => rawClientFrame(part, OPCODE.binary)),
  ];

  it('a burst of commands with ten attachments each is answered', async () => {
    const anna = await connect(raid.url, `binary${++serial}`);
    const answers = await Promise.all(Array.from({ length: 60 }, () => anna.send('raid:weigh', { parts: TEN_PARTS })));
    expect(answers).toEqual(Array(60).fill(ANSWERED));
    expect(anna.socket.connected).toBe(true);
  });

  it('attachments of MAX_PAYLOAD_BYTES in total are accepted, and one byte more closes the connection', async () => {
    const part = Buffer.alloc(MAX_PAYLOAD_BYTES / 8);
    const raw = await RawWebSocket.openAdmitted(raid.url, `binary${++serial}`);
    raw.write(...event(1, Array<Buffer>(8).fill(part)));
    await waitUntil(() => raw.texts.some((text) => text.startsWith('431[')), 'the event is answered');
    expect(raw.texts.at(-1)).toContain(`"bytes":${MAX_PAYLOAD_BYTES}`);
    raw.write(...event(2, [...Array<Buffer>(8).fill(part), Buffer.alloc(1)]));
    // Waits for the server to end the connection, here and below.
    await raw.end();
    expect(raw.texts.some((text) => text.startsWith('432['))).toBe(false);
  });

  it('attachment bytes count once: a burst of the largest payloads is accepted', async () => {
    const raw = await RawWebSocket.openAdmitted(raid.url, `binary${++serial}`);
    // Frame headers and the text of each event count as well.
    const part = Buffer.alloc(MAX_PAYLOAD_BYTES - 1_024);
    for (let id = 1; id <= 15; id++) raw.write(...event(id, [part]));
    await waitUntil(() => raw.texts.some((text) => text.startsWith('4315[')), 'the last event is answered');
    expect(raw.isClosed).toBe(false);
    raw.destroy();
  });

  it('a flood of small or large attachments closes the connection', async () => {
    for (const part of [Buffer.alloc(1), Buffer.alloc(10_000)]) {
      const user = `binary${++serial}`;
      const before = await readMetric(raid.url, FLOODING);
      const raw = await RawWebSocket.openAdmitted(raid.url, user);
      let packets = 0;
      connOf(user).on('packet', () => packets++);
      raw.write(...Array.from({ length: FLOOD / 10 }, (_, id) => event(id, Array<Buffer>(10).fill(part))).flat());
      await raw.end();
      expect(packets).toBeLessThan(MOST_PACKETS);
      expect(await readMetric(raid.url, FLOODING)).toBe(before + 1);
    }
  });

  it('an attachment in endless fragments closes the connection', async () => {
    const raw = await RawWebSocket.openAdmitted(raid.url, `binary${++serial}`);
    const [head = Buffer.alloc(0)] = event(1, [Buffer.alloc(0)]);
    const fragment = rawClientFrame('', OPCODE.continuation, false);
    raw.write(head, rawClientFrame('', OPCODE.binary, false), ...Array<Buffer>(FLOOD).fill(fragment));
    await raw.end();
  });

  it('an attachment before admission closes the connection', async () => {
    const raw = await RawWebSocket.open(raid.url);
    raw.write(rawClientFrame('x', OPCODE.binary));
    await raw.end();
  });

  const openPolling = async (token: string): Promise<string> => {
    const base = `${raid.url}/socket.io/?EIO=4&transport=polling`;
    const greeting = await (await fetch(base)).text();
    const session = `${base}&sid=${(JSON.parse(greeting.slice(1)) as { sid: string }).sid}`;
    await fetch(session, { method: 'POST', body: `40{"token":"${token}"}` });
    await fetch(session);
    await waitUntil(() => raid.app.get(ConnectionRegistry).ofUser(token).size === 1, 'admitted');
    return session;
  };

  it('polling: a burst of commands with ten attachments each is accepted, and a flood of attachments is not decoded', async () => {
    const session = await openPolling('polling-attachments');
    let packets = 0;
    connOf('polling-attachments').on('packet', () => packets++);
    const bodyOfEvent = [`4510-["raid:weigh",{"parts":[${placeholders(10)}]}]`, ...Array<string>(10).fill('bAAAA')];
    const post = (body: readonly string[]): Promise<Response> =>
      fetch(session, { method: 'POST', body: body.join(SEPARATOR) });
    expect((await post(Array<string[]>(60).fill(bodyOfEvent).flat())).status).toBe(200);
    expect(packets).toBe(60 * bodyOfEvent.length);
    await expect(post(Array<string>(FLOOD).fill('bAA=='))).rejects.toThrow();
    expect(packets).toBe(60 * bodyOfEvent.length);
  });
});
