/** A node out of file descriptors keeps running, and accepts clients again as soon as others disconnect. */
import {
  createTestClient,
  closeClients,
  type Player,
  registerPlayer,
  type TestClient,
  waitUntil,
} from '../support/clients/client';
import { createMigratedDatabase, type TestDatabase } from '../support/databases/postgres';
import { type ServerProcess, startServerProcess, stopServerProcesses } from '../support/servers/server';

const DESCRIPTORS = 120;
const CLIENTS = 160;
/** Clients that stay connected; they fit beside the descriptors that the node itself needs. */
const STAYING = 20;

let database: TestDatabase;
beforeAll(async () => {
  database = await createMigratedDatabase();
});
afterAll(async () => {
  closeClients();
  await stopServerProcesses();
  await database.drop();
});

const isHealthy = ({ url }: ServerProcess): Promise<boolean> =>
  fetch(`${url}/health/live`, { signal: AbortSignal.timeout(1_000) }).then(
    ({ ok }) => ok,
    () => false,
  );

const emfileLinesOf = (node: ServerProcess): number =>
  node
    .output()
    .split('\n')
    .filter((line) => line.includes('EMFILE')).length;

it('with more clients than file descriptors none is refused for good, and the node recovers when some leave', async () => {
  const node = await startServerProcess(
    { DATABASE_URL: database.url, LIMITS: 'off', LOG_LEVEL: 'warn', DATABASE_POOL_SIZE: '5' },
    undefined,
    DESCRIPTORS,
  );
  const player: Player = await registerPlayer(node.url);
  const refusals: unknown[] = [];
  const clients: TestClient[] = [];
  for (let count = 0; count < CLIENTS; count++) {
    const client = createTestClient(node.url, player.accessToken, {
      reconnection: true,
      reconnectionDelay: 100,
      reconnectionDelayMax: 500,
      timeout: 3_000,
    });
    client.socket.on(
      'connect_error',
      ({ data }: Error & { data?: unknown }) => data !== undefined && refusals.push(data),
    );
    clients.push(client);
  }
  const connected = (): number => clients.filter(({ socket }) => socket.connected).length;
  await waitUntil(() => connected() > 30, 'some clients are connected');
  await waitUntil(() => emfileLinesOf(node) > 0, 'the log reports EMFILE');
  expect(node.process.exitCode).toBeNull();
  expect(connected()).toBeLessThan(CLIENTS);
  const staying = clients.slice(-STAYING);
  for (const client of clients.slice(0, -STAYING)) client.close();
  await waitUntil(() => staying.every(({ socket }) => socket.connected), 'the remaining clients are connected', 20_000);
  await waitUntil(() => isHealthy(node), 'the node is healthy');
  expect(await Promise.all(staying.map((client) => client.send('system:ping')))).toEqual(
    staying.map(() => expect.objectContaining({ success: true })),
  );
  expect(refusals).toEqual([]);
  expect(emfileLinesOf(node)).toBeLessThanOrEqual(3);
}, 60_000);
