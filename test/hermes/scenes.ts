/** The published SDK as an app for React Native has it, in the engine of React Native. `npm run test:hermes` runs this script. */
import { beginScene } from './phone-globals';
import { createClient, type Client, type ClientOptions, type OpenConversation } from '@aeturnis/client';
import { reactNative } from '@aeturnis/client/react-native';
import { PhoneModules } from './phone-modules';
import { equal, run, scene } from './scene-runner';
import type { SocketBackend } from './socket-backend';

const RAID = 'raid';

async function connect(
  { server, clock }: SocketBackend,
  user: string,
  options: Partial<ClientOptions> = {},
): Promise<Client> {
  const token = server.newToken(user);
  const client = createClient({ url: 'http://server', getToken: () => token, getUserId: () => user, ...options });
  const connected = client.connect();
  await clock.pass(200);
  await connected;
  return client;
}

async function settled<Value>({ clock }: SocketBackend, ms: number, work: Promise<Value>): Promise<Value> {
  await clock.pass(ms);
  return work;
}

const textsOf = (conversation: OpenConversation): string[] =>
  conversation.current.get().messages.map(({ content }) => content);
const statusesOf = (conversation: OpenConversation): unknown[] =>
  conversation.current.get().messages.map(({ status }) => status);

scene('the engine is one without a browser and without Node.js', () => {
  const globals = globalThis as unknown as Record<string, unknown>;
  equal(
    ['window', 'document', 'process', 'Buffer', 'require', 'TextDecoder'].map((name) => typeof globals[name]),
    Array<string>(6).fill('undefined'),
  );
  equal(typeof globals['HermesInternal'], 'object');
});

scene('messages of two users arrive once and in order, through a cut and an absence', async () => {
  const backend = beginScene();
  const { server, clock } = backend;
  const [ada, ben] = [await connect(backend, 'ada'), await connect(backend, 'ben')];
  const [ofAda, ofBen] = [
    await settled(backend, 200, ada.conversations.open(RAID)),
    await settled(backend, 200, ben.conversations.open(RAID)),
  ];
  await settled(backend, 200, ofAda.send('one'));
  equal([textsOf(ofAda), textsOf(ofBen)], [['one'], ['one']]);
  backend.linkOf('ada').cutNextMessage('before-answer');
  const second = ofAda.send('two');
  await clock.pass(15);
  server.isReachable = false;
  await settled(backend, 200, second);
  equal(statusesOf(ofAda), ['sent', 'queued']);
  for (const text of ['three', 'four', 'five']) await ofAda.send(text);
  await clock.pass(5_000);
  equal([ada.state.get().queued, ada.state.get().phase !== 'live'], [4, true]);
  await settled(backend, 200, ofBen.send('of Ben'));
  server.isReachable = true;
  await settled(backend, 30_000, ada.flushed());
  const expected = ['one', 'two', 'of Ben', 'three', 'four', 'five'];
  equal(
    server.messages.map(({ content }) => content),
    expected,
  );
  equal([textsOf(ofAda), textsOf(ofBen)], [expected, expected]);
  equal([server.duplicates, ada.state.get().queued], [1, 0]);
  // Nothing follows what was missed.
  backend.linkOf('ada').cut();
  await settled(backend, 5_000, ofBen.send('missed'));
  equal(textsOf(ofAda), [...expected, 'missed']);
  ada.close();
  ben.close();
});

scene('moves in bytes become the entities to draw, and the own character walks', async () => {
  const backend = beginScene();
  const { server, clock } = backend;
  const client = await connect(backend, 'ada');
  const world = await settled(backend, 200, client.world.enter('hero'));
  const player = { class: 'ranger', level: 1, status: 'alive', x: 10, y: 10, facing: 0 };
  const link = backend.linkOf('ada');
  const players = [
    { ...player, id: 'hero', n: 7, name: 'Hero' },
    { ...player, id: 'other', n: 300, name: 'Other' },
  ];
  link.push('zone:state', { zone: 'village', tick: 10, players, monsters: [] });
  for (let tick = 11; tick <= 20; tick += 1) {
    await clock.pass(100);
    const bytes = new DataView(new ArrayBuffer(24));
    for (const [at, n, x] of [
      [0, 7, 1_000],
      [12, 300, 123_456],
    ] as const) {
      bytes.setUint16(at, n, true);
      bytes.setUint32(at + 2, x, true);
      bytes.setUint32(at + 6, 4_294_967_200, true);
      bytes.setUint16(at + 10, 16_384, true);
    }
    backend.pushBinaryMoves('ada', tick, bytes.buffer);
  }
  const { zone, others } = world.at();
  equal(
    [zone, others.map(({ id, x, y, facing }) => [id, x, y, facing])],
    ['village', [['other', 1_234.56, 42_949_672, Math.PI / 2]]],
  );
  world.walk(1, 0);
  for (let frame = 0; frame < 60; frame += 1) {
    world.at();
    await clock.pass(16);
  }
  equal([(world.at().own?.x ?? 0) > 3, server.handled('character:move') > 7], [true, true]);
  client.close();
});

scene('a token is replaced before it expires, and an expired one is never presented twice', async () => {
  const backend = beginScene();
  const { server, clock } = backend;
  let token = server.newToken('ada');
  let calls = 0;
  const getToken = (): string => {
    calls += 1;
    // The login notices late that a new one is needed.
    if (calls === 2 || calls > 5) token = server.newToken('ada');
    return token;
  };
  const client = await connect(backend, 'ada', { getToken, fetch: () => Promise.reject(new Error('no HTTP')) });
  equal([calls, server.refreshes], [1, 0]);
  await clock.pass(550_000);
  equal([calls, server.refreshes, client.state.get().phase], [2, 1, 'live']);
  server.expire(token);
  backend.linkOf('ada').closeExpired();
  await clock.pass(60_000);
  equal([client.state.get().phase, calls > 5], ['live', true]);
  equal(new Set(server.presented).size, server.presented.length);
  client.close();
});

scene('react native: messages in AsyncStorage survive the end of the app', async () => {
  const backend = beginScene();
  const { server, clock } = backend;
  const phone = new PhoneModules();
  const first = await connect(backend, 'ada', reactNative(phone));
  server.isReachable = false;
  backend.linkOf('ada').cut();
  for (const text of ['one', 'two', 'three']) await first.conversations.send(RAID, text);
  first.close();
  equal([server.messages.length, phone.items.size], [0, 3]);
  server.isReachable = true;
  const next = await connect(backend, 'ada', reactNative(phone));
  await settled(backend, 5_000, next.flushed());
  equal(
    server.messages.map(({ content }) => content),
    ['one', 'two', 'three'],
  );
  equal(phone.items.size, 0);
  next.close();
  await clock.pass(60_000);
  equal([phone.listenerCount, clock.hasTimers], [0, false]);
});

const WAKES: readonly (readonly [string, (phone: PhoneModules) => void])[] = [
  ['the app returns to the foreground', (phone) => phone.changeApp('active')],
  ['the network becomes another one', (phone) => phone.changeNetwork('cellular')],
];
for (const [moment, wake] of WAKES)
  scene(`react native: a connection that no longer answers is replaced within 2 s when ${moment}`, async () => {
    const backend = beginScene();
    const { clock, server } = backend;
    const phone = new PhoneModules();
    const client = await connect(backend, 'ada', reactNative(phone));
    server.swallow(backend.linkOf('ada'));
    phone.changeApp('background');
    phone.changeNetwork('none');
    await clock.pass(1_000);
    equal(server.presented.length, 1);
    wake(phone);
    await clock.pass(2_500);
    equal([server.presented.length, client.state.get().phase], [2, 'live']);
    client.close();
  });

void run();
