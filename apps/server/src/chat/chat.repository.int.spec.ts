/** Chat repository on a real database: pages, whispers, deletion of accounts, and the use of indexes. */
import { randomUUID } from 'node:crypto';
import type { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { Client } from 'pg';
import { explain } from '../../../../test/support/databases/explain';
import { openDatabases, type OpenDatabases } from '../../../../test/support/databases/open-databases';
import { seed } from '../../../../test/support/databases/seed';
import { ChatRepository, DELETED_AUTHOR_NAME, MAX_SCANNED, type NewChatMessage } from './chat.repository';
import { whisperScope } from './whispers/whisper-scope';

let storage: OpenDatabases;
let database: Database;
let repository: ChatRepository;

beforeAll(async () => {
  storage = await openDatabases();
  ({ database } = storage);
  repository = new ChatRepository(database);
});
afterAll(() => storage.close());

const user = (name: string): { userId: string; name: string } => ({ userId: randomUUID(), name });
const global = (over: Partial<NewChatMessage> = {}): NewChatMessage => ({
  channel: 'global',
  scope: '',
  from: user('anna'),
  text: 'hello',
  ...over,
});
const whisper = (
  from: NewChatMessage['from'],
  to: { userId: string; name: string },
  text = 'psst',
): NewChatMessage => ({
  channel: 'whisper',
  scope: whisperScope(from.userId, to.userId),
  from,
  to,
  text,
});

describe('ChatRepository', () => {
  it('stores a message unchanged', async () => {
    const scope = randomUUID();
    const from = { ...user('anna'), characterId: randomUUID() };
    const sent = await repository.insert(global({ channel: 'zone', scope, from, text: '<b>\u{1F600}\n' }));
    expect(await repository.findNewest({ channel: 'zone', scope }, { limit: 10 })).toEqual([
      { ...sent, channel: 'zone', from, text: '<b>\u{1F600}\n' },
    ]);
  });

  it('pages backwards within one channel and scope', async () => {
    const scope = randomUUID();
    const ids: string[] = [];
    for (const text of ['1', '2', '3'])
      ids.push((await repository.insert(global({ channel: 'zone', scope, text }))).id);
    await repository.insert(global({ channel: 'zone', scope: `${scope}-elsewhere` }));
    await repository.insert(global({ channel: 'party', scope }));
    const texts = async (limit: number, before?: string): Promise<string[]> => {
      const page = { limit, before: before ? BigInt(before) : undefined };
      return (await repository.findNewest({ channel: 'zone', scope }, page)).map(({ text }) => text);
    };
    expect(await texts(2)).toEqual(['3', '2']);
    expect(await texts(2, ids[1])).toEqual(['1']);
    expect(await texts(2, ids[0])).toEqual([]);
    expect(await texts(5, '999999999999999999')).toEqual(['3', '2', '1']);
  });

  it('finds whispers of both directions under one scope', async () => {
    const [anna, ben] = [user('anna'), user('ben')];
    await repository.insert(whisper(anna, ben, 'one'));
    await repository.insert(whisper(ben, anna, 'two'));
    const found = await repository.findNewest(
      { channel: 'whisper', scope: whisperScope(ben.userId, anna.userId) },
      { limit: 10 },
    );
    expect(found).toMatchObject([
      { from: ben, to: anna, text: 'two' },
      { from: anna, to: ben, text: 'one' },
    ]);
    expect(found[0]).not.toHaveProperty('channel');
  });

  it('deletes the channel messages of a user, and only the name in whispers', async () => {
    const scope = randomUUID();
    const [anna, ben] = [{ ...user('anna'), characterId: randomUUID() }, user('ben')];
    const send = (from: NewChatMessage['from']) => repository.insert(global({ channel: 'zone', scope, from }));
    await send(anna);
    await send(ben);
    await repository.insert(whisper(anna, ben, 'from her'));
    await repository.insert(whisper(ben, anna, 'to her'));
    await repository.deleteOrAnonymize(anna.userId);
    expect(await repository.findNewest({ channel: 'zone', scope }, { limit: 10 })).toMatchObject([{ from: ben }]);
    const deletedUser = { userId: anna.userId, name: DELETED_AUTHOR_NAME };
    const whispers = await repository.findNewest(
      { channel: 'whisper', scope: whisperScope(anna.userId, ben.userId) },
      { limit: 10 },
    );
    expect(whispers).toMatchObject([
      { from: ben, to: deletedUser, text: 'to her' },
      { from: deletedUser, to: ben, text: 'from her' },
    ]);
    expect(whispers[1]?.from).toEqual(deletedUser);
  });

  it('writtenBy returns everything that a user has written, and nothing else', async () => {
    const [anna, ben] = [user('anna'), user('ben')];
    const first = await repository.insert(global({ from: anna, text: 'said' }));
    await repository.insert(whisper(anna, ben, 'whispered'));
    await repository.insert(whisper(ben, anna, 'answered'));
    const written = await repository.writtenBy(anna.userId, 10, 0n);
    expect(written.map(({ text }) => text)).toEqual(['said', 'whispered']);
    expect(await repository.writtenBy(anna.userId, 10, BigInt(first.id))).toMatchObject([{ text: 'whispered' }]);
  });

  it('scans a bounded number of messages with excluded authors, and returns where to continue', async () => {
    const [scope, blocked, other] = [randomUUID(), randomUUID(), randomUUID()];
    const say = (by: string, count: number) =>
      database.db.execute(sql`
        insert into chat_messages (channel, scope, from_user, from_name, text)
        select 'zone', ${scope}, ${by}::uuid, 'ben', 'hello' from generate_series(1, ${count}::int)`);
    await say(other, 3);
    await say(blocked, 3 * MAX_SCANNED);
    await say(other, 1);
    await database.db.execute(sql`analyze chat_messages`);
    const history = { channel: 'zone', scope } as const;
    const client = new Client({ connectionString: storage.url });
    await client.connect();
    const found: number[] = [];
    for (let before: bigint | undefined, pages = 0; pages < 10; pages++) {
      const page = { limit: 51, before, excludedAuthors: new Set([blocked]) };
      const { sql: text, params: values } = repository.pageQuery(history, page).toSQL();
      expect((await explain(client, { text, values })).rowsRead).toBeLessThanOrEqual(2 * MAX_SCANNED);
      found.push((await repository.findNewest(history, page)).length);
      const next = await repository.lastScannedId(history, page);
      if (next === null) break;
      before = BigInt(next);
    }
    await client.end();
    expect(found).toEqual([1, 0, 0, 3]);
  });

  it('reads a page with an index scan, independent of other channels and scopes', async () => {
    const messages = sql`
      insert into chat_messages (channel, scope, from_user, from_name, text)
      select 'zone', 'zone-' || (n % 50), gen_random_uuid(), 'anna', 'hello' from generate_series(1, 20000) n`;
    await seed(storage.url, messages, sql`analyze chat_messages`);
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
