/** Commands that go straight to who takes them come to the same as those that go through the engine and Socket.IO. */
import { setTimeout as delay } from 'node:timers/promises';
import type { RawData } from 'ws';
import { WebSocket } from 'ws';
import { SocketServer } from '../../libs/realtime/src/adapter/socket-server';
import { type RaidApp, startRaidApp } from '../other-app/raid-app';
import { client, closeClients, until } from '../support/client';
import { wireValues } from '../support/hostile-payloads';
import { fc, runs, SEED } from '../support/properties';

const TOO_LONG = 3_000;

interface Conn {
  readonly transport: { readonly socket: WebSocket };
  on(event: 'packet' | 'data' | 'heartbeat', listener: (packet: unknown) => void): void;
}

let raid: RaidApp;
let serial = 0;
beforeAll(async () => {
  raid = await startRaidApp({ SOCKET_CORK: 'on', MAX_PAYLOAD_BYTES: String(TOO_LONG), CONNECTIONS_PER_IP: '1000' });
});
afterEach(closeClients);
afterAll(() => raid.close());

const connOf = (socketId: string): Conn => {
  const { conn } = raid.app.get(SocketServer).io.sockets.sockets.get(socketId) as unknown as { conn: Conn };
  return conn;
};

interface Sent {
  readonly frame: string | Buffer;
  /** The server has read it before the next one is sent; otherwise it may get both at once. */
  readonly alone: boolean;
}

/** A connection of a user of its own that has begun. */
class Raw {
  readonly frames: string[] = [];
  closed = false;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: RawData) => this.frames.push((data as Buffer).toString()));
    socket.on('close', () => (this.closed = true));
  }

  static async open(): Promise<Raw> {
    const raw = new Raw(new WebSocket(`${raid.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`));
    await until(() => raw.frames.length > 0, 'open');
    raw.socket.send(`40{"token":"straight-${++serial}"}`);
    await until(() => raw.frames.some((frame) => frame.includes('system:sync')), 'begun');
    return raw;
  }

  get conn(): Conn {
    const entered = this.frames.find((frame) => frame.startsWith('40')) ?? '';
    return connOf((JSON.parse(entered.slice(2)) as { sid: string }).sid);
  }

  /** What is heard after these frames. */
  async told(frames: readonly Sent[], each: boolean): Promise<{ heard: string[]; closed: boolean }> {
    const from = this.frames.length;
    for (const [index, { frame, alone }] of frames.entries()) {
      this.socket.send(frame);
      if (alone) await delay(3);
      if (each) await this.settled(1_000 + index);
    }
    await this.settled(9_999);
    this.socket.close();
    return { heard: this.frames.slice(from).map(timeless), closed: this.closed };
  }

  /** One more command has been answered, or the connection has ended. */
  private async settled(id: number): Promise<void> {
    this.socket.send(`42${id}["raid:echo",{"n":${id}}]`);
    await until(() => this.closed || this.frames.some((frame) => frame.startsWith(`43${id}[`)), 'answered');
  }
}

/** Without what differs between two moments. */
const timeless = (frame: string): string =>
  frame
    .replaceAll(/\d{13}/g, 'T')
    .replaceAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, 'ID')
    .replaceAll(/"retryAfterMs":\d+/g, 'R');

it('a plain command passes the engine by', async () => {
  const raw = await Raw.open();
  let passed = 0;
  raw.conn.on('data', () => passed++);
  for (const frame of ['42["raid:echo",{"n":1}]', '427["raid:echo",{"n":2}]']) raw.socket.send(frame);
  await until(() => raw.frames.some((frame) => frame.startsWith('437[')), 'answered');
  const before = passed;
  raw.socket.send('428["raid:echo",{"n":3}]');
  await until(() => raw.frames.some((frame) => frame.startsWith('438[')), 'answered');
  expect(passed).toBe(before);
  raw.socket.close();
});

it('so does the answer to a ping, and counts', async () => {
  const raw = await Raw.open();
  const { conn } = raw;
  let [beats, messages] = [0, 0];
  conn.on('heartbeat', () => beats++);
  conn.transport.socket.on('message', () => messages++);
  raw.socket.send('3');
  await until(() => beats === 1, 'a heartbeat');
  expect(messages).toBe(0);
  raw.socket.close();
});

it('one that has begun with polling goes straight as well once it is upgraded', async () => {
  const player = client(raid.url, 'upgraded', { transports: ['polling', 'websocket'] });
  await until(() => player.socket.io.engine.transport.name === 'websocket', 'upgraded');
  await until(() => player.socket.connected, 'connected');
  expect(await player.send('system:ping')).toMatchObject({ pong: true });
  let passed = 0;
  connOf(player.socket.id ?? '').on('data', () => passed++);
  expect(await player.send('system:ping')).toMatchObject({ pong: true });
  expect(passed).toBe(0);
});

const payloads = fc.oneof(
  fc.record({ n: fc.integer() }),
  fc.record({ n: wireValues, delayMs: fc.constantFrom<unknown>(-1, 'x', null) }, { requiredKeys: ['n'] }),
  wireValues,
);
const names = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom<unknown>('raid:echo', 'raid:crash', 'raid:rare', 'system:ping') },
  fc.constantFrom<unknown>('', 'nothing', 'connect', 'disconnect', '__proto__', 'raid:\u0065cho', 1, null, {}, [
    'raid:echo',
  ]),
);
const ids = fc.oneof(
  fc.constant(''),
  fc.nat(99).map(String),
  fc.constantFrom('007', ' ', '1 ', '-1', '1.5', '99999999999999999999'),
);
const events = fc
  .tuple(fc.constantFrom('42', '42', '42', '42', '42/,', '42/other,'), ids, names, payloads, fc.boolean())
  .map(([type, id, name, payload, more]) => `${type}${id}${JSON.stringify(more ? [name, payload] : [name])}`);
const oddities = fc.constantFrom<string | Buffer>(
  '42',
  '42[',
  '42[]',
  '42 ["raid:echo",{"n":1}]',
  '42["raid:echo",{"n":1}] ',
  '42["raid:echo",{"n":1}]]',
  '42["raid:echo",{"n":1},2]',
  '42["raid:echo",{"n":"ä€😀"}]',
  '42{"0":"raid:echo"}',
  '3',
  '6',
  '2',
  '451-["raid:echo",{"n":{"_placeholder":true,"num":0}}]',
  Buffer.from('42["raid:echo",{"n":1}]'),
  `42["raid:echo",{"n":1,"x":"${'x'.repeat(200)}"}]`,
  `42["raid:echo",{"n":1,"x":"${'x'.repeat(TOO_LONG)}"}]`,
);

const sent = (frame: fc.Arbitrary<string | Buffer>): fc.Arbitrary<Sent[]> =>
  fc.array(fc.record({ frame, alone: fc.boolean() }), { minLength: 1, maxLength: 8 });

/** One that goes straight, and one whose packets somebody listens to, and is to hear of: they go the ordinary way. */
async function heardEitherWay(frames: readonly Sent[], each: boolean): Promise<void> {
  const [straight, ordinary] = await Promise.all([Raw.open(), Raw.open()]);
  ordinary.conn.on('packet', () => undefined);
  const [one, other] = await Promise.all([straight.told(frames, each), ordinary.told(frames, each)]);
  expect(one).toEqual(other);
}

it('whatever is sent, the same is heard either way', async () => {
  const frames = sent(fc.oneof({ weight: 5, arbitrary: events }, oddities));
  // One by one: what had not been answered when a connection was ended may depend on how the kernel has cut the stream.
  const property = fc.asyncProperty(frames, (list) => heardEitherWay(list, true));
  await fc.assert(property, { seed: SEED, numRuns: runs(80) });
});

it('nothing overtakes anything, whether or not it takes its time', async () => {
  const delays = fc.constantFrom('', ',"delayMs":0', ',"delayMs":3');
  // With the name of the namespace it does not go straight, and comes to the same.
  const frame = fc
    .tuple(fc.constantFrom('42', '42/,'), fc.nat(99), fc.nat(99), delays)
    .map(([type, id, n, delayed]) => `${type}${id}["raid:echo",{"n":${n}${delayed}}]`);
  await fc.assert(
    fc.asyncProperty(sent(frame), (list) => heardEitherWay(list, false)),
    { seed: SEED, numRuns: runs(40) },
  );
});
