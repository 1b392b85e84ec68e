/** Chat retention on a real database: deletes old messages in batches, on one node at a time. */
import { randomUUID } from 'node:crypto';
import type { Database } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import { sql } from 'drizzle-orm';
import { openDatabases, type OpenDatabases } from '../../../../test/support/databases/open-databases';
import { CHAT_RETENTION_MS, ChatRetention } from './chat-retention';
import { ChatRepository } from './chat.repository';

const NOW = Date.parse('2030-06-01T00:00:00Z');
const CUTOFF = NOW - CHAT_RETENTION_MS;

let storage: OpenDatabases;
let database: Database;
let retention: ChatRetention;

beforeAll(async () => {
  storage = await openDatabases(2);
  ({ database } = storage);
  const clock: Clock = { now: () => NOW };
  retention = new ChatRetention(database, new ChatRepository(database), clock);
});
beforeEach(() => database.db.execute(sql`truncate chat_messages`));
afterAll(() => storage.close());

const say = (text: string, at: number): Promise<unknown> =>
  database.db.execute(sql`
    insert into chat_messages (channel, scope, from_user, from_name, text, created_at)
    values ('global', '', ${randomUUID()}, 'anna', ${text}, ${new Date(at).toISOString()})`);

const storedTexts = async (): Promise<string[]> =>
  (await database.db.execute<{ text: string }>(sql`select text from chat_messages order by id`)).rows.map(
    ({ text }) => text,
  );

describe('ChatRetention', () => {
  it('deletes messages older than ninety days, also in more than one batch', async () => {
    for (let age = 5; age > 0; age--) await say(`old ${age}`, CUTOFF - age);
    await say('just in time', CUTOFF);
    await say('new', NOW);
    expect(await retention.run(2)).toBe(5);
    expect(await storedTexts()).toEqual(['just in time', 'new']);
    expect(await retention.run(2)).toBe(0);
  });

  it('deletes nothing while another node holds the retention lock', async () => {
    await say('old', CUTOFF - 1);
    const other = storage.databases[1]!;
    await other.transaction(async () => {
      expect(await new ChatRepository(other).deleteOldest(new Date(0), 1)).toBe(0);
      expect(await retention.run()).toBe(0);
      expect(await storedTexts()).toEqual(['old']);
    });
    expect(await retention.run()).toBe(1);
  });
});
