/** `npm run start:cluster`: two nodes behind one port. One of them is killed while its clients talk. */
import { once } from 'node:events';
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
import { CLUSTER_START_MS, DemonstrationCluster } from '../support/servers/demonstration-cluster';

const RECONNECT = { reconnection: true, reconnectionDelay: 100, reconnectionDelayMax: 400 };

let cluster: DemonstrationCluster;
let url: string;
let boss: Player;

beforeAll(async () => {
  cluster = await DemonstrationCluster.start({ ADMIN_USERS: 'boss' });
  ({ url } = cluster);
  boss = await registerAdmin(url);
}, CLUSTER_START_MS);
afterEach(closeClients);
afterAll(() => cluster.stop());

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

  await waitUntil(() => cluster.startsOf('node-1') === 2, 'node-1 is ready again');
  await connectToBoth(['websocket']);
}, 90_000);

it('the route of the playground kills the named node, and no other', async () => {
  const home = await fetch(url, { headers: { accept: 'application/json' } });
  const path = ((await home.json()) as { links: { kill: string } }).links.kill;
  const kill = (nodeId: unknown) => callApi(url, 'POST', path, { body: { nodeId } });
  for (const unknown of ['node-3', '', null, { name: 'node-2' }]) expect((await kill(unknown)).status).toBe(404);
  const asForm = await fetch(`${url}${path}`, { method: 'POST', body: '{"nodeId":"node-2"}' });
  expect(asForm.status).toBe(404);
  expect(cluster.startsOf('node-2')).toBe(1);
  expect((await kill('node-2')).status).toBe(204);
  await waitUntil(() => cluster.startsOf('node-2') === 2, 'node-2 is ready again');
}, 90_000);

it('SIGTERM ends the nodes, Redis and PostgreSQL, in order', async () => {
  expect(await cluster.stop()).toEqual([0, null]);
  expect(cluster.output).not.toMatch(/failed|took longer/);
  await expect(fetch(url)).rejects.toThrow();
});
