/** Notifications for those who are away arrive, whatever holds up one conversation or one large batch. */
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { Client } from 'pg';
import { closeClients, connect, type Guest, playAsGuest, type TestClient, until } from '../support/client';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres';
import { startTestServer } from '../support/server';
import type { RunningServer } from '../../apps/server/src/server';

let storage: TestDatabase;
let server: RunningServer;
let anna: Guest & { client: TestClient };
let ben: Guest;

beforeAll(async () => {
  storage = await createMigratedDatabase();
  server = await startTestServer({ DATABASE_URL: storage.url, LIMITS: 'off' });
  const guest = await playAsGuest(server.url);
  anna = { ...guest, client: await connect(server.url, guest.accessToken) };
  ben = await playAsGuest(server.url);
});
afterAll(async () => {
  closeClients();
  await server.close();
  await storage.drop();
});

async function groupWithBen(): Promise<string> {
  const made = await anna.client.send('conversation:create', { kind: 'group', participantIds: [ben.id] });
  return String(made['id']);
}

async function notifiedOf(conversationIds: readonly string[]): Promise<number> {
  const keys = sql.param(conversationIds.map((id) => `conversation:${id}`));
  const { rows } = await server.app.get(Database).db.execute<{ count: number }>(sql`
    select count(*)::int as count from notifications where user_id = ${ben.id} and key = any(${keys}::text[])`);
  return rows[0]?.count ?? 0;
}

it('a member whose row is held by somebody else keeps nobody from being notified', async () => {
  const groups = [await groupWithBen(), await groupWithBen(), await groupWithBen()];
  const [held = '', ...others] = groups;
  const holder = new Client({ connectionString: storage.url });
  await holder.connect();
  try {
    await holder.query('begin');
    const row = [held, ben.id];
    await holder.query('select from conversation_members where conversation_id = $1 and user_id = $2 for update', row);
    await Promise.all(groups.map((id) => anna.client.send('message:send', { conversationId: id, content: 'hello' })));
    await until(async () => (await notifiedOf(others)) === 2, 'the other conversations notify');
    expect(await notifiedOf([held])).toBe(0);
  } finally {
    await holder.query('rollback');
    await holder.end();
  }
  await until(async () => (await notifiedOf([held])) === 1, 'the one that was held notifies as well', 15_000);
});
