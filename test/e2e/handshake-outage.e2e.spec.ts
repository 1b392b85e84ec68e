/** Who comes while the database fails is not refused: a stock client would stay away for good. */
import { setTimeout as delay } from 'node:timers/promises';
import { client, closeClients, registerPlayer, until } from '../support/client';
import { Gate } from '../support/gate';
import { createMigratedDatabase } from '../support/postgres';
import { startTestServer } from '../support/server';

afterEach(closeClients);

it('a stock client whose account could not be looked up comes back by itself', async () => {
  const database = await createMigratedDatabase();
  const gate = await Gate.before(database.url);
  await gate.open();
  // The second one has not seen the player before, and has to ask.
  const [first, second] = [
    await startTestServer({ DATABASE_URL: database.url }),
    await startTestServer({ DATABASE_URL: gate.url }),
  ];
  try {
    const { accessToken } = await registerPlayer(first.url);
    gate.hold();
    const coming = client(second.url, accessToken, { reconnection: true, reconnectionDelay: 100 });
    const refusals: unknown[] = [];
    coming.socket.on(
      'connect_error',
      ({ data }: Error & { data?: unknown }) => data !== undefined && refusals.push(data),
    );
    await delay(300);
    await gate.shut();
    gate.release();
    await gate.open();
    await until(() => coming.socket.connected, 'it is connected', 20_000);
    await coming.event('system:sync');
    expect(refusals).toEqual([]);
  } finally {
    await Promise.all([first.close(), second.close()]);
    await gate.shut();
    await database.drop();
  }
}, 60_000);
