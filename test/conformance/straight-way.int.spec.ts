/** What goes straight to who takes it comes to the same as what goes through `ws`, the engine and Socket.IO. */
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
/** Knows no way but the ordinary one. */
let plain: RaidApp;
let serial = 0;
beforeAll(async () => {
  const settings = { MAX_PAYLOAD_BYTES: String(TOO_LONG), CONNECTIONS_PER_IP: '1000' };
  raid = await startRaidApp({ ...settings, SOCKET_CORK: 'on' });
  plain = await startRaidApp({ ...settings, SOCKET_CORK: 'off' });
});
afterEach(closeClients);
afterAll(() => Promise.all([raid.close(), plain.close()]));

const connOf = (socketId: string): Conn => {
  const { conn } = raid.app.get(SocketServer).io.sockets.sockets.get(socketId) as unknown as { conn: Conn };
  return conn;
};

interface Sent {
  readonly frame: string | Buffer;
  /** The server has read it before the next one is sent; otherwise it may get both at once. */
  readonly alone: boolean;
}

/** A connection, and all that is heard on it. */
class Raw {
  readonly frames: string[] = [];
  closed = false;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: RawData) => this.frames.push((data as Buffer).toString()));
    socket.on('close', () => (this.closed = true));
  }

  static async line(app: RaidApp): Promise<Raw> {
    const raw = new Raw(new WebSocket(`${app.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`));
    await until(() => raw.frames.length > 0, 'open');
    return raw;
  }

  /** One of a user of its own that has begun. */
  static async open(app = raid): Promise<Raw> {
    const raw = await Raw.line(app);
    raw.socket.send(`40{"token":"straight-${++serial}"}`);
    await until(() => raw.has('system:sync'), 'begun');
    return raw;
  }

  has(part: string): boolean {
    return this.frames.some((frame) => frame.includes(part));
  }

  /** What comes of it where these frames are followed by a beginning as it should be, and a command. */
  async begun(frames: readonly Sent[]): Promise<{ heard: string[]; closed: boolean }> {
    for (const sent of [...frames, { frame: '40{"token":"beginner"}', alone: true }]) {
      const from = this.frames.length;
      await this.say([sent], false);
      if (!sent.frame.toString().startsWith('40')) continue;
      // Or what is heard before a later frame ends it all would depend on how long that took.
      await until(() => this.closed || this.frames.slice(from).some(concludes), 'begun, or refused');
    }
    await this.settled(9_999);
    this.socket.close();
    return { heard: this.frames.slice(1).map(nameless), closed: this.closed };
  }

  get conn(): Conn {
    const entered = this.frames.find((frame) => frame.startsWith('40')) ?? '';
    return connOf((JSON.parse(entered.slice(2)) as { sid: string }).sid);
  }

  /** What is heard after these frames. */
  async told(frames: readonly Sent[], each: boolean): Promise<{ heard: string[]; closed: boolean }> {
    const from = this.frames.length;
    await this.say(frames, each);
    await this.settled(9_999);
    this.socket.close();
    return { heard: this.frames.slice(from).map(timeless), closed: this.closed };
  }

  private async say(frames: readonly Sent[], each: boolean): Promise<void> {
    for (const [index, { frame, alone }] of frames.entries()) {
      this.socket.send(frame);
      if (alone) await delay(3);
      if (each) await this.settled(1_000 + index);
    }
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

/** Without who it is. */
const nameless = (frame: string): string => /^\d+\["[^"]+"|^4[04]/.exec(frame)?.[0] ?? timeless(frame);
const concludes = (frame: string): boolean => frame.startsWith('44') || frame.includes('system:sync');

it('what a client begins with passes `ws` by', async () => {
  let messages = 0;
  raid.app.get(SocketServer).io.engine.once('connection', ({ transport }: Conn) => {
    transport.socket.on('message', () => messages++);
  });
  const raw = await Raw.open();
  expect(messages).toBe(0);
  raw.socket.send(Buffer.from('no text'));
  await until(() => messages === 1, 'what does not');
});

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
const ODDITIES: (string | Buffer)[] = [
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
];
const oddities = fc.constantFrom(...ODDITIES);
/** Each once, whatever else is made up. */
const examples = ODDITIES.map((frame): [Sent[]] => [[{ frame, alone: true }]]);

const sent = (frame: fc.Arbitrary<string | Buffer>): fc.Arbitrary<Sent[]> =>
  fc.array(fc.record({ frame, alone: fc.boolean() }), { minLength: 1, maxLength: 8 });

/** One that goes straight; one whose packets somebody listens to, and is to hear of; and one that goes the ordinary way. */
async function heardEitherWay(frames: readonly Sent[], each: boolean): Promise<void> {
  const ways = await Promise.all([Raw.open(), Raw.open(), Raw.open(plain)]);
  ways[1].conn.on('packet', () => undefined);
  const [straight, overheard, ordinary] = await Promise.all(ways.map((way) => way.told(frames, each)));
  expect(straight).toEqual(ordinary);
  expect(overheard).toEqual(ordinary);
}

it('whatever is sent, the same is heard either way', async () => {
  const frames = sent(fc.oneof({ weight: 5, arbitrary: events }, oddities));
  // One by one: what had not been answered when a connection was ended may depend on how the kernel has cut the stream.
  const property = fc.asyncProperty(frames, (list) => heardEitherWay(list, true));
  await fc.assert(property, { seed: SEED, numRuns: runs(100), examples });
});

it('whatever a client begins with, the same comes of it either way', async () => {
  const beginnings = fc.constantFrom(
    '40{"token":"beginner"}',
    '40{"token":"wrong"}',
    '40/other,{"token":"beginner"}',
    '40{"token":"beginner","pid":"nobody","offset":"nowhere"}',
    ...['40', '40{', '40[]', '40"x"', '41', '44', '0', '1', ''],
  );
  const frames = sent(fc.oneof({ weight: 4, arbitrary: beginnings }, oddities, events));
  const property = fc.asyncProperty(frames, async (list) => {
    const ways = await Promise.all([Raw.line(raid), Raw.line(plain)]);
    const [straight, ordinary] = await Promise.all(ways.map((way) => way.begun(list)));
    expect(straight).toEqual(ordinary);
  });
  await fc.assert(property, { seed: SEED, numRuns: runs(80), examples });
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
