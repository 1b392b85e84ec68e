/** `npm run start:cluster`: two nodes behind one port. One of them is killed while its clients talk. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import {
  closeClients,
  connect,
  type Guest,
  playAsGuest,
  type Player,
  registerAdmin,
  type TestClient,
  waitUntil,
} from '../support/clients/client';
import { callApi } from '../support/clients/http';
import { testEnvironment } from '../support/environment';

const ROOT = join(__dirname, '..', '..');
const SCRIPT = join('scripts', 'cluster', 'start-cluster.mjs');
const PATIENCE_MS = 120_000;
const RECONNECT = { reconnection: true, reconnectionDelay: 100, reconnectionDelayMax: 400 };

let cluster: ChildProcess & { stdout: Readable; stderr: Readable };
let output = '';
let url: string;
let boss: Player;

beforeAll(async () => {
  const environment = testEnvironment({
    NODE_ENV: 'development',
    LOG_LEVEL: 'info',
    ADMIN_USERS: 'boss',
    LIMITS: 'off',
  });
  cluster = spawn(process.execPath, [SCRIPT], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [cluster.stdout, cluster.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await waitUntil(() => /All nodes/.test(output), 'the cluster is ready', PATIENCE_MS).catch(() => {
    throw new Error(output);
  });
  url = /All nodes (http:\S+)/.exec(output)?.[1] ?? '';
  boss = await registerAdmin(url);
}, PATIENCE_MS);
afterEach(closeClients);
afterAll(() => void cluster.kill('SIGKILL'));

/** Connects guests until each node has one. */
async function connectToBoth(transports: ('polling' | 'websocket')[]): Promise<[TestClient, TestClient]> {
  const clients = new Map<string, TestClient>();
  for (let attempt = 0; attempt < 10 && clients.size < 2; attempt++) {
    const guest: Guest = await playAsGuest(url);
    const client = await connect(url, guest.accessToken, { ...RECONNECT, transports });
    if (client.nodeId !== undefined) clients.set(client.nodeId, client);
  }
  const [first, second] = [clients.get('node-1'), clients.get('node-2')];
  if (!first || !second) throw new Error(`connected to ${[...clients.keys()].join()} only`);
  return [first, second];
}

const textsOf = (client: TestClient): string[] => client.eventsNamed('chat:message').map(({ text }) => text);

it('the one port: long polling stays with the node of its session', async () => {
  const [first, second] = await connectToBoth(['polling']);
  for (const client of [first, second]) {
    for (let count = 0; count < 5; count++) await client.roundTrip();
    expect(client.socket.io.engine.transport.name).toBe('polling');
  }
});

it('a killed node: its clients continue on the other one and miss nothing, and the node starts again', async () => {
  const [, second] = await connectToBoth(['websocket']);
  const [first] = await connectToBoth(['websocket']);
  const sent: string[] = [];
  const talk = async (): Promise<void> => {
    const text = `line ${sent.length + 1}`;
    sent.push(text);
    expect(await second.send('chat:message', { channel: 'global', text })).toMatchObject({ success: true });
  };
  for (let count = 0; count < 3; count++) await talk();
  const lost = once(first.socket as unknown as NodeJS.EventEmitter, 'disconnect');
  const kill = { token: boss.accessToken, body: { reason: 'demonstration' } };
  expect((await callApi(url, 'POST', '/api/admin/nodes/node-1/kill', kill)).status).toBe(204);
  await lost;
  for (let count = 0; count < 3; count++) await talk();
  await waitUntil(() => textsOf(first).length >= sent.length, 'the client has received every line');
  expect(textsOf(first)).toEqual(sent);
  expect(first.nodeId).toBe('node-2');
  expect(first.eventsNamed('system:connected').at(-1)).toMatchObject({ recovered: true });
  await talk();
  await waitUntil(() => textsOf(first).length >= sent.length && textsOf(second).length >= sent.length, 'both continue');
  expect([textsOf(first), textsOf(second)]).toEqual([sent, sent]);

  await waitUntil(() => output.match(/node-1 +Aeturnis Realtime is ready/g)?.length === 2, 'node-1 is ready again');
  await connectToBoth(['websocket']);
}, 90_000);

it('SIGTERM ends the nodes, Redis and PostgreSQL, in order', async () => {
  const exited = once(cluster, 'exit');
  cluster.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  expect(output).not.toMatch(/failed|took longer/);
  await expect(fetch(url)).rejects.toThrow();
});
