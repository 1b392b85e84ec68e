/** Whatever an admitted client sends counts, also what is no command: past its budget nothing is read, and it is cut off. */
import { once } from 'node:events';
import { Connections } from '@aeturnis/realtime';
import { SocketServer } from '../../libs/realtime/src/adapter/socket-server';
import { type RaidApp, startRaidApp } from '../other-app/raid-app';
import { closeClients, connect, until } from '../support/client';
import { metric } from '../support/metrics';
import { clientFrame, OPCODE, RawWebSocket } from '../support/raw-websocket';

const FLOODING = 'aeturnis_connections_closed_by_server_total{code="FLOODING"}';
const SEPARATOR = '\u001e';
const FLOOD = 5_000;
/** Twice the burst, and what is refilled meanwhile. */
const MOST_FRAMES = 1_500;

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

  it.each([
    ['pongs of the engine', clientFrame('3')],
    ['acknowledgements that nobody asked for', clientFrame('431[]')],
    ['CONNECTs to unknown namespaces', clientFrame('40/nope,')],
    ['pings', clientFrame('x', OPCODE.ping)],
    ['pongs', clientFrame('', OPCODE.pong)],
    ['packets that do nothing', clientFrame('6')],
    ['commands', clientFrame('42["raid:echo",{"n":1}]')],
  ])('%s in one chunk are not read to the end, and cut off their sender', async (_, frame) => {
    const user = `flood${++serial}`;
    const before = await metric(raid.url, FLOODING);
    const raw = await RawWebSocket.admitted(raid.url, user);
    let packets = 0;
    connOf(user).on('packet', () => packets++);
    const received = raw.frames.length;
    raw.write(...Array<Buffer>(FLOOD).fill(frame));
    await raw.end();
    expect(packets).toBeLessThan(MOST_FRAMES);
    expect(raw.frames.length - received).toBeLessThan(MOST_FRAMES);
    expect(await metric(raid.url, FLOODING)).toBe(before + 1);
    expect(raid.app.get(Connections).ofUser(user).size).toBe(0);
  });

  it('a message in fragments without end cuts off its sender', async () => {
    const raw = await RawWebSocket.admitted(raid.url, 'fragments');
    const fragment = clientFrame('', OPCODE.continuation, false);
    raw.write(clientFrame('42["raid:echo",', OPCODE.text, false), ...Array<Buffer>(FLOOD).fill(fragment));
    await raw.end();
  });

  it('a client that sends too much is told by a close code', async () => {
    const raw = await RawWebSocket.admitted(raid.url, 'told');
    const sending = setInterval(() => raw.write(...Array<Buffer>(200).fill(clientFrame('3'))), 1);
    await raw.end().finally(() => clearInterval(sending));
    expect(raw.closeCode).toBe(1008);
  });

  it('large commands count by their bytes', async () => {
    const raw = await RawWebSocket.admitted(raid.url, 'large');
    const command = clientFrame(`42["raid:nothing",{"x":"${'x'.repeat(60_000)}"}]`);
    let sent = 0;
    const sending = setInterval(() => {
      sent++;
      raw.write(command);
    }, 1);
    await raw.end().finally(() => clearInterval(sending));
    expect(sent).toBeGreaterThan(30);
  });

  it('attachments of a packet that is never finished are bounded', async () => {
    const raw = await RawWebSocket.admitted(raid.url, 'attaching');
    raw.send('4510-["raid:echo",{"n":{"_placeholder":true,"num":0}}]');
    raw.write(...Array<Buffer>(5).fill(clientFrame(Buffer.alloc(30_000), OPCODE.binary)));
    await raw.end();
  });

  it('leaving and entering again does not renew the budget', async () => {
    const raw = await RawWebSocket.admitted(raid.url, 'renewing');
    const welcomes = (): number => raw.texts.filter((text) => text.startsWith('40')).length;
    while (!raw.closed) {
      const before = welcomes();
      raw.send('41');
      await until(() => raw.closed || raid.app.get(Connections).ofUser('renewing').size === 0, 'it has left');
      raw.send('40{"token":"renewing"}');
      await until(() => raw.closed || welcomes() > before, 'in again, or ended');
      expect(welcomes()).toBeLessThan(60);
    }
  });

  it('a burst of commands that the contract allows is answered', async () => {
    const anna = await connect(raid.url, `honest${++serial}`);
    const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => anna.send('raid:echo', { n })));
    expect(answers.filter(({ success }) => success)).toHaveLength(60);
    expect(anna.socket.connected).toBe(true);
  });

  it('what comes after a close for flooding is not read, and the connection does not stay', async () => {
    const user = `flood${++serial}`;
    const raw = await RawWebSocket.admitted(raid.url, user);
    let packets = 0;
    connOf(user).on('packet', () => packets++);
    // Less than the budget of frames, and more events than are refused in patience.
    raw.send(...Array<string>(300).fill('42["raid:nothing",{}]'));
    await until(() => raw.texts.some((text) => text.includes('"code":"RATE_LIMITED"')), 'it is told');
    await until(() => raw.texts.some((text) => text.includes('system:disconnected')), 'it is closed');
    const seen = packets;
    raw.send(...Array<string>(300).fill('42["raid:nothing",{}]'));
    await raw.end();
    expect(packets).toBe(seen);
  });

  it('who closes, or breaks the protocol, and goes on sending is not read on', async () => {
    for (const frame of [clientFrame('', OPCODE.close), clientFrame('x', 0x3), clientFrame('x'.repeat(140_000))]) {
      const raw = await RawWebSocket.admitted(raid.url, `leaving${++serial}`);
      raw.write(frame);
      const sending = setInterval(() => raw.write(Buffer.alloc(64 * 1024)), 1);
      await raw.end().finally(() => clearInterval(sending));
    }
  });

  it('pings of a client that reads no answers are not answered without end', async () => {
    const raw = await RawWebSocket.admitted(raid.url, 'pinging');
    raw.tcp.pause();
    const ping = clientFrame('x'.repeat(125), OPCODE.ping);
    const sending = setInterval(() => raw.write(...Array<Buffer>(100).fill(ping)), 1);
    await once(raw.tcp.resume(), 'close').finally(() => clearInterval(sending));
    expect(raw.closed).toBe(true);
  });

  describe('a command that is too large', () => {
    const tooLarge = (id: string, length = 200_000): string => `42${id}["raid:echo",{"x":"${'x'.repeat(length)}"}]`;
    const REFUSED = '"code":"PAYLOAD_TOO_LARGE","message":"raid:echo was larger than 131072 bytes';
    const alive = async (raw: RawWebSocket): Promise<void> => {
      raw.send('4299["raid:echo",{"n":7}]');
      await until(() => raw.texts.some((text) => text.startsWith('4399') && text.includes('"n":7')), 'it goes on');
    };
    const told = (raw: RawWebSocket, start: string): Promise<void> =>
      until(() => raw.texts.some((text) => text.startsWith(start) && text.includes(REFUSED)), 'it is told');

    it('is answered under its number, and its connection goes on', async () => {
      const raw = await RawWebSocket.admitted(raid.url, `large${++serial}`);
      raw.send(tooLarge('17'));
      await told(raw, '4317[');
      await alive(raw);
      raw.destroy();
    });

    it('is answered by an event where no answer is asked for', async () => {
      const raw = await RawWebSocket.admitted(raid.url, `large${++serial}`);
      raw.send(tooLarge(''));
      await told(raw, '42["error",');
      expect(raw.texts.some((text) => text.includes('"event":"raid:echo"'))).toBe(true);
      await alive(raw);
      raw.destroy();
    });

    it('is answered once it is over, in whatever pieces it comes', async () => {
      const raw = await RawWebSocket.admitted(raid.url, `large${++serial}`);
      const whole = tooLarge('3');
      const fragment = (from: number, to: number, opcode: number, final: boolean): Buffer =>
        clientFrame(whole.slice(from, to), opcode, final);
      raw.write(
        fragment(0, 5, OPCODE.text, false),
        fragment(5, 100_000, OPCODE.continuation, false),
        clientFrame('a', OPCODE.ping),
        clientFrame('', OPCODE.continuation, false),
        fragment(100_000, 150_000, OPCODE.continuation, false),
      );
      await until(() => raw.frames.some(({ opcode }) => opcode === OPCODE.pong), 'a ping between is answered');
      expect(raw.texts.some((text) => text.includes(REFUSED))).toBe(false);
      raw.write(fragment(150_000, whole.length, OPCODE.continuation, true), clientFrame('424["raid:echo",{"n":1}]'));
      await told(raw, '433[');
      await until(() => raw.texts.some((text) => text.startsWith('434[')), 'the next one is done');
      const bytes = clientFrame(tooLarge('5'));
      for (let at = 0; at < bytes.length; at += 7_777) raw.tcp.write(bytes.subarray(at, at + 7_777));
      await told(raw, '435[');
      await alive(raw);
      raw.destroy();
    });

    it('is answered to a stock client, which masks and goes on', async () => {
      const anna = await connect(raid.url, `large${++serial}`);
      expect(await anna.send('raid:echo', { x: '\u{1F600}'.repeat(60_000) })).toMatchObject({
        success: false,
        error: { code: 'PAYLOAD_TOO_LARGE', retryable: false, details: { maxBytes: 131_072 } },
      });
      expect(await anna.send('raid:echo', { n: 1 })).toMatchObject({ success: true });
      expect(await anna.send('raid:unknown', { x: 'x'.repeat(200_000) })).toMatchObject({
        error: { code: 'UNKNOWN_EVENT' },
      });
      expect(anna.socket.connected).toBe(true);
    });

    it.each<[string, () => Buffer[]]>([
      ['more than eight times', () => [clientFrame(tooLarge('1', 8 * 131_072))]],
      ['no command', () => [clientFrame('x'.repeat(200_000))]],
      ['one with attachments', () => [clientFrame(`451-["raid:echo",${'x'.repeat(200_000)}]`)]],
      ['one of another namespace', () => [clientFrame(`42/admin,["raid:echo",${'x'.repeat(200_000)}]`)]],
      ['a name without end', () => [clientFrame(`42["${'x'.repeat(200_000)}"]`)]],
      ['bytes', () => [clientFrame(Buffer.alloc(200_000), OPCODE.binary)]],
    ])('ends the connection as before where it is %s', async (_, frames) => {
      const raw = await RawWebSocket.admitted(raid.url, `large${++serial}`);
      raw.write(...frames());
      await raw.end();
      expect(raw.closeCode).toBe(1009);
    });

    it('counts by its bytes', async () => {
      const raw = await RawWebSocket.admitted(raid.url, `large${++serial}`);
      const frame = clientFrame(tooLarge('1', 900_000));
      for (let sent = 0; sent < 8 && !raw.closed; sent++) raw.write(frame);
      await raw.end();
      expect(raw.closeCode === undefined || raw.closeCode === 1008).toBe(true);
    });

    it('is not skipped before admission', async () => {
      const raw = await RawWebSocket.open(raid.url);
      raw.send(tooLarge('1'));
      await raw.end();
      expect(raw.texts.some((text) => text.includes(REFUSED))).toBe(false);
    });
  });

  describe('by polling', () => {
    const start = async (token: string): Promise<string> => {
      const base = `${raid.url}/socket.io/?EIO=4&transport=polling`;
      const greeting = await (await fetch(base)).text();
      const session = `${base}&sid=${(JSON.parse(greeting.slice(1)) as { sid: string }).sid}`;
      await fetch(session, { method: 'POST', body: `40{"token":"${token}"}` });
      await fetch(session);
      await until(() => raid.app.get(Connections).ofUser(token).size === 1, 'admitted');
      return session;
    };

    it('a body with more packets than the budget is not decoded', async () => {
      const session = await start('polling-flood');
      let packets = 0;
      connOf('polling-flood').on('packet', () => packets++);
      const body = Array<string>(FLOOD).fill('3').join(SEPARATOR);
      await expect(fetch(session, { method: 'POST', body })).rejects.toThrow();
      expect(packets).toBe(0);
      expect(raid.app.get(Connections).ofUser('polling-flood').size).toBe(0);
    });

    it('requests count, whatever they bring', async () => {
      const session = await start('polling-requests');
      let answered = 0;
      for (; answered < FLOOD; answered++) {
        const outcome = await fetch(session, { method: 'POST', body: '3' }).then(
          ({ ok }) => ok,
          () => false,
        );
        if (!outcome) break;
      }
      expect(answered).toBeLessThan(FLOOD);
      expect(raid.app.get(Connections).ofUser('polling-requests').size).toBe(0);
    });
  });
});
