/** A client that connects while the database fails is not refused: a stock client would not retry after a refusal. */
import { setTimeout as delay } from 'node:timers/promises';
import { createTestClient, closeClients, registerPlayer, waitUntil } from '../support/clients/client';
import { Gate } from '../support/faults/gate';
import { createMigratedDatabase } from '../support/databases/postgres';
import { startTestServer } from '../support/servers/server';

afterEach(closeClients);

it('a stock client whose account could not be read reconnects by itself', async () => {
  const database = await createMigratedDatabase();
  const gate = await Gate.openInFrontOf(database.url);
  // The second node has not cached the player, so it must query the database.
  const [first, second] = [
    await startTestServer({ DATABASE_URL: database.url }),
    await startTestServer({ DATABASE_URL: gate.url }),
  ];
  try {
    const { accessToken } = await registerPlayer(first.url);
    gate.stall();
    const client = createTestClient(second.url, accessToken, { reconnection: true, reconnectionDelay: 100 });
    const refusals: unknown[] = [];
    client.socket.on(
      'connect_error',
      ({ data }: Error & { data?: unknown }) => data !== undefined && refusals.push(data),
    );
    await delay(300);
    await gate.close();
    gate.resume();
    await gate.open();
    await waitUntil(() => client.socket.connected, 'the client is connected', 20_000);
    await client.waitForEvent('system:sync');
    expect(refusals).toEqual([]);
  } finally {
    await Promise.all([first.close(), second.close()]);
    await gate.close();
    await database.drop();
  }
}, 60_000);
