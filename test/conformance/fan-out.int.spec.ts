/** Socket.IO's guarantees for outgoing packets hold with corked writes, without them, over polling and compressed. */
import type { Socket as Tcp } from 'node:net';
import type { Socket as ServerSocket } from 'socket.io';
import { waitUntil } from '../support/clients/client';
import {
  FanOutServer,
  untilReceived,
  integersUpTo,
  type ConnectedPair,
  untilDelivered,
  nextPayload,
} from './fan-out-server';

interface TransportCase {
  corked: boolean;
  transport: 'websocket' | 'polling';
  deflate?: boolean;
}

const TRANSPORT_CASES: [string, TransportCase][] = [
  ['corked frames', { corked: true, transport: 'websocket' }],
  ['uncorked frames', { corked: false, transport: 'websocket' }],
  ['polling', { corked: true, transport: 'polling' }],
  ['compressed frames', { corked: true, transport: 'websocket', deflate: true }],
];

describe.each(TRANSPORT_CASES)('%s', (_, { corked, transport, deflate = false }) => {
  let fanOut: FanOutServer;
  let server: FanOutServer['io'];
  const connect = (): Promise<ConnectedPair> => fanOut.connect(transport);

  beforeEach(async () => {
    fanOut = await FanOutServer.start({ corked, perMessageDeflate: deflate && { threshold: 0 } });
    server = fanOut.io;
  });

  afterEach(() => fanOut.stop());

  const tcpOf = ({ conn }: ServerSocket): Tcp => (conn.request as unknown as { socket: Tcp }).socket;

  it('keep the order of broadcasts, replies and acks', async () => {
    const pairs = await Promise.all([connect(), connect(), connect()]);
    for (const { serverSocket } of pairs) {
      void serverSocket.join('room');
      serverSocket.on('say', (n: number, answer: (n: number) => void) => {
        serverSocket.emit('word', `${n} before`);
        server.to('room').emit('word', `${n} to all`);
        serverSocket.emit('word', `${n} after`);
        answer(n);
      });
    }
    const order: unknown[] = [];
    const [{ client, received }] = pairs;
    for (const n of integersUpTo(50))
      client.emit('say', n, (answered: number) => order.push(answered, received.length));
    await waitUntil(() => order.length === 100, 'every emit is acknowledged');
    expect(received).toEqual(integersUpTo(50).flatMap((n) => [`${n} before`, `${n} to all`, `${n} after`]));
    // An ack arrives after everything sent before it, and before everything sent after it.
    expect(order).toEqual(integersUpTo(50).flatMap((n) => [n, 3 * n + 3]));
    for (const other of pairs.slice(1)) {
      await untilDelivered(other);
      expect(other.received).toEqual(integersUpTo(50).map((n) => `${n} to all`));
    }
  });

  it('keep the order of deferrable packets too, and deliver them when nothing else is sent', async () => {
    const pairs = await Promise.all([connect(), connect()]);
    for (const n of integersUpTo(20)) {
      fanOut.sendDeferred(`${n} deferred`, pairs);
      fanOut.sendDeferred(`${n} deferred too`, pairs);
      await new Promise(setImmediate);
      server.emit('word', `${n} to all`);
      pairs[0].serverSocket.emit('word', `${n} to one`);
      await new Promise(setImmediate);
    }
    fanOut.sendDeferred('alone', pairs);
    for (const { received } of pairs) await waitUntil(() => received.at(-1) === 'alone', 'the last one arrives');
    const toAll = integersUpTo(20).map((n) => [`${n} deferred`, `${n} deferred too`, `${n} to all`]);
    expect(pairs[1].received).toEqual([...toAll.flat(), 'alone']);
    expect(pairs[0].received).toEqual([...toAll.flatMap((three, n) => [...three, `${n} to one`]), 'alone']);
  });

  it('deliver a broadcast once to a client in several target rooms, and not to excluded rooms', async () => {
    const pairs = await Promise.all(integersUpTo(4).map(connect));
    const [first, second, both, excluded] = pairs as [ConnectedPair, ConnectedPair, ConnectedPair, ConnectedPair];
    void first.serverSocket.join('one');
    void second.serverSocket.join('two');
    void both.serverSocket.join(['one', 'two']);
    void excluded.serverSocket.join(['one', 'out']);
    server.to('one').to('two').except('out').emit('word', 'rooms');
    first.serverSocket.to('one').emit('word', 'others');
    first.serverSocket.broadcast.emit('word', 'everybody else');
    await Promise.all(pairs.map(untilDelivered));
    expect(first.received).toEqual(['rooms']);
    expect(second.received).toEqual(['rooms', 'everybody else']);
    expect(both.received).toEqual(['rooms', 'others', 'everybody else']);
    expect(excluded.received).toEqual(['others', 'everybody else']);
  });

  it('keep binary payloads whole, in order with texts', async () => {
    const pair = await connect();
    const bytes = Buffer.from(integersUpTo(300).map((n) => n % 256));
    const big = Buffer.alloc(70_000, 7);
    for (const n of integersUpTo(20)) {
      pair.serverSocket.emit('word', n);
      pair.serverSocket.emit('word', { n, parts: [bytes, new Uint8Array(bytes)] });
      server.emit('word', { n, whole: big });
    }
    await untilReceived(pair.received, 60);
    expect(pair.received.filter((payload) => typeof payload === 'number')).toEqual(integersUpTo(20));
    for (const n of integersUpTo(20)) {
      const [, two, three] = pair.received.slice(3 * n) as [number, { n: number; parts: Buffer[] }, { whole: Buffer }];
      expect(two.parts.map((part) => Buffer.from(part).equals(bytes))).toEqual([true, true]);
      expect([two.n, Buffer.from(three.whole).equals(big)]).toEqual([n, true]);
    }
  });

  it.each([0, 1, 121, 122, 123, 124, 125, 126, 65_530, 65_536, 200_000])(
    'carry a text of %i characters',
    async (length) => {
      const pair = await connect();
      const text = 'ä€𝄞x'.repeat(Math.ceil(length / 5)).slice(0, length);
      server.emit('word', text);
      pair.serverSocket.emit('word', 'x'.repeat(length));
      await untilReceived(pair.received, 2);
      expect(pair.received).toEqual([text, 'x'.repeat(length)]);
    },
  );

  it('carry acks from one client and from many', async () => {
    const pairs = await Promise.all([connect(), connect()]);
    pairs.forEach(({ client }, index) => client.on('ask', (answer: (n: number) => void) => answer(index)));
    const [{ serverSocket }] = pairs;
    expect(await serverSocket.timeout(5_000).emitWithAck('ask')).toBe(0);
    expect((await server.timeout(5_000).emitWithAck('ask')).sort()).toEqual([0, 1]);
  });

  it('reach outgoing listeners', async () => {
    const pair = await connect();
    const outgoing: unknown[] = [];
    pair.serverSocket.onAnyOutgoing((...args: unknown[]) => outgoing.push(args));
    server.emit('word', 1);
    pair.serverSocket.emit('word', 2);
    await untilReceived(pair.received, 2);
    expect(outgoing).toEqual([
      ['word', 1],
      ['word', 2],
    ]);
  });

  it('reach listeners for the packets of a connection', async () => {
    const pair = await connect();
    const created: unknown[] = [];
    server.emit('word', 0);
    await untilReceived(pair.received, 1);
    pair.serverSocket.conn.on('packetCreate', ({ data }: { data: unknown }) => created.push(data));
    server.emit('word', 1);
    pair.serverSocket.emit('word', 2);
    await untilReceived(pair.received, 3);
    expect(created).toEqual(['2["word",1]', '2["word",2]']);
    expect(pair.received).toEqual([0, 1, 2]);
  });

  it('deliver everything emitted before a disconnect, and nothing emitted after it', async () => {
    const pair = await connect();
    const ended = nextPayload(pair.client, 'disconnect');
    for (const n of integersUpTo(100)) server.emit('word', n);
    pair.serverSocket.disconnect(true);
    server.emit('word', 'too late');
    await ended;
    expect(pair.received).toEqual(integersUpTo(100));
  });

  it('deliver everything emitted before the socket leaves its namespace', async () => {
    const pair = await connect();
    const ended = nextPayload(pair.client, 'disconnect');
    server.emit('word', 1);
    pair.serverSocket.disconnect();
    expect(await ended).toBe('io server disconnect');
    expect(pair.received).toEqual([1]);
  });

  it('reach the other clients when one connection breaks with frames pending', async () => {
    const [broken, whole] = await Promise.all([connect(), connect()]);
    for (const n of integersUpTo(50)) {
      server.emit('word', n);
      if (n === 25) tcpOf(broken.serverSocket).destroy();
    }
    await untilReceived(whole.received, 50);
    expect(whole.received).toEqual(integersUpTo(50));
    // The server notices a broken polling connection only at its next request.
    broken.serverSocket.disconnect(true);
  });

  it('keep 3,000 messages of one tick whole and in order', async () => {
    const pair = await connect();
    const text = 'x'.repeat(1_000);
    for (const n of integersUpTo(3_000)) server.emit('word', `${n} ${text}`);
    await untilReceived(pair.received, 3_000);
    expect(pair.received).toEqual(integersUpTo(3_000).map((n) => `${n} ${text}`));
  });

  it('deliver volatile events to a client that keeps up, in order with the others', async () => {
    const pair = await connect();
    await untilDelivered(pair);
    // The first poll request of a polling client may still be on its way.
    await waitUntil(() => pair.serverSocket.conn.transport.writable, 'the transport is writable');
    for (const n of integersUpTo(8)) (n % 2 ? server.volatile : server).emit('word', n);
    await untilReceived(pair.received, 8);
    expect([pair.received, fanOut.droppedVolatile]).toEqual([integersUpTo(8), 0]);
  });

  it('leave pings working while frames are batched', async () => {
    const pair = await connect();
    const { conn } = pair.serverSocket as unknown as { conn: { sendPacket(type: string): void } };
    for (const n of integersUpTo(30)) {
      server.emit('word', n);
      if (n % 10 === 0) conn.sendPacket('ping');
    }
    await untilReceived(pair.received, 30);
    expect(pair.received).toEqual(integersUpTo(30));
    expect(pair.client.connected).toBe(true);
  });
});

describe('a client that stops reading', () => {
  it('receives every event in order once it reads again, and few volatile events', async () => {
    const fanOut = await FanOutServer.start({ pingTimeout: 60_000 });
    const { client, received } = await fanOut.connect('websocket');
    const { ws } = client.io.engine.transport as unknown as { ws: { pause(): void; resume(): void } };
    ws.pause();
    const sent = integersUpTo(400).map((n) => `word ${n}`);
    for (const payload of sent) {
      fanOut.io.emit('word', payload.padEnd(50_000));
      fanOut.io.volatile.emit('word', 'volatile');
      await new Promise(setImmediate);
    }
    expect(fanOut.droppedVolatile).toBeGreaterThan(200);
    ws.resume();
    await untilReceived(received, 800 - fanOut.droppedVolatile);
    expect(received.map((payload) => String(payload).trim()).filter((payload) => payload !== 'volatile')).toEqual(sent);
    await fanOut.stop();
  });
});

describe('deferrable packets', () => {
  it('share the writes of other packets', async () => {
    const fanOut = await FanOutServer.start();
    const pair = await fanOut.connect('websocket');
    const { socket } = pair.serverSocket.conn.request as unknown as { socket: Tcp };
    const write = jest.spyOn(socket, 'write');
    for (const n of integersUpTo(10)) {
      fanOut.sendDeferred(`${n}`, [pair]);
      await new Promise(setImmediate);
    }
    pair.serverSocket.emit('word', 'now');
    await untilReceived(pair.received, 11);
    // One write; more if the ticks took so long that the packets' delay ran out.
    expect(write.mock.calls.length).toBeLessThan(4);
    await fanOut.stop();
  });
});

describe('an upgrade from polling', () => {
  it('loses nothing and keeps the order', async () => {
    const fanOut = await FanOutServer.start();
    const { client, serverSocket, received } = await fanOut.connect('polling', 'websocket');
    const upgraded = new Promise((resolve) => serverSocket.conn.once('upgrade', resolve));
    let sent = 0;
    const emitting = setInterval(() => {
      fanOut.io.emit('word', sent++);
      serverSocket.emit('word', sent++);
    }, 1);
    await upgraded;
    await waitUntil(() => received.length > 0, 'the first events arrive');
    const before = sent;
    await waitUntil(() => sent > before + 100, '100 more events are sent');
    clearInterval(emitting);
    await untilReceived(received, sent);
    expect(received).toEqual(integersUpTo(sent));
    expect(client.io.engine.transport.name).toBe('websocket');
    await fanOut.stop();
  });
});
