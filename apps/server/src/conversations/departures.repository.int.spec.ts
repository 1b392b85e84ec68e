/** Leaving very many conversations: in proportion to their number, whatever PostgreSQL knows of the tables. */
import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { Client } from 'pg';
import { ConversationStorage } from '../../../../test/support/conversation-storage';
import { explain } from '../../../../test/support/explain';
import { statementsOf } from '../../../../test/support/statements';
import { DeparturesRepository } from './departures.repository';

const CONVERSATIONS = 1_000;
const SOME = 200;

it('reads a few rows for each conversation that is left', async () => {
  const opened = await ConversationStorage.open(1);
  const [storage] = opened.nodes as [ConversationStorage];
  const { database, life } = storage;
  const user = randomUUID();
  // No statistics are gathered: the planner expects next to nothing in the tables.
  const ids = sql`select md5(${user} || n)::uuid as id, n from generate_series(1, ${CONVERSATIONS}::int) n`;
  await database.db.execute(sql`insert into conversations (id, kind) select id, 'group' from (${ids}) as made`);
  await database.db.execute(sql`
    insert into conversation_heads (conversation_id, head, published, publisher_until)
    select id, 2, 2, now() from (${ids}) as made`);
  await database.db.execute(sql`
    insert into conversation_members (conversation_id, user_id, role, joined_seq, read_seq, delivered_seq)
    select id, case m when 0 then ${user}::uuid else md5('other' || m)::uuid end,
      case when m = 0 or (n % 2 = 0 and m = 2) then 'admin' else 'member' end, m, 1, 1
    from (${ids}) as made, generate_series(0, 2) m`);
  const repository = new DeparturesRepository(database, life);
  const asked = await statementsOf(async () => {
    const undone = database.transaction(async () => {
      await repository.leave(user, await repository.lockSome(user, SOME));
      throw new Error('as it was');
    });
    await expect(undone).rejects.toThrow('as it was');
  });
  const client = new Client({ connectionString: storage.url });
  await client.connect();
  for (const each of asked.filter(({ text }) => text.includes('conversation_'))) {
    const { rowsRead, rowsAnswered } = await explain(client, each);
    expect(rowsAnswered).toBeGreaterThanOrEqual(SOME);
    expect(rowsRead).toBeLessThan(40 * SOME);
  }
  await client.end();
  await opened.close();
});
