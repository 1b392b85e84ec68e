/** The migration that separated display names from logins (`accounts.name`): no login is left in data that other users see. */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { createMigratedDatabase, type TestDatabase } from '../../../../../test/support/databases/postgres';

const FOLDER = 'apps/server/migrations';
const LOGIN = 'login_of_player';

let storage: TestDatabase;
let client: Client;
beforeAll(async () => {
  storage = await createMigratedDatabase();
  client = new Client({ connectionString: storage.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await storage.drop();
});

/** The UPDATE statements of the migration, which this test runs again on a migrated database with rows in the old form. */
function updates(): string[] {
  const [file = ''] = readdirSync(FOLDER).filter((name) => name.endsWith('_display_names.sql'));
  const statements = readFileSync(join(FOLDER, file), 'utf8').split('--> statement-breakpoint');
  return statements
    .map((statement) => statement.replace(/^\s*--.*$/gm, '').trim())
    .filter((text) => /^update/i.test(text));
}

it('migration: replaces logins by display names in chat and notifications; a guest keeps its name as display name', async () => {
  const [player, guest, other] = [randomUUID(), randomUUID(), randomUUID()];
  await client.query(
    `insert into accounts (id, name, name_key, roles, is_guest)
      values ($1, $4, $4, '{player}', false), ($2, 'Wanderer', 'wanderer', '{guest}', true), ($3, 'ben', 'ben', '{player}', false)`,
    [player, guest, other, LOGIN],
  );
  await client.query(
    `insert into chat_messages (channel, scope, from_user, from_name, to_user, to_name, text)
      values ('global', '', $1, $3, null, null, 'a'), ('whisper', 'x', $1, $3, $2, 'ben', 'b'),
        ('whisper', 'x', $2, 'ben', $1, $3, 'c'), ('zone', 'village', $1, 'Hero', null, null, 'd')`,
    [player, other, LOGIN],
  );
  await client.query(
    `insert into notifications (user_id, kind, title, data, actor_id, created_at, expires_at)
      values ($2, 'whisper', $3 || ' whispered to you', $4, $1, now(), now()),
        ($2, 'conversation', 'Messages from ' || $3, null, $1, now(), now())`,
    [player, other, LOGIN, JSON.stringify({ messageId: '1', from: { userId: player, name: LOGIN } })],
  );
  expect(updates()).toHaveLength(4);
  for (const update of updates()) await client.query(update);

  const rows = async (table: string): Promise<unknown[]> => (await client.query<object>(`select * from ${table}`)).rows;
  for (const table of ['chat_messages', 'notifications']) {
    expect(JSON.stringify(await rows(table))).not.toContain(LOGIN);
  }
  expect(JSON.stringify(await rows('chat_messages'))).toContain('Hero');
  const { rows: names } = await client.query<{ id: string; display_name: string }>(
    'select id, display_name from accounts',
  );
  expect(Object.fromEntries(names.map(({ id, display_name: name }) => [id, name]))).toEqual({
    [player]: expect.stringMatching(/^Player-[0-9a-f]{8}$/),
    [guest]: 'Wanderer',
    [other]: expect.stringMatching(/^Player-[0-9a-f]{8}$/),
  });
});
