/** The client SDK in an engine of 2020 that has neither `window` nor `process`: as in React Native, and in games that embed an engine. */
import { join } from 'node:path';
import { build } from 'esbuild';
import { createCharacter, type Guest, playAsGuest, waitUntil } from '../support/clients/client';
import { usePrivateServer } from '../support/servers/private-server';
import { closeSdkClients, connectGuest, type SdkUser } from '../support/sdk/real-client';
import { QuickJsEngine } from '../support/sdk/quickjs-engine';

const server = usePrivateServer();
let engine: QuickJsEngine;
let anna: Guest;
let ben: SdkUser;

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [join(__dirname, '../../libs/client/src/index.ts')],
    bundle: true,
    format: 'iife',
    globalName: 'sdk',
    platform: 'browser',
    target: 'es2020',
    write: false,
  });
  [engine, anna, ben] = [await QuickJsEngine.start(), await playAsGuest(server.url), await connectGuest(server.url)];
  engine.run(outputFiles[0]?.text ?? '');
}, 60_000);
afterAll(() => {
  closeSdkClients();
  engine.stop();
});

const literal = (value: unknown): string => JSON.stringify(value);
const untilValue = (script: string, expected: unknown): Promise<void> =>
  waitUntil(() => engine.run(script) === expected, `${script} is ${String(expected)}`, 30_000);

it('engine: a client without browser and Node.js connects, writes, walks, and connects again after a cut', async () => {
  const { id, name } = await createCharacter(server.url, anna);
  const conversation = await ben.client.request('conversation:create', { kind: 'group', participantIds: [anna.id] });
  const ofBen = await ben.client.conversations.open(conversation.id);
  expect(engine.run('typeof window + typeof process + typeof document')).toBe('undefinedundefinedundefined');
  engine.run(`
    globalThis.failure = '';
    const client = sdk.createClient({
      url: ${literal(server.url.replace(/\/$/, ''))},
      getToken: () => ${literal(anna.accessToken)},
      transports: ['websocket'],
      fetch: hostFetch,
    });
    (async () => {
      await client.connect();
      globalThis.diary = await client.conversations.open(${literal(conversation.id)});
      await diary.send('from another engine');
      globalThis.world = await client.world.enter(${literal(id)});
    })().catch((error) => (globalThis.failure = String(error.stack)));
    'started';
  `);
  await waitUntil(
    () => ofBen.current.get().messages.length === 1 || engine.run('failure') !== '',
    'the message',
    30_000,
  );
  expect(engine.run('failure')).toBe('');
  expect(ofBen.current.get().messages).toMatchObject([{ content: 'from another engine' }]);
  await untilValue('globalThis.world?.at().own?.name', name);
  engine.run('world.walk(1, 0); globalThis.before = world.at().own.x');
  await untilValue('world.at().own.x > before + 1', true);

  engine.run('diary.send("written during the cut"); "sent"');
  engine.cut();
  await untilValue('client.state.get().phase', 'live');
  await waitUntil(() => ofBen.current.get().messages.length === 2, 'the second message', 30_000);
  engine.run('client.close()');
}, 120_000);
