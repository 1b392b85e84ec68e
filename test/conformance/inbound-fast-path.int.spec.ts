/** The inbound fast path has the same effects as the ordinary path through `ws`, Engine.IO and Socket.IO. */
import { setTimeout as delay } from 'node:timers/promises';
import type { RawData } from 'ws';
import { WebSocket } from 'ws';
import { SocketServer } from '../../libs/realtime/src/transport/socket-server';
import { type RaidApp, startRaidApp } from '../other-app/raid-app';
import { createTestClient, closeClients, waitUntil } from '../support/clients/client';
import { wireValues } from '../support/validation/hostile-payloads';
import { fc, propertyRuns, PROPERTY_SEED } from '../support/properties';

const MAX_PAYLOAD = 3_000;

interface Conn {
  readonly transport: { readonly socket: WebSocket };
  on(event: 'packet' | 'data' | 'heartbeat', listener: (packet: unknown) => void): void;
}

let raid: RaidApp;
/** The same application without the fast path. */
let withoutFastPath: RaidApp;
let serial = 0;
beforeAll(async () => {
  const settings = { MAX_PAYLOAD_BYTES: String(MAX_PAYLOAD), CONNECTIONS_PER_IP: '1000' };
  raid = await startRaidApp({ ...settings, SOCKET_CORK: 'on' });
  withoutFastPath = await startRaidApp({ ...settings, SOCKET_CORK: 'off' });
});
afterEach(closeClients);
afterAll(() => Promise.all([raid.close(), withoutFastPath.close()]));

const connOf = (socketId: string): Conn => {
  const { conn } = raid.app.get(SocketServer).io.sockets.sockets.get(socketId) as unknown as { conn: Conn };
  return conn;
};

interface SentFrame {
  readonly frame: string | Buffer;
  /** True: a pause follows, so that the server reads this frame by itself. False: it may read the next one with it. */
  readonly alone: boolean;
}

/** A bare WebSocket connection and the frames that arrived on it. */
class RawClient {
  readonly frames: string[] = [];
  closed = false;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: RawData) => this.frames.push((data as Buffer).toString()));
    socket.on('close', () => (this.closed = true));
  }

  static async connect(app: RaidApp): Promise<RawClient> {
    const raw = new RawClient(new WebSocket(`${app.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`));
    await waitUntil(() => raw.frames.length > 0, 'open');
    return raw;
  }

  /** A connection of a new user that has completed the Socket.IO handshake. */
  static async openSession(app = raid): Promise<RawClient> {
    const raw = await RawClient.connect(app);
    raw.socket.send(`40{"token":"straight-${++serial}"}`);
    await waitUntil(() => raw.has('system:sync'), 'handshake completed');
    return raw;
  }

  has(part: string): boolean {
    return this.frames.some((frame) => frame.includes(part));
  }

  /** Sends these frames, a valid CONNECT packet and a command. @returns the frames that arrived. */
  async framesAfterHandshake(frames: readonly SentFrame[]): Promise<{ received: string[]; closed: boolean }> {
    for (const sent of [...frames, { frame: '40{"token":"beginner"}', alone: true }]) {
      const from = this.frames.length;
      await this.sendFrames([sent], false);
      if (!sent.frame.toString().startsWith('40')) continue;
      // Otherwise the frames that arrive before a later frame closes the connection would depend on timing.
      await waitUntil(() => this.closed || this.frames.slice(from).some(endsHandshake), 'handshake done');
    }
    await this.untilAnswered(9_999);
    this.socket.close();
    return { received: this.frames.slice(1).map(withoutIdentity), closed: this.closed };
  }

  get engineConnection(): Conn {
    const connectPacket = this.frames.find((frame) => frame.startsWith('40')) ?? '';
    return connOf((JSON.parse(connectPacket.slice(2)) as { sid: string }).sid);
  }

  /** Sends these frames. @returns the frames that arrived after them. */
  async framesAfter(frames: readonly SentFrame[], inSteps: boolean): Promise<{ received: string[]; closed: boolean }> {
    const from = this.frames.length;
    await this.sendFrames(frames, inSteps);
    await this.untilAnswered(9_999);
    this.socket.close();
    return { received: this.frames.slice(from).map(withoutTimestamps), closed: this.closed };
  }

  private async sendFrames(frames: readonly SentFrame[], inSteps: boolean): Promise<void> {
    for (const [index, { frame, alone }] of frames.entries()) {
      this.socket.send(frame);
      if (alone) await delay(3);
      if (inSteps) await this.untilAnswered(1_000 + index);
    }
  }

  /** Resolves once another command is acknowledged or the connection is closed. */
  private async untilAnswered(id: number): Promise<void> {
    this.socket.send(`42${id}["raid:echo",{"n":${id}}]`);
    await waitUntil(() => this.closed || this.frames.some((frame) => frame.startsWith(`43${id}[`)), 'answered');
  }
}

/** Masks timestamps, ids and delays, which differ between two runs. */
const withoutTimestamps = (frame: string): string =>
  frame
    .replaceAll(/\d{13}/g, 'T')
    .replaceAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, 'ID')
    .replaceAll(/"retryAfterMs":\d+/g, 'R');

/** Also reduces frames that name the user or the session to their type and event. */
const withoutIdentity = (frame: string): string => /^\d+\["[^"]+"|^4[04]/.exec(frame)?.[0] ?? withoutTimestamps(frame);
const endsHandshake = (frame: string): boolean => frame.startsWith('44') || frame.includes('system:sync');

it('the Socket.IO handshake of a client bypasses `ws`', async () => {
  let messages = 0;
  raid.app.get(SocketServer).io.engine.once('connection', ({ transport }: Conn) => {
    transport.socket.on('message', () => messages++);
  });
  const raw = await RawClient.openSession();
  expect(messages).toBe(0);
  raw.socket.send(Buffer.from('no text'));
  await waitUntil(() => messages === 1, 'a binary frame does not bypass `ws`');
});

it('a plain command bypasses Engine.IO', async () => {
  const raw = await RawClient.openSession();
  let passed = 0;
  raw.engineConnection.on('data', () => passed++);
  for (const frame of ['42["raid:echo",{"n":1}]', '427["raid:echo",{"n":2}]']) raw.socket.send(frame);
  await waitUntil(() => raw.frames.some((frame) => frame.startsWith('437[')), 'answered');
  const before = passed;
  raw.socket.send('428["raid:echo",{"n":3}]');
  await waitUntil(() => raw.frames.some((frame) => frame.startsWith('438[')), 'answered');
  expect(passed).toBe(before);
  raw.socket.close();
});

it('a pong bypasses `ws` and counts as a heartbeat', async () => {
  const raw = await RawClient.openSession();
  const { engineConnection } = raw;
  let [beats, messages] = [0, 0];
  engineConnection.on('heartbeat', () => beats++);
  engineConnection.transport.socket.on('message', () => messages++);
  raw.socket.send('3');
  await waitUntil(() => beats === 1, 'a heartbeat');
  expect(messages).toBe(0);
  raw.socket.close();
});

it('a connection upgraded from polling takes the fast path', async () => {
  const player = createTestClient(raid.url, 'upgraded', { transports: ['polling', 'websocket'] });
  await waitUntil(() => player.socket.io.engine.transport.name === 'websocket', 'upgraded');
  await waitUntil(() => player.socket.connected, 'connected');
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
  `42["raid:echo",{"n":1,"x":"${'x'.repeat(MAX_PAYLOAD)}"}]`,
];
const oddities = fc.constantFrom(...ODDITIES);
/** Runs of the property with each odd frame by itself, besides the generated ones. */
const examples = ODDITIES.map((frame): [SentFrame[]] => [[{ frame, alone: true }]]);

const frameSequences = (frame: fc.Arbitrary<string | Buffer>): fc.Arbitrary<SentFrame[]> =>
  fc.array(fc.record({ frame, alone: fc.boolean() }), { minLength: 1, maxLength: 8 });

/** Compares the fast path, the fast path with a packet listener attached, and the ordinary path. */
async function expectSameOnBothPaths(frames: readonly SentFrame[], inSteps: boolean): Promise<void> {
  const clients = await Promise.all([
    RawClient.openSession(),
    RawClient.openSession(),
    RawClient.openSession(withoutFastPath),
  ]);
  clients[1].engineConnection.on('packet', () => undefined);
  const [fast, observed, reference] = await Promise.all(clients.map((client) => client.framesAfter(frames, inSteps)));
  expect(fast).toEqual(reference);
  expect(observed).toEqual(reference);
}

it('any sequence of frames has the same answers on both paths', async () => {
  const frames = frameSequences(fc.oneof({ weight: 5, arbitrary: events }, oddities));
  // In steps: which commands are answered before a connection ends could depend on how the kernel splits the stream.
  const property = fc.asyncProperty(frames, (list) => expectSameOnBothPaths(list, true));
  await fc.assert(property, { seed: PROPERTY_SEED, numRuns: propertyRuns(100), examples });
});

it('any start of a connection has the same answers on both paths', async () => {
  const handshakes = fc.constantFrom(
    '40{"token":"beginner"}',
    '40{"token":"wrong"}',
    '40/other,{"token":"beginner"}',
    '40{"token":"beginner","pid":"nobody","offset":"nowhere"}',
    ...['40', '40{', '40[]', '40"x"', '41', '44', '0', '1', ''],
  );
  const frames = frameSequences(fc.oneof({ weight: 4, arbitrary: handshakes }, oddities, events));
  const property = fc.asyncProperty(frames, async (list) => {
    const connections = await Promise.all([RawClient.connect(raid), RawClient.connect(withoutFastPath)]);
    const [fast, reference] = await Promise.all(connections.map((raw) => raw.framesAfterHandshake(list)));
    expect(fast).toEqual(reference);
  });
  await fc.assert(property, { seed: PROPERTY_SEED, numRuns: propertyRuns(80), examples });
});

it('commands keep their order on both paths, with synchronous and asynchronous handlers', async () => {
  const delays = fc.constantFrom('', ',"delayMs":0', ',"delayMs":3');
  // A packet that names its namespace takes the ordinary path; its effects are the same.
  const frame = fc
    .tuple(fc.constantFrom('42', '42/,'), fc.nat(99), fc.nat(99), delays)
    .map(([type, id, n, delayed]) => `${type}${id}["raid:echo",{"n":${n}${delayed}}]`);
  await fc.assert(
    fc.asyncProperty(frameSequences(frame), (list) => expectSameOnBothPaths(list, false)),
    { seed: PROPERTY_SEED, numRuns: propertyRuns(40) },
  );
});
