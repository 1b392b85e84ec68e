/** Everything that an admitted client sends counts against its budget. Past it nothing is read and the connection is closed. */
import { once } from 'node:events';
import { ConnectionRegistry } from '@aeturnis/realtime';
import { SocketServer } from '../../libs/realtime/src/transport/socket-server';
import { connect, waitUntil } from '../support/clients/client';
import { readMetric } from '../support/servers/metrics';
import { rawClientFrame, OPCODE, RawWebSocket } from '../support/clients/raw-websocket';
import { useRaidApp } from '../support/servers/raid-cluster';

const FLOODING = 'aeturnis_connections_closed_by_server_total{code="FLOODING"}';
const SEPARATOR = '\u001e';
const FLOOD = 5_000;
/** Twice the burst, plus the refill during the test. */
const MOST_FRAMES = 1_500;

interface EngineConnection {
  on(event: 'packet', listener: () => void): void;
}

describe.each(['on', 'off'])('with SOCKET_CORK=%s', (cork) => {
  const raid = useRaidApp({ SOCKET_CORK: cork });
  let serial = 0;

  const connOf = (user: string): EngineConnection => {
    const [connection] = raid.app.get(ConnectionRegistry).ofUser(user);
    const socket = raid.app.get(SocketServer).io.sockets.sockets.get(connection?.socketId ?? '');
    return socket?.conn as unknown as EngineConnection;
  };

  it.each([
    ['Engine.IO pongs', rawClientFrame('3')],
    ['unsolicited acknowledgements', rawClientFrame('431[]')],
    ['CONNECTs to unknown namespaces', rawClientFrame('40/nope,')],
    ['WebSocket pings', rawClientFrame('x', OPCODE.ping)],
    ['WebSocket pongs', rawClientFrame('', OPCODE.pong)],
    ['Engine.IO noops', rawClientFrame('6')],
    ['commands', rawClientFrame('42["raid:echo",{"n":1}]')],
  ])('%s past the budget in one chunk are not all read, and the connection is closed', async (_, frame) => {
    const user = `flood${++serial}`;
    const before = await readMetric(raid.url, FLOODING);
    const raw = await RawWebSocket.openAdmitted(raid.url, user);
    let packets = 0;
    connOf(user).on('packet', () => packets++);
    const received = raw.frames.length;
    raw.write(...Array<Buffer>(FLOOD).fill(frame));
    await raw.end();
    expect(packets).toBeLessThan(MOST_FRAMES);
    expect(raw.frames.length - received).toBeLessThan(MOST_FRAMES);
    expect(await readMetric(raid.url, FLOODING)).toBe(before + 1);
    expect(raid.app.get(ConnectionRegistry).ofUser(user).size).toBe(0);
  });

  it('a message in endless fragments closes the connection', async () => {
    const raw = await RawWebSocket.openAdmitted(raid.url, 'fragments');
    const fragment = rawClientFrame('', OPCODE.continuation, false);
    raw.write(rawClientFrame('42["raid:echo",', OPCODE.text, false), ...Array<Buffer>(FLOOD).fill(fragment));
    await raw.end();
  });

  it('a client that exceeds its budget receives close code 1008', async () => {
    const raw = await RawWebSocket.openAdmitted(raid.url, 'flooding');
    const sending = setInterval(() => raw.write(...Array<Buffer>(200).fill(rawClientFrame('3'))), 1);
    await raw.end().finally(() => clearInterval(sending));
    expect(raw.closeCode).toBe(1008);
  });

  it('large commands count by their bytes', async () => {
    const raw = await RawWebSocket.openAdmitted(raid.url, 'large');
    const command = rawClientFrame(`42["raid:nothing",{"x":"${'x'.repeat(60_000)}"}]`);
    let sent = 0;
    const sending = setInterval(() => {
      sent++;
      raw.write(command);
    }, 1);
    await raw.end().finally(() => clearInterval(sending));
    expect(sent).toBeGreaterThan(30);
  });

  it('attachments of an unfinished packet are bounded', async () => {
    const raw = await RawWebSocket.openAdmitted(raid.url, 'attaching');
    raw.send('4510-["raid:echo",{"n":{"_placeholder":true,"num":0}}]');
    raw.write(...Array<Buffer>(5).fill(rawClientFrame(Buffer.alloc(30_000), OPCODE.binary)));
    await raw.end();
  });

  it('leaving and re-entering the namespace does not renew the budget', async () => {
    const raw = await RawWebSocket.openAdmitted(raid.url, 'renewing');
    const connectReplyCount = (): number => raw.texts.filter((text) => text.startsWith('40')).length;
    while (!raw.isClosed) {
      const before = connectReplyCount();
      raw.send('41');
      await waitUntil(
        () => raw.isClosed || raid.app.get(ConnectionRegistry).ofUser('renewing').size === 0,
        'the user has left',
      );
      raw.send('40{"token":"renewing"}');
      await waitUntil(() => raw.isClosed || connectReplyCount() > before, 'entered again or closed');
      expect(connectReplyCount()).toBeLessThan(60);
    }
  });

  it('a burst of commands that the contract allows is answered', async () => {
    const anna = await connect(raid.url, `honest${++serial}`);
    const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => anna.send('raid:echo', { n })));
    expect(answers.filter(({ success }) => success)).toHaveLength(60);
    expect(anna.socket.connected).toBe(true);
  });

  it('data after a close for flooding is not read, and the connection is closed', async () => {
    const user = `flood${++serial}`;
    const raw = await RawWebSocket.openAdmitted(raid.url, user);
    let packets = 0;
    connOf(user).on('packet', () => packets++);
    // Below the frame budget, and above the number of refusals that a connection may cause.
    raw.send(...Array<string>(300).fill('42["raid:nothing",{}]'));
    await waitUntil(() => raw.texts.some((text) => text.includes('"code":"RATE_LIMITED"')), 'refused');
    await waitUntil(() => raw.texts.some((text) => text.includes('system:disconnected')), 'closed');
    const seen = packets;
    raw.send(...Array<string>(300).fill('42["raid:nothing",{}]'));
    await raw.end();
    expect(packets).toBe(seen);
  });

  it('a client that closes or breaks the protocol and keeps sending is not read any further', async () => {
    for (const frame of [
      rawClientFrame('', OPCODE.close),
      rawClientFrame('x', 0x3),
      rawClientFrame('x'.repeat(140_000)),
    ]) {
      const raw = await RawWebSocket.openAdmitted(raid.url, `leaving${++serial}`);
      raw.write(frame);
      const sending = setInterval(() => raw.write(Buffer.alloc(64 * 1024)), 1);
      await raw.end().finally(() => clearInterval(sending));
    }
  });

  it('a client that sends pings and never reads the pongs is closed', async () => {
    const raw = await RawWebSocket.openAdmitted(raid.url, 'pinging');
    raw.tcp.pause();
    const ping = rawClientFrame('x'.repeat(125), OPCODE.ping);
    const sending = setInterval(() => raw.write(...Array<Buffer>(100).fill(ping)), 1);
    await once(raw.tcp.resume(), 'close').finally(() => clearInterval(sending));
    expect(raw.isClosed).toBe(true);
  });

  describe('a command that is too large', () => {
    const tooLarge = (id: string, length = 200_000): string => `42${id}["raid:echo",{"x":"${'x'.repeat(length)}"}]`;
    const REFUSED = '"code":"PAYLOAD_TOO_LARGE","message":"raid:echo was larger than 131072 bytes';
    const expectAnswered = async (raw: RawWebSocket): Promise<void> => {
      raw.send('4299["raid:echo",{"n":7}]');
      await waitUntil(() => raw.texts.some((text) => text.startsWith('4399') && text.includes('"n":7')), 'answered');
    };
    const untilRefused = (raw: RawWebSocket, start: string): Promise<void> =>
      waitUntil(() => raw.texts.some((text) => text.startsWith(start) && text.includes(REFUSED)), 'refused');

    it('is refused by an ack, and the connection stays usable', async () => {
      const raw = await RawWebSocket.openAdmitted(raid.url, `large${++serial}`);
      raw.send(tooLarge('17'));
      await untilRefused(raw, '4317[');
      await expectAnswered(raw);
      raw.destroy();
    });

    it('is refused by an error event when no ack was requested', async () => {
      const raw = await RawWebSocket.openAdmitted(raid.url, `large${++serial}`);
      raw.send(tooLarge(''));
      await untilRefused(raw, '42["error",');
      expect(raw.texts.some((text) => text.includes('"event":"raid:echo"'))).toBe(true);
      await expectAnswered(raw);
      raw.destroy();
    });

    it('is refused after its last byte, however it is fragmented', async () => {
      const raw = await RawWebSocket.openAdmitted(raid.url, `large${++serial}`);
      const whole = tooLarge('3');
      const fragment = (from: number, to: number, opcode: number, final: boolean): Buffer =>
        rawClientFrame(whole.slice(from, to), opcode, final);
      raw.write(
        fragment(0, 5, OPCODE.text, false),
        fragment(5, 100_000, OPCODE.continuation, false),
        rawClientFrame('a', OPCODE.ping),
        rawClientFrame('', OPCODE.continuation, false),
        fragment(100_000, 150_000, OPCODE.continuation, false),
      );
      await waitUntil(() => raw.frames.some(({ opcode }) => opcode === OPCODE.pong), 'the ping is answered');
      expect(raw.texts.some((text) => text.includes(REFUSED))).toBe(false);
      raw.write(fragment(150_000, whole.length, OPCODE.continuation, true), rawClientFrame('424["raid:echo",{"n":1}]'));
      await untilRefused(raw, '433[');
      await waitUntil(() => raw.texts.some((text) => text.startsWith('434[')), 'the command after it is answered');
      const bytes = rawClientFrame(tooLarge('5'));
      for (let at = 0; at < bytes.length; at += 7_777) raw.tcp.write(bytes.subarray(at, at + 7_777));
      await untilRefused(raw, '435[');
      await expectAnswered(raw);
      raw.destroy();
    });

    it('is refused to a stock client, whose connection stays usable', async () => {
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
      ['more than eight times the limit', () => [rawClientFrame(tooLarge('1', 8 * 131_072))]],
      ['not a command', () => [rawClientFrame('x'.repeat(200_000))]],
      ['a binary event', () => [rawClientFrame(`451-["raid:echo",${'x'.repeat(200_000)}]`)]],
      ['an event of another namespace', () => [rawClientFrame(`42/admin,["raid:echo",${'x'.repeat(200_000)}]`)]],
      ['an endless event name', () => [rawClientFrame(`42["${'x'.repeat(200_000)}"]`)]],
      ['a binary frame', () => [rawClientFrame(Buffer.alloc(200_000), OPCODE.binary)]],
    ])('closes the connection when it is %s', async (_, frames) => {
      const raw = await RawWebSocket.openAdmitted(raid.url, `large${++serial}`);
      raw.write(...frames());
      await raw.end();
      expect(raw.closeCode).toBe(1009);
    });

    it('counts by its bytes', async () => {
      const raw = await RawWebSocket.openAdmitted(raid.url, `large${++serial}`);
      const frame = rawClientFrame(tooLarge('1', 900_000));
      for (let sent = 0; sent < 8 && !raw.isClosed; sent++) raw.write(frame);
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

  describe('over polling', () => {
    const openPolling = async (token: string): Promise<string> => {
      const base = `${raid.url}/socket.io/?EIO=4&transport=polling`;
      const greeting = await (await fetch(base)).text();
      const session = `${base}&sid=${(JSON.parse(greeting.slice(1)) as { sid: string }).sid}`;
      await fetch(session, { method: 'POST', body: `40{"token":"${token}"}` });
      await fetch(session);
      await waitUntil(() => raid.app.get(ConnectionRegistry).ofUser(token).size === 1, 'admitted');
      return session;
    };

    it('a body with more packets than the budget is not decoded', async () => {
      const session = await openPolling('polling-flood');
      let packets = 0;
      connOf('polling-flood').on('packet', () => packets++);
      const body = Array<string>(FLOOD).fill('3').join(SEPARATOR);
      await expect(fetch(session, { method: 'POST', body })).rejects.toThrow();
      expect(packets).toBe(0);
      expect(raid.app.get(ConnectionRegistry).ofUser('polling-flood').size).toBe(0);
    });

    it('requests count regardless of their content', async () => {
      const session = await openPolling('polling-requests');
      let answered = 0;
      for (; answered < FLOOD; answered++) {
        const isOk = await fetch(session, { method: 'POST', body: '3' }).then(
          ({ ok }) => ok,
          () => false,
        );
        if (!isOk) break;
      }
      expect(answered).toBeLessThan(FLOOD);
      expect(raid.app.get(ConnectionRegistry).ofUser('polling-requests').size).toBe(0);
    });
  });
});
