/** A node that has used up its file descriptors lives, and takes its clients as soon as some leave. */
import { client, closeClients, type Player, registerPlayer, type TestClient, until } from '../support/client';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres';
import { type ServerProcess, startServerProcess, stopServerProcesses } from '../support/server';

const DESCRIPTORS = 120;
const CLIENTS = 160;
/** So many stay: they and what the node needs for itself have room. */
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

const linesOf = (node: ServerProcess): number =>
  node
    .output()
    .split('\n')
    .filter((line) => line.includes('EMFILE')).length;

it('more clients than file descriptors: nobody is refused for good, and the node works when the surplus has left', async () => {
  const node = await startServerProcess(
    { DATABASE_URL: database.url, LIMITS: 'off', LOG_LEVEL: 'warn', DATABASE_POOL_SIZE: '5' },
    undefined,
    DESCRIPTORS,
  );
  const player: Player = await registerPlayer(node.url);
  const refusals: unknown[] = [];
  const clients: TestClient[] = [];
  for (let count = 0; count < CLIENTS; count++) {
    const made = client(node.url, player.accessToken, {
      reconnection: true,
      reconnectionDelay: 100,
      reconnectionDelayMax: 500,
      timeout: 3_000,
    });
    made.socket.on(
      'connect_error',
      ({ data }: Error & { data?: unknown }) => data !== undefined && refusals.push(data),
    );
    clients.push(made);
  }
  const connected = (): number => clients.filter(({ socket }) => socket.connected).length;
  await until(() => connected() > 30, 'some are connected');
  await until(() => linesOf(node) > 0, 'the log says so');
  expect(node.process.exitCode).toBeNull();
  expect(connected()).toBeLessThan(CLIENTS);
  const staying = clients.slice(-STAYING);
  for (const made of clients.slice(0, -STAYING)) made.close();
  await until(() => staying.every(({ socket }) => socket.connected), 'all are connected', 20_000);
  await until(() => isHealthy(node), 'it answers');
  expect(await Promise.all(staying.map((made) => made.send('system:ping')))).toEqual(
    staying.map(() => expect.objectContaining({ success: true })),
  );
  expect(refusals).toEqual([]);
  expect(linesOf(node)).toBeLessThanOrEqual(3);
}, 60_000);
