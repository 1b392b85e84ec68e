/** Departure from very many conversations: the rows read stay proportional to their number, also without statistics. */
import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { Client } from 'pg';
import { ConversationStorage } from '../../../../../test/support/domains/conversation-storage';
import { explain } from '../../../../../test/support/databases/explain';
import { seed } from '../../../../../test/support/databases/seed';
import { recordStatements } from '../../../../../test/support/databases/statements';
import { DeparturesRepository } from './departures.repository';

const CONVERSATIONS = 1_000;
const BATCH_SIZE = 200;

it('leave reads at most 40 rows per conversation', async () => {
  const opened = await ConversationStorage.open(1);
  const [storage] = opened.nodes as [ConversationStorage];
  const { database, liveness } = storage;
  const user = randomUUID();
  // Without ANALYZE the planner assumes nearly empty tables.
  const ids = sql`select md5(${user} || n)::uuid as id, n from generate_series(1, ${CONVERSATIONS}::int) n`;
  await seed(
    storage.url,
    sql`insert into conversations (id, kind) select id, 'group' from (${ids}) as made`,
    sql`
    insert into conversation_heads (conversation_id, head, published, publisher_until)
    select id, 2, 2, now() from (${ids}) as made`,
    sql`
    insert into conversation_members (conversation_id, user_id, role, joined_seq, read_seq, delivered_seq)
    select id, case m when 0 then ${user}::uuid else md5('other' || m)::uuid end,
      case when m = 0 or (n % 2 = 0 and m = 2) then 'admin' else 'member' end, m, 1, 1
    from (${ids}) as made, generate_series(0, 2) m`,
  );
  const repository = new DeparturesRepository(database, liveness);
  const statements = await recordStatements(async () => {
    const rolledBack = database.transaction(async () => {
      await repository.leave(user, await repository.lockSome(user, BATCH_SIZE));
      throw new Error('rolled back');
    });
    await expect(rolledBack).rejects.toThrow('rolled back');
  });
  const client = new Client({ connectionString: storage.url });
  await client.connect();
  for (const statement of statements.filter(({ text }) => text.includes('conversation_'))) {
    const { rowsRead, rowsAnswered } = await explain(client, statement);
    expect(rowsAnswered).toBeGreaterThanOrEqual(BATCH_SIZE);
    expect(rowsRead).toBeLessThan(40 * BATCH_SIZE);
  }
  await client.end();
  await opened.close();
});
