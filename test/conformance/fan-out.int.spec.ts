/** What Socket.IO promises of what a server sends holds with frames written together, packet by packet, and over polling. */
import type { Socket as Tcp } from 'node:net';
import type { Socket as ServerSocket } from 'socket.io';
import { until } from '../support/client';
import { FanOutServer, heard, numbers, type Pair, settled, told } from './fan-out-server';

interface Way {
  corked: boolean;
  transport: 'websocket' | 'polling';
  deflate?: boolean;
}

const WAYS: [string, Way][] = [
  ['written together', { corked: true, transport: 'websocket' }],
  ['packet by packet', { corked: false, transport: 'websocket' }],
  ['over polling', { corked: true, transport: 'polling' }],
  ['compressed', { corked: true, transport: 'websocket', deflate: true }],
];

describe.each(WAYS)('%s', (_, { corked, transport, deflate = false }) => {
  let fanOut: FanOutServer;
  let server: FanOutServer['io'];
  const connect = (): Promise<Pair> => fanOut.connect(transport);

  beforeEach(async () => {
    fanOut = await FanOutServer.start({ corked, perMessageDeflate: deflate && { threshold: 0 } });
    server = fanOut.io;
  });

  afterEach(() => fanOut.stop());

  const tcpOf = ({ conn }: ServerSocket): Tcp => (conn.request as unknown as { socket: Tcp }).socket;

  it('keeps the order of broadcasts, replies and acks', async () => {
    const pairs = await Promise.all([connect(), connect(), connect()]);
    for (const { there } of pairs) {
      void there.join('room');
      there.on('say', (n: number, answer: (n: number) => void) => {
        there.emit('word', `${n} before`);
        server.to('room').emit('word', `${n} to all`);
        there.emit('word', `${n} after`);
        answer(n);
      });
    }
    const order: unknown[] = [];
    const [{ client, words }] = pairs;
    for (const n of numbers(50)) client.emit('say', n, (answered: number) => order.push(answered, words.length));
    await until(() => order.length === 100, 'all are answered');
    expect(words).toEqual(numbers(50).flatMap((n) => [`${n} before`, `${n} to all`, `${n} after`]));
    // An answer comes after what was sent before it, and before what was sent after it.
    expect(order).toEqual(numbers(50).flatMap((n) => [n, 3 * n + 3]));
    for (const other of pairs.slice(1)) {
      await settled(other);
      expect(other.words).toEqual(numbers(50).map((n) => `${n} to all`));
    }
  });

  it('keeps the order of what may wait, too, and brings it when nothing else comes', async () => {
    const pairs = await Promise.all([connect(), connect()]);
    for (const n of numbers(20)) {
      fanOut.sayUnhurried(`${n} unhurried`, pairs);
      fanOut.sayUnhurried(`${n} as well`, pairs);
      await new Promise(setImmediate);
      server.emit('word', `${n} to all`);
      pairs[0].there.emit('word', `${n} to one`);
      await new Promise(setImmediate);
    }
    fanOut.sayUnhurried('alone', pairs);
    for (const { words } of pairs) await until(() => words.at(-1) === 'alone', 'it comes by itself');
    const toAll = numbers(20).map((n) => [`${n} unhurried`, `${n} as well`, `${n} to all`]);
    expect(pairs[1].words).toEqual([...toAll.flat(), 'alone']);
    expect(pairs[0].words).toEqual([...toAll.flatMap((three, n) => [...three, `${n} to one`]), 'alone']);
  });

  it('delivers once to whoever is in one of several rooms, and not to whom is left out', async () => {
    const pairs = await Promise.all(numbers(4).map(connect));
    const [first, second, both, left] = pairs as [Pair, Pair, Pair, Pair];
    void first.there.join('one');
    void second.there.join('two');
    void both.there.join(['one', 'two']);
    void left.there.join(['one', 'out']);
    server.to('one').to('two').except('out').emit('word', 'rooms');
    first.there.to('one').emit('word', 'others');
    first.there.broadcast.emit('word', 'everybody else');
    await Promise.all(pairs.map(settled));
    expect(first.words).toEqual(['rooms']);
    expect(second.words).toEqual(['rooms', 'everybody else']);
    expect(both.words).toEqual(['rooms', 'others', 'everybody else']);
    expect(left.words).toEqual(['others', 'everybody else']);
  });

  it('keeps binary payloads whole, in order with texts', async () => {
    const pair = await connect();
    const bytes = Buffer.from(numbers(300).map((n) => n % 256));
    const big = Buffer.alloc(70_000, 7);
    for (const n of numbers(20)) {
      pair.there.emit('word', n);
      pair.there.emit('word', { n, parts: [bytes, new Uint8Array(bytes)] });
      server.emit('word', { n, whole: big });
    }
    await heard(pair.words, 60);
    expect(pair.words.filter((word) => typeof word === 'number')).toEqual(numbers(20));
    for (const n of numbers(20)) {
      const [, two, three] = pair.words.slice(3 * n) as [number, { n: number; parts: Buffer[] }, { whole: Buffer }];
      expect(two.parts.map((part) => Buffer.from(part).equals(bytes))).toEqual([true, true]);
      expect([two.n, Buffer.from(three.whole).equals(big)]).toEqual([n, true]);
    }
  });

  it.each([0, 1, 121, 122, 123, 124, 125, 126, 65_530, 65_536, 200_000])(
    'carries a text of %i characters',
    async (length) => {
      const pair = await connect();
      const text = 'ä€𝄞x'.repeat(Math.ceil(length / 5)).slice(0, length);
      server.emit('word', text);
      pair.there.emit('word', 'x'.repeat(length));
      await heard(pair.words, 2);
      expect(pair.words).toEqual([text, 'x'.repeat(length)]);
    },
  );

  it('carries acks from the client, of one and of many', async () => {
    const pairs = await Promise.all([connect(), connect()]);
    pairs.forEach(({ client }, index) => client.on('ask', (answer: (n: number) => void) => answer(index)));
    const [{ there }] = pairs;
    expect(await there.timeout(5_000).emitWithAck('ask')).toBe(0);
    expect((await server.timeout(5_000).emitWithAck('ask')).sort()).toEqual([0, 1]);
  });

  it('tells outgoing listeners', async () => {
    const pair = await connect();
    const told: unknown[] = [];
    pair.there.onAnyOutgoing((...args: unknown[]) => told.push(args));
    server.emit('word', 1);
    pair.there.emit('word', 2);
    await heard(pair.words, 2);
    expect(told).toEqual([
      ['word', 1],
      ['word', 2],
    ]);
  });

  it('tells who listens to the packets of a connection', async () => {
    const pair = await connect();
    const created: unknown[] = [];
    server.emit('word', 0);
    await heard(pair.words, 1);
    pair.there.conn.on('packetCreate', ({ data }: { data: unknown }) => created.push(data));
    server.emit('word', 1);
    pair.there.emit('word', 2);
    await heard(pair.words, 3);
    expect(created).toEqual(['2["word",1]', '2["word",2]']);
    expect(pair.words).toEqual([0, 1, 2]);
  });

  it('sends everything that was emitted before a disconnection, and nothing after it', async () => {
    const pair = await connect();
    const ended = told(pair.client, 'disconnect');
    for (const n of numbers(100)) server.emit('word', n);
    pair.there.disconnect(true);
    server.emit('word', 'too late');
    await ended;
    expect(pair.words).toEqual(numbers(100));
  });

  it('leaves a namespace after what was sent before', async () => {
    const pair = await connect();
    const ended = told(pair.client, 'disconnect');
    server.emit('word', 1);
    pair.there.disconnect();
    expect(await ended).toBe('io server disconnect');
    expect(pair.words).toEqual([1]);
  });

  it('survives a connection that breaks while frames wait', async () => {
    const [broken, whole] = await Promise.all([connect(), connect()]);
    for (const n of numbers(50)) {
      server.emit('word', n);
      if (n === 25) tcpOf(broken.there).destroy();
    }
    await heard(whole.words, 50);
    expect(whole.words).toEqual(numbers(50));
    // A polling connection needs its next request to notice.
    broken.there.disconnect(true);
  });

  it('sends much in one turn, whole and in order', async () => {
    const pair = await connect();
    const text = 'x'.repeat(1_000);
    for (const n of numbers(3_000)) server.emit('word', `${n} ${text}`);
    await heard(pair.words, 3_000);
    expect(pair.words).toEqual(numbers(3_000).map((n) => `${n} ${text}`));
  });

  it('delivers volatile events to whom keeps up, in order with the others', async () => {
    const pair = await connect();
    await settled(pair);
    // The first request of a polling client may not be there yet.
    await until(() => pair.there.conn.transport.writable, 'it can be written to');
    for (const n of numbers(8)) (n % 2 ? server.volatile : server).emit('word', n);
    await heard(pair.words, 8);
    expect([pair.words, fanOut.dropped]).toEqual([numbers(8), 0]);
  });

  it('goes on with pings while frames are written together', async () => {
    const pair = await connect();
    const { conn } = pair.there as unknown as { conn: { sendPacket(type: string): void } };
    for (const n of numbers(30)) {
      server.emit('word', n);
      if (n % 10 === 0) conn.sendPacket('ping');
    }
    await heard(pair.words, 30);
    expect(pair.words).toEqual(numbers(30));
    expect(pair.client.connected).toBe(true);
  });
});

describe('a client that stops reading', () => {
  it('gets everything once it reads again, in order, and few volatile events', async () => {
    const fanOut = await FanOutServer.start({ pingTimeout: 60_000 });
    const { client, words } = await fanOut.connect('websocket');
    const { ws } = client.io.engine.transport as unknown as { ws: { pause(): void; resume(): void } };
    ws.pause();
    const said = numbers(400).map((n) => `word ${n}`);
    for (const word of said) {
      fanOut.io.emit('word', word.padEnd(50_000));
      fanOut.io.volatile.emit('word', 'volatile');
      await new Promise(setImmediate);
    }
    expect(fanOut.dropped).toBeGreaterThan(200);
    ws.resume();
    await heard(words, 800 - fanOut.dropped);
    expect(words.map((word) => String(word).trim()).filter((word) => word !== 'volatile')).toEqual(said);
    await fanOut.stop();
  });
});

describe('what may wait', () => {
  it('takes no writes of its own where something else is written', async () => {
    const fanOut = await FanOutServer.start();
    const pair = await fanOut.connect('websocket');
    const { socket } = pair.there.conn.request as unknown as { socket: Tcp };
    const write = jest.spyOn(socket, 'write');
    for (const n of numbers(10)) {
      fanOut.sayUnhurried(`${n}`, [pair]);
      await new Promise(setImmediate);
    }
    pair.there.emit('word', 'now');
    await heard(pair.words, 11);
    // One, or two where the turns took so long that it did not wait any more.
    expect(write.mock.calls.length).toBeLessThan(4);
    await fanOut.stop();
  });
});

describe('an upgrade from polling', () => {
  it('loses nothing and keeps the order', async () => {
    const fanOut = await FanOutServer.start();
    const { client, there, words } = await fanOut.connect('polling', 'websocket');
    const upgraded = new Promise((resolve) => there.conn.once('upgrade', resolve));
    let said = 0;
    const speaking = setInterval(() => {
      fanOut.io.emit('word', said++);
      there.emit('word', said++);
    }, 1);
    await upgraded;
    await until(() => words.length > 0, 'some are heard');
    const before = said;
    await until(() => said > before + 100, 'some more are said');
    clearInterval(speaking);
    await heard(words, said);
    expect(words).toEqual(numbers(said));
    expect(client.io.engine.transport.name).toBe('websocket');
    await fanOut.stop();
  });
});
