/**
 * Measures what an account in three thousand conversations costs the database, among a million chat messages, when it is
 * exported and deleted, and how long the notifications of others take meanwhile: `npm run audit:bounds`.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { Client } from 'pg';
import { AccountData } from '../../../apps/server/src/accounts/account-data';
import type { RunningServer } from '../../../apps/server/src/server';
import { closeClients, connect, type Guest, playAsGuest, type TestClient, until } from '../../support/client';
import { fillDatabase, LARGE } from '../../support/large-database';
import { createMigratedDatabase, type TestDatabase } from '../../support/postgres';
import { startTestServer } from '../../support/server';

const MOST_DATABASE_MS = 1_000;
const MOST_NOTIFYING_MS = 2_000;
const ROUNDS = 5;

let database: TestDatabase;
let server: RunningServer;
let heavy: Guest;
let ben: Guest;
let anna: TestClient;

beforeAll(async () => {
  database = await createMigratedDatabase();
  server = await startTestServer({ DATABASE_URL: database.url, LIMITS: 'off', CONVERSATIONS_PER_USER: '10000' });
  heavy = await playAsGuest(server.url);
  ben = await playAsGuest(server.url);
  anna = await connect(server.url, (await playAsGuest(server.url)).accessToken);
  await fillDatabase(database.url, heavy.id, []);
}, 240_000);
afterAll(async () => {
  closeClients();
  await server.close();
  await database.drop();
});

const inside = new AsyncLocalStorage<{ ms: number; statements: number }>();

/**
 * How long PostgreSQL took for all statements that the work itself asked. What a deletion asks is all in transactions; what
 * is published because of it is not, and is asked for afterwards.
 */
async function databaseTimeOf(
  inTransactions: boolean,
  work: () => Promise<unknown>,
): Promise<{ ms: number; statements: number }> {
  const query: unknown = Object.getOwnPropertyDescriptor(Client.prototype, 'query')?.value;
  if (typeof query !== 'function') throw new Error('connections are asked in another way');
  const timed = function (this: Client, ...given: unknown[]): unknown {
    const [sum, startedAt] = [inside.getStore(), performance.now()];
    const answered = (): void => {
      if (sum) sum.ms += performance.now() - startedAt;
    };
    const callback = given.at(-1);
    // A connection of a transaction answers with a promise; the pool gives its own a callback.
    if (!sum || inTransactions === (typeof callback === 'function')) return Reflect.apply(query, this, given);
    sum.statements++;
    if (typeof callback === 'function')
      given[given.length - 1] = (...results: unknown[]): unknown => {
        answered();
        return Reflect.apply(callback, undefined, results) as unknown;
      };
    const answer: unknown = Reflect.apply(query, this, given);
    return answer instanceof Promise ? answer.finally(answered) : answer;
  };
  Object.assign(Client.prototype, { query: timed });
  const sum = { ms: 0, statements: 0 };
  try {
    await inside.run(sum, work);
  } finally {
    Object.assign(Client.prototype, { query });
  }
  return sum;
}

/** From a message to the notification of a member who is away. */
async function notifyingMs(): Promise<number> {
  const { id } = await anna.send('conversation:create', { kind: 'group', participantIds: [ben.id] });
  const conversationId = String(id);
  const startedAt = performance.now();
  await anna.send('message:send', { conversationId, content: 'hello' });
  await until(async () => {
    const { rows } = await server.app.get(Database).db.execute(sql`
      select from notifications where user_id = ${ben.id} and key = ${`conversation:${conversationId}`}`);
    return rows.length === 1;
  }, 'the member who is away is notified');
  return performance.now() - startedAt;
}

async function exportAll(): Promise<void> {
  let length = 0;
  for await (const piece of server.app.get(AccountData).export(heavy.id)) length += piece.length;
  expect(length).toBeGreaterThan(0);
}

it.each([
  ['an export', false, exportAll],
  ['a deletion', true, () => server.app.get(AccountData).erase(heavy.id)],
])(
  '%s',
  async (name, inTransactions, work) => {
    const progress = { isDone: false };
    const idle = Math.max(await notifyingMs(), await notifyingMs());
    const working = databaseTimeOf(inTransactions, work).finally(() => (progress.isDone = true));
    let slowest = 0;
    for (let round = 0; round < ROUNDS || !progress.isDone; round++) slowest = Math.max(slowest, await notifyingMs());
    const { ms, statements } = await working;
    process.stdout.write(
      `${name} of ${LARGE.heavyConversations} conversations: ${Math.round(ms)} ms of the database in ${statements} statements; ` +
        `notifications of others within ${Math.round(slowest)} ms, ${Math.round(idle)} ms before\n`,
    );
    expect(statements).toBeGreaterThan(0);
    expect(ms).toBeLessThan(MOST_DATABASE_MS);
    expect(slowest).toBeLessThan(MOST_NOTIFYING_MS);
  },
  120_000,
);
