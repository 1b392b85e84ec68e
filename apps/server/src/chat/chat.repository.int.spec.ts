/** Messages in PostgreSQL: pages, whispers, what an account leaves behind, and how the history is found. */
import { randomUUID } from 'node:crypto';
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { Client } from 'pg';
import { explain } from '../../../../test/support/explain';
import { createMigratedDatabase, type TestDatabase } from '../../../../test/support/postgres';
import { ChatRepository, DELETED_NAME, MAX_READ, type NewMessage } from './chat.repository';
import { pairOf } from './whisper-pair';

let storage: TestDatabase;
let database: Database;
let repository: ChatRepository;

beforeAll(async () => {
  storage = await createMigratedDatabase();
  database = new Database({ url: storage.url, dataDir: '', poolSize: 5, migrationsFolder: 'apps/server/migrations' });
  await database.open();
  repository = new ChatRepository(database);
});
afterAll(async () => {
  await database.close();
  await storage.drop();
});

const user = (name: string): { userId: string; name: string } => ({ userId: randomUUID(), name });
const global = (over: Partial<NewMessage> = {}): NewMessage => ({
  channel: 'global',
  scope: '',
  from: user('anna'),
  text: 'hello',
  ...over,
});
const whisper = (from: NewMessage['from'], to: { userId: string; name: string }, text = 'psst'): NewMessage => ({
  channel: 'whisper',
  scope: pairOf(from.userId, to.userId),
  from,
  to,
  text,
});

describe('ChatRepository', () => {
  it('gives back what it was given', async () => {
    const scope = randomUUID();
    const from = { ...user('anna'), characterId: randomUUID() };
    const sent = await repository.insert(global({ channel: 'zone', scope, from, text: '<b>\u{1F600}\n' }));
    expect(await repository.newest({ channel: 'zone', scope }, { limit: 10 })).toEqual([
      { ...sent, channel: 'zone', from, text: '<b>\u{1F600}\n' },
    ]);
  });

  it('pages backwards, and keeps channels and scopes apart', async () => {
    const scope = randomUUID();
    const ids: string[] = [];
    for (const text of ['1', '2', '3'])
      ids.push((await repository.insert(global({ channel: 'zone', scope, text }))).id);
    await repository.insert(global({ channel: 'zone', scope: `${scope}-elsewhere` }));
    await repository.insert(global({ channel: 'party', scope }));
    const texts = async (limit: number, before?: string): Promise<string[]> => {
      const page = { limit, before: before ? BigInt(before) : undefined };
      return (await repository.newest({ channel: 'zone', scope }, page)).map(({ text }) => text);
    };
    expect(await texts(2)).toEqual(['3', '2']);
    expect(await texts(2, ids[1])).toEqual(['1']);
    expect(await texts(2, ids[0])).toEqual([]);
    expect(await texts(5, '999999999999999999')).toEqual(['3', '2', '1']);
  });

  it('finds whispers from both sides', async () => {
    const [anna, ben] = [user('anna'), user('ben')];
    await repository.insert(whisper(anna, ben, 'one'));
    await repository.insert(whisper(ben, anna, 'two'));
    const found = await repository.newest(
      { channel: 'whisper', scope: pairOf(ben.userId, anna.userId) },
      { limit: 10 },
    );
    expect(found).toMatchObject([
      { from: ben, to: anna, text: 'two' },
      { from: anna, to: ben, text: 'one' },
    ]);
    expect(found[0]).not.toHaveProperty('channel');
  });

  it('forgets the public words of a user, and only the name in whispers', async () => {
    const scope = randomUUID();
    const [anna, ben] = [{ ...user('anna'), characterId: randomUUID() }, user('ben')];
    const said = (from: NewMessage['from']) => repository.insert(global({ channel: 'zone', scope, from }));
    await said(anna);
    await said(ben);
    await repository.insert(whisper(anna, ben, 'from her'));
    await repository.insert(whisper(ben, anna, 'to her'));
    await repository.forget(anna.userId);
    expect(await repository.newest({ channel: 'zone', scope }, { limit: 10 })).toMatchObject([{ from: ben }]);
    const gone = { userId: anna.userId, name: DELETED_NAME };
    const kept = await repository.newest({ channel: 'whisper', scope: pairOf(anna.userId, ben.userId) }, { limit: 10 });
    expect(kept).toMatchObject([
      { from: ben, to: gone, text: 'to her' },
      { from: gone, to: ben, text: 'from her' },
    ]);
    expect(kept[1]?.from).toEqual(gone);
  });

  it('gives a user everything that user has written, and nothing else', async () => {
    const [anna, ben] = [user('anna'), user('ben')];
    const first = await repository.insert(global({ from: anna, text: 'said' }));
    await repository.insert(whisper(anna, ben, 'whispered'));
    await repository.insert(whisper(ben, anna, 'heard'));
    const written = await repository.writtenBy(anna.userId, 10, 0n);
    expect(written.map(({ text }) => text)).toEqual(['said', 'whispered']);
    expect(await repository.writtenBy(anna.userId, 10, BigInt(first.id))).toMatchObject([{ text: 'whispered' }]);
  });

  it('reads a bounded part where messages are left out, and says where to go on', async () => {
    const [scope, blocked, other] = [randomUUID(), randomUUID(), randomUUID()];
    const say = (by: string, count: number) =>
      database.db.execute(sql`
        insert into chat_messages (channel, scope, from_user, from_name, text)
        select 'zone', ${scope}, ${by}::uuid, 'ben', 'hello' from generate_series(1, ${count}::int)`);
    await say(other, 3);
    await say(blocked, 3 * MAX_READ);
    await say(other, 1);
    await database.db.execute(sql`analyze chat_messages`);
    const history = { channel: 'zone', scope } as const;
    const client = new Client({ connectionString: storage.url });
    await client.connect();
    const found: number[] = [];
    for (let before: bigint | undefined, pages = 0; pages < 10; pages++) {
      const page = { limit: 51, before, without: new Set([blocked]) };
      const { sql: text, params: values } = repository.pageQuery(history, page).toSQL();
      expect((await explain(client, { text, values })).rowsRead).toBeLessThanOrEqual(2 * MAX_READ);
      found.push((await repository.newest(history, page)).length);
      const next = await repository.lastRead(history, page);
      if (next === null) break;
      before = BigInt(next);
    }
    await client.end();
    expect(found).toEqual([1, 0, 0, 3]);
  });

  it('reads a page by its index alone, however much was said elsewhere', async () => {
    await database.db.execute(sql`
      insert into chat_messages (channel, scope, from_user, from_name, text)
      select 'zone', 'zone-' || (n % 50), gen_random_uuid(), 'anna', 'hello' from generate_series(1, 20000) n`);
    await database.db.execute(sql`analyze chat_messages`);
    for (const history of [
      { channel: 'global', scope: '' },
      { channel: 'zone', scope: 'zone-7' },
    ] as const) {
      for (const before of [undefined, 10_000n]) {
        const { rows } = await database.db.execute<{ 'QUERY PLAN': string }>(
          sql`explain ${repository.pageQuery(history, { limit: 51, before }).getSQL()}`,
        );
        const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
        expect(plan).toContain('Index Scan Backward using chat_messages_history');
        expect(plan).not.toMatch(/Sort|Seq Scan|Filter/);
      }
    }
  });
});
