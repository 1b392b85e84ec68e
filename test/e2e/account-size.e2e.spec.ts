/** Large accounts: exported as a stream, and deleted in bounded parts, completely and without a gap for others. */
import { Database } from '@aeturnis/platform';
import { type SQL, sql } from 'drizzle-orm';
import { AccountData } from '../../apps/server/src/accounts/account-data';
import { type Guest, playAsGuest, waitUntil } from '../support/clients/client';
import { recordStatements } from '../support/databases/statements';
import { usePrivateServer } from '../support/servers/private-server';

const MESSAGES = 20_000;
const CONVERSATIONS = 600;
const LONGEST_PIECE = 2_000_000;

const server = usePrivateServer({ LIMITS: 'off' });
let anna: Guest;

beforeEach(async () => {
  anna = await playAsGuest(server.url);
});

const execute = <Row extends Record<string, unknown>>(query: SQL) => server.app.get(Database).db.execute<Row>(query);
const count = async (query: SQL): Promise<number> => (await execute<{ count: number }>(query)).rows[0]?.count ?? -1;
const requestExport = (signal?: AbortSignal) =>
  fetch(`${server.url}/api/me/export`, {
    headers: { authorization: `Bearer ${anna.accessToken}` },
    ...(signal && { signal }),
  });

/** Puts the user into groups with two others; in every second one the user is the only admin. */
const createGroups = (user: string, groups: number, messages: number): Promise<void> =>
  // In one transaction: the retention job of the start would delete groups that have no members yet.
  server.app.get(Database).transaction(() => insertGroups(user, groups, messages));

async function insertGroups(user: string, groups: number, messages: number): Promise<void> {
  const ids = sql`select md5(${user} || n)::uuid as id, n from generate_series(1, ${groups}::int) n`;
  await execute(sql`insert into conversations (id, kind) select id, 'group' from (${ids}) as made`);
  await execute(sql`
    insert into conversation_heads (conversation_id, head, published, publisher_until)
    select id, ${messages}::int + 1, ${messages}::int + 1, now() from (${ids}) as made`);
  await execute(sql`
    insert into conversation_members (conversation_id, user_id, role, joined_seq, read_seq, delivered_seq)
    select id, case m when 0 then ${user}::uuid else md5('other' || m)::uuid end,
      case when m = 0 or (n % 2 = 0 and m = 2) then 'admin' else 'member' end, m, 1, 1
    from (${ids}) as made, generate_series(0, 2) m`);
  await execute(sql`
    insert into conversation_log (conversation_id, seq, type, id, actor_id, at, content)
    select id, s, 'message:new', gen_random_uuid(), ${user}::uuid, now(), repeat('word ', 20)
    from (${ids}) as made, generate_series(2, ${messages}::int + 1) s`);
}

describe('an export', () => {
  it('is complete, in pieces of bounded length', async () => {
    await createGroups(anna.id, MESSAGES / 100, 100);
    const body = (await (await requestExport()).json()) as { conversations: { id: string }[]; account: { id: string } };
    expect(body.account.id).toBe(anna.id);
    expect(new Set(body.conversations.map(({ id }) => id)).size).toBe(MESSAGES);
    let [longest, pieces] = [0, 0];
    for await (const piece of server.app.get(AccountData).export(anna.id)) {
      [longest, pieces] = [Math.max(longest, piece.length), pieces + 1];
    }
    expect(longest).toBeLessThan(LONGEST_PIECE);
    expect(pieces).toBeGreaterThan(MESSAGES / 500);
  });

  it('is sent to a user once at a time, and ends when the client disconnects', async () => {
    await createGroups(anna.id, MESSAGES / 100, 100);
    const client = new AbortController();
    const first = await requestExport(client.signal);
    const reader = first.body?.getReader();
    await reader?.read();
    expect((await requestExport()).status).toBe(429);
    client.abort();
    await waitUntil(async () => {
      const next = await requestExport();
      await next.body?.cancel();
      return next.status === 200;
    }, 'the next export is sent');
  });

  it('that fails half way is aborted, so that the client does not take it for complete', async () => {
    const broken = `broken-${anna.id}`;
    server.app.get(AccountData).onExport(broken, async function* (userId) {
      yield ['x'.repeat(1_000_000)];
      if (userId === anna.id) throw new Error('half way');
    });
    const answer = await requestExport();
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow();
  });
});

describe('a deletion', () => {
  it('removes the user from all conversations in a few statements, with a log entry and a new admin in each', async () => {
    await createGroups(anna.id, CONVERSATIONS, 1);
    const statements = await recordStatements(() => server.app.get(AccountData).deleteAccount(anna.id));
    const inserts = statements.filter(({ text }) => /insert into "?conversation_log/.test(text));
    expect(inserts.length).toBeGreaterThan(0);
    expect(inserts.length).toBeLessThan(CONVERSATIONS / 100);

    const ids = sql`select md5(${anna.id} || n)::uuid from generate_series(1, ${CONVERSATIONS}::int) n`;
    const entries = (type: string) =>
      count(
        sql`select count(*)::int as count from conversation_log where conversation_id in (${ids}) and type = ${type}`,
      );
    expect(await entries('conversation:member_removed')).toBe(CONVERSATIONS);
    expect(await entries('conversation:role_changed')).toBe(CONVERSATIONS / 2);
    expect(
      await count(sql`
      select count(distinct conversation_id)::int as count from conversation_members
      where conversation_id in (${ids}) and role = 'admin' and left_seq is null`),
    ).toBe(CONVERSATIONS);
    expect(
      await count(sql`
      select count(*)::int as count from conversation_heads as head where conversation_id in (${ids}) and head.head <>
        (select max(seq) from conversation_log as entry where entry.conversation_id = head.conversation_id)`),
    ).toBe(0);
    expect(await count(sql`select count(*)::int as count from conversation_members where user_id = ${anna.id}`)).toBe(
      0,
    );
    expect(await count(sql`select count(*)::int as count from accounts where id = ${anna.id}`)).toBe(0);
    const published = sql`
      select count(*)::int as count from conversation_heads where conversation_id in (${ids}) and published = head`;
    await waitUntil(async () => (await count(published)) === CONVERSATIONS, 'all entries are published', 60_000);
  }, 90_000);
});
