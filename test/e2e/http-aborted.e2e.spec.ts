/** HTTP clients that disconnect in the middle of their requests free their places in every limit. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Api } from '../support/clients/api';
import { waitUntil } from '../support/clients/client';
import { readMetric } from '../support/servers/metrics';
import { usePrivateServer } from '../support/servers/private-server';

const POOL = 4;
const ABORTS = 3 * POOL;

const server = usePrivateServer({ LIMITS: 'on', DATABASE_POOL_SIZE: String(POOL) });
const api = new Api(server);

async function abort(token: string, count: number, afterMs: number): Promise<void> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const request = `GET /api/conversations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`;
  socket.write(request.repeat(count));
  await delay(afterMs);
  socket.destroy();
  await delay(20);
}

const connectionsInUse = () => readMetric(server.url, 'aeturnis_database_pool_connections{state="used"}');

it.each([1, 2, 4])('%s pipelined requests that are aborted free all their places', async (count) => {
  const [leaver, other] = await Promise.all([api.guest(), api.guest()]);
  for (let n = 0; n < ABORTS; n++) await abort(leaver.accessToken, count, n % 4);
  await waitUntil(async () => (await connectionsInUse()) === 0, 'the aborted requests have ended');
  for (const { accessToken: token } of [leaver, other]) {
    const answers = await Promise.all(
      Array.from({ length: POOL + 1 }, () =>
        fetch(`${server.url}/api/me`, { headers: { authorization: `Bearer ${token}` } }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: POOL + 1 }, () => 200));
  }
});
