/** Clients that go away in the middle of their requests: they keep no place that others wait for. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunningServer } from '../../apps/server/src/server';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres';
import { startTestServer } from '../support/server';
import { Api } from '../support/session';

const POOL = 4;
const ABORTS = 3 * POOL;

let database: TestDatabase;
let server: RunningServer;
let api: Api;

beforeAll(async () => {
  database = await createMigratedDatabase();
  server = await startTestServer({ DATABASE_URL: database.url, LIMITS: 'on', DATABASE_POOL_SIZE: String(POOL) });
  api = new Api(server.url);
});
afterAll(async () => {
  await server.close();
  await database.drop();
});

async function abort(token: string, together: number, afterMs: number): Promise<void> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const request = `GET /api/conversations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`;
  socket.write(request.repeat(together));
  await delay(afterMs);
  socket.destroy();
  await delay(20);
}

it.each([1, 2, 4])('%s requests sent together and given up leave every place free', async (together) => {
  const [leaver, other] = await Promise.all([api.guest(), api.guest()]);
  for (let n = 0; n < ABORTS; n++) await abort(leaver.accessToken, together, n % 4);
  for (const { accessToken: token } of [leaver, other]) {
    const answers = await Promise.all(
      Array.from({ length: POOL + 1 }, () =>
        fetch(`${server.url}/api/me`, { headers: { authorization: `Bearer ${token}` } }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: POOL + 1 }, () => 200));
  }
});
