/** Old messages go, in batches, on one node at a time; others stay. */
import { randomUUID } from 'node:crypto';
import { Database } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import { sql } from 'drizzle-orm';
import { createMigratedDatabase, type TestDatabase } from '../../../../test/support/postgres';
import { CHAT_RETENTION_MS, ChatRetention } from './chat-retention';
import { ChatRepository } from './chat.repository';

const NOW = Date.parse('2030-06-01T00:00:00Z');
const CUTOFF = NOW - CHAT_RETENTION_MS;

let storage: TestDatabase;
let database: Database;
let retention: ChatRetention;

beforeAll(async () => {
  storage = await createMigratedDatabase();
  database = new Database({ url: storage.url, dataDir: '', poolSize: 5, migrationsFolder: 'apps/server/migrations' });
  await database.open();
  const clock: Clock = { now: () => NOW };
  retention = new ChatRetention(database, new ChatRepository(database), clock);
});
beforeEach(() => database.db.execute(sql`truncate chat_messages`));
afterAll(async () => {
  await database.close();
  await storage.drop();
});

const say = (text: string, at: number): Promise<unknown> =>
  database.db.execute(sql`
    insert into chat_messages (channel, scope, from_user, from_name, text, created_at)
    values ('global', '', ${randomUUID()}, 'anna', ${text}, ${new Date(at).toISOString()})`);

const kept = async (): Promise<string[]> =>
  (await database.db.execute<{ text: string }>(sql`select text from chat_messages order by id`)).rows.map(
    ({ text }) => text,
  );

describe('ChatRetention', () => {
  it('deletes what is older than ninety days, also where that is more than one batch', async () => {
    for (let age = 5; age > 0; age--) await say(`old ${age}`, CUTOFF - age);
    await say('just in time', CUTOFF);
    await say('new', NOW);
    expect(await retention.run(2)).toBe(5);
    expect(await kept()).toEqual(['just in time', 'new']);
    expect(await retention.run(2)).toBe(0);
  });

  it('leaves the work to the node that is at it', async () => {
    await say('old', CUTOFF - 1);
    const other = new Database({
      url: storage.url,
      dataDir: '',
      poolSize: 1,
      migrationsFolder: 'apps/server/migrations',
    });
    await other.open();
    try {
      await other.transaction(async () => {
        expect(await new ChatRepository(other).deleteOldest(new Date(0), 1)).toBe(0);
        expect(await retention.run()).toBe(0);
        expect(await kept()).toEqual(['old']);
      });
    } finally {
      await other.close();
    }
    expect(await retention.run()).toBe(1);
  });
});
