/** Notifications of offline members: a lock delays those of its conversation only, and the sender is charged for each. */
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { Client } from 'pg';
import { FanOutBudget } from '@aeturnis/realtime';
import { connect, type Guest, playAsGuest, type TestClient, waitUntil } from '../support/clients/client';
import { callApi } from '../support/clients/http';
import { usePrivateServer } from '../support/servers/private-server';

const server = usePrivateServer({ LIMITS: 'off' });
let anna: Guest & { client: TestClient };
let ben: Guest;

beforeAll(async () => {
  const guest = await playAsGuest(server.url);
  anna = { ...guest, client: await connect(server.url, guest.accessToken) };
  ben = await playAsGuest(server.url);
});

async function groupWithBen(): Promise<string> {
  const conversation = await anna.client.send('conversation:create', { kind: 'group', participantIds: [ben.id] });
  return String(conversation['id']);
}

async function notificationCount(conversationIds: readonly string[]): Promise<number> {
  const keys = sql.param(conversationIds.map((id) => `conversation:${id}`));
  const { rows } = await server.app.get(Database).db.execute<{ count: number }>(sql`
    select count(*)::int as count from notifications where user_id = ${ben.id} and key = any(${keys}::text[])`);
  return rows[0]?.count ?? 0;
}

it('a locked member row of one conversation does not delay the notifications of the others', async () => {
  const groups = [await groupWithBen(), await groupWithBen(), await groupWithBen()];
  const [locked = '', ...others] = groups;
  const holder = new Client({ connectionString: server.databaseUrl });
  await holder.connect();
  try {
    await holder.query('begin');
    const row = [locked, ben.id];
    await holder.query('select from conversation_members where conversation_id = $1 and user_id = $2 for update', row);
    await Promise.all(groups.map((id) => anna.client.send('message:send', { conversationId: id, content: 'hello' })));
    await waitUntil(async () => (await notificationCount(others)) === 2, 'the other conversations notify');
    expect(await notificationCount([locked])).toBe(0);
  } finally {
    await holder.query('rollback');
    await holder.end();
  }
  await waitUntil(async () => (await notificationCount([locked])) === 1, 'the locked one notifies', 15_000);
});

const unreadOf = async ({ accessToken: token }: Guest): Promise<unknown> =>
  (await callApi(server.url, 'GET', '/api/notifications', { token })).body['unread'];

it('a message in a group charges the fan-out budget of its sender for each offline member that is notified', async () => {
  const offline = await Promise.all(Array.from({ length: 3 }, () => playAsGuest(server.url)));
  const participantIds = offline.map(({ id }) => id);
  const { id: conversationId } = await anna.client.send('conversation:create', { kind: 'group', participantIds });
  const charge = jest.spyOn(server.app.get(FanOutBudget, { strict: false }), 'charge');
  const notified = () => charge.mock.calls.filter(([userId, bytes]) => userId === anna.id && bytes === 400).length;
  await anna.client.send('message:send', { conversationId, content: 'is anybody here?' });
  await waitUntil(async () => (await unreadOf(offline[0] as Guest)) === 1, 'the first member is notified');
  await waitUntil(() => notified() === offline.length, 'the sender is charged');
  charge.mockRestore();
});
