/**
 * Measures how long the database takes to export and to delete an account in three thousand conversations, among a million
 * chat messages, and how long notifications of other users take during that: `npm run audit:bounds`.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { Client } from 'pg';
import { AccountData } from '../../../apps/server/src/accounts/account-data';
import { connect, type Guest, playAsGuest, type TestClient, waitUntil } from '../../support/clients/client';
import { fillDatabase, LARGE } from '../../support/databases/large-database';
import { usePrivateServer } from '../../support/servers/private-server';

const MAX_DATABASE_MS = 1_000;
const MAX_NOTIFYING_MS = 2_000;
const ROUNDS = 5;

const server = usePrivateServer({ LIMITS: 'off', CONVERSATIONS_PER_USER: '10000' });
let heavy: Guest;
let ben: Guest;
let anna: TestClient;

beforeAll(async () => {
  heavy = await playAsGuest(server.url);
  ben = await playAsGuest(server.url);
  anna = await connect(server.url, (await playAsGuest(server.url)).accessToken);
  await fillDatabase(server.databaseUrl, heavy.id, []);
}, 240_000);

const inside = new AsyncLocalStorage<{ ms: number; statements: number }>();

/**
 * The time that PostgreSQL took for the statements of the work itself. All statements of a deletion run in transactions;
 * the statements that publish its effects run outside of them, and are not counted.
 */
async function databaseTimeOf(
  inTransactions: boolean,
  work: () => Promise<unknown>,
): Promise<{ ms: number; statements: number }> {
  const query: unknown = Object.getOwnPropertyDescriptor(Client.prototype, 'query')?.value;
  if (typeof query !== 'function')
    throw new Error('pg has no Client.prototype.query: adapt this measurement to its version');
  const timed = function (this: Client, ...args: unknown[]): unknown {
    const [sum, startedAt] = [inside.getStore(), performance.now()];
    const onAnswer = (): void => {
      if (sum) sum.ms += performance.now() - startedAt;
    };
    const callback = args.at(-1);
    // Statements of a transaction return a promise; the pool passes a callback to its connection.
    if (!sum || inTransactions === (typeof callback === 'function')) return Reflect.apply(query, this, args);
    sum.statements++;
    if (typeof callback === 'function')
      args[args.length - 1] = (...results: unknown[]): unknown => {
        onAnswer();
        return Reflect.apply(callback, undefined, results) as unknown;
      };
    const answer: unknown = Reflect.apply(query, this, args);
    return answer instanceof Promise ? answer.finally(onAnswer) : answer;
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

/** The time from a message to the notification of a member who is not connected. */
async function notifyingMs(): Promise<number> {
  const { id } = await anna.send('conversation:create', { kind: 'group', participantIds: [ben.id] });
  const conversationId = String(id);
  const startedAt = performance.now();
  await anna.send('message:send', { conversationId, content: 'hello' });
  await waitUntil(async () => {
    const { rows } = await server.app.get(Database).db.execute(sql`
      select from notifications where user_id = ${ben.id} and key = ${`conversation:${conversationId}`}`);
    return rows.length === 1;
  }, 'the disconnected member is notified');
  return performance.now() - startedAt;
}

async function exportAll(): Promise<void> {
  let length = 0;
  for await (const piece of server.app.get(AccountData).export(heavy.id)) length += piece.length;
  expect(length).toBeGreaterThan(0);
}

it.each([
  ['an export', false, exportAll],
  ['a deletion', true, () => server.app.get(AccountData).deleteAccount(heavy.id)],
])(
  '%s: stays within its database time and does not delay notifications',
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
    expect(ms).toBeLessThan(MAX_DATABASE_MS);
    expect(slowest).toBeLessThan(MAX_NOTIFYING_MS);
  },
  120_000,
);
