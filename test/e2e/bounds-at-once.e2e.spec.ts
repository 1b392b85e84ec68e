/** Bounds that are counted before something is added: twenty requests at once, on two nodes, reach the bound and do not pass it. */
import {
  MAX_BLOCKS,
  MAX_MEMBERS,
  MAX_OWN_REACTIONS,
  MAX_REACTION_EMOJI,
  type ConversationView,
} from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { type SQL, sql } from 'drizzle-orm';
import { MAX_SESSIONS } from '../../apps/server/src/accounts/sessions/sessions.service';
import { MAX_CHARACTERS } from '../../apps/server/src/characters/characters.service';
import { MAX_REQUESTS } from '../../apps/server/src/conversations/conversation-places';
import { MAX_NOTIFICATIONS, NotificationService } from '../../apps/server/src/notifications/notification.service';
import type { RunningServer } from '../../apps/server/src/server';
import { closeClients, post, registerPlayer, uniqueCharacterName, until } from '../support/client';
import {
  command,
  ConversationCluster,
  groupOf,
  outcome,
  request,
  send,
  type Talker,
  upTo,
} from '../support/conversation-cluster';

const AT_ONCE = 20;
const CONVERSATIONS = 20;
/** So many below a bound that some of the requests fit and the others do not. */
const ROOM = AT_ONCE / 2;

let cluster: ConversationCluster;
let anna: Talker;
let ben: Talker;

beforeAll(async () => {
  cluster = await ConversationCluster.open({ settings: { CONVERSATIONS_PER_USER: String(CONVERSATIONS) } });
}, 60_000);
beforeEach(async () => {
  [anna, ben] = (await cluster.talkers(2)) as [Talker, Talker];
});
afterEach(closeClients);
afterAll(() => cluster.close());

const node = (index: number): string => (index % 2 ? cluster.east : cluster.west).url;
const at = (talker: Talker, index: number): Talker => ({ ...talker, url: node(index) });
const database = (): Database['db'] => cluster.west.app.get(Database).db;
async function count(query: SQL): Promise<number> {
  const { rows } = await database().execute<{ count: number }>(sql`select count(*)::int as count ${query}`);
  return rows[0]?.count ?? 0;
}

async function accounts(name: string, number: number): Promise<string[]> {
  const { rows } = await database().execute<{ id: string }>(sql`
    insert into accounts (name, name_key, roles)
    select ${name} || n, ${name} || n, '{player}' from generate_series(1, ${number}::int) as n returning id`);
  return rows.map(({ id }) => id);
}

/** How often each outcome came: `ok`, or the code of an error. */
async function outcomesOf(attempt: (index: number) => Promise<string>): Promise<Record<string, number>> {
  const tally: Record<string, number> = {};
  for (const each of await Promise.all(upTo(AT_ONCE).map(attempt))) tally[each] = (tally[each] ?? 0) + 1;
  return tally;
}
const answered = async (answer: ReturnType<typeof request>): Promise<string> => {
  const { status, body } = await answer;
  return status < 300 ? 'ok' : (body.error?.code ?? String(status));
};
const HALF = { ok: ROOM, CONFLICT: AT_ONCE - ROOM };

describe('conversations of a user', () => {
  const counted = () =>
    count(sql`from conversation_members where user_id = ${anna.id} and left_seq is null and counted`);
  const direct = (by: Talker, other: Talker, index: number) =>
    answered(request(at(by, index), 'POST', '/api/conversations', { kind: 'direct', participantIds: [other.id] }));
  const group = (by: Talker, others: readonly Talker[], index: number) => {
    const participantIds = others.map(({ id }) => id);
    return answered(request(at(by, index), 'POST', '/api/conversations', { kind: 'group', participantIds }));
  };

  it('are as many as one may be in where the user begins groups over both nodes and sockets', async () => {
    for (let more = ROOM; more < CONVERSATIONS; more++) await group(anna, [], more);
    const begin = (index: number) =>
      index % 3 === 0
        ? outcome(anna, 'conversation:create', { kind: 'group', participantIds: [] })
        : group(anna, [], index);
    expect(await outcomesOf(begin)).toEqual(HALF);
    expect(await counted()).toBe(CONVERSATIONS);
  });

  it('are as many as one may be in where others bring the user in, in every way', async () => {
    const others = await cluster.talkers(AT_ONCE);
    const ids = await Promise.all(others.map((other) => groupOf(other)));
    const bring = (index: number) => {
      const [other, conversationId] = [others[index - 1] as Talker, ids[index - 1] ?? ''];
      if (index % 3 === 0) return group(other, [anna], index);
      if (index % 3 === 1) return outcome(other, 'conversation:add', { conversationId, userIds: [anna.id] });
      const path = `/api/conversations/${conversationId}/members`;
      return answered(request(at(other, index), 'POST', path, { userIds: [ben.id, anna.id] }));
    };
    for (let more = ROOM; more < CONVERSATIONS; more++) await group(anna, [], more);
    expect(await outcomesOf(bring)).toEqual(HALF);
    expect(await counted()).toBe(CONVERSATIONS);
  });

  it(`that others have begun are ${MAX_REQUESTS} at most beside those that count`, async () => {
    const strangers = await cluster.talkers(MAX_REQUESTS - ROOM);
    for (const [index, stranger] of strangers.entries()) await direct(stranger, anna, index);
    const further = await cluster.talkers(AT_ONCE);
    expect(await outcomesOf((index) => direct(further[index - 1] as Talker, anna, index))).toEqual({ ok: AT_ONCE });
    const uncounted = sql`from conversation_members where user_id = ${anna.id} and left_seq is null and not counted`;
    expect(await count(uncounted)).toBe(MAX_REQUESTS);
  }, 120_000);

  it('are as many as one may be in where the user begins anew direct ones that the user has quit', async () => {
    const others = await cluster.talkers(AT_ONCE);
    for (const [index, other] of others.entries()) {
      const both = { kind: 'direct', participantIds: [anna.id] };
      const { id } = await command<ConversationView>(other, 'conversation:create', both);
      await request(at(anna, index), 'DELETE', `/api/conversations/${id}/members/${anna.id}`);
    }
    for (let more = ROOM; more < CONVERSATIONS; more++) await group(anna, [], more);
    expect(await outcomesOf((index) => direct(anna, others[index - 1] as Talker, index))).toEqual(HALF);
    expect(await counted()).toBe(CONVERSATIONS);
  });
});

it(`members of a group are ${MAX_MEMBERS} at most`, async () => {
  const conversationId = await groupOf(anna);
  const others = await accounts('member', MAX_MEMBERS - 1 - ROOM + AT_ONCE);
  await database().execute(sql`
    insert into conversation_members (conversation_id, user_id, role, joined_seq, read_seq, delivered_seq)
    select ${conversationId}, id, 'member', 1, 1, 1 from unnest(${sql.param(others.slice(AT_ONCE))}::uuid[]) as id`);
  const add = (index: number) =>
    answered(
      request(at(anna, index), 'POST', `/api/conversations/${conversationId}/members`, {
        userIds: [others[index - 1]],
      }),
    );
  expect(await outcomesOf(add)).toEqual(HALF);
  expect(await count(sql`from conversation_members where conversation_id = ${conversationId}`)).toBe(MAX_MEMBERS);
});

it(`blocks of a user are ${MAX_BLOCKS} at most`, async () => {
  const others = await accounts('blocked', MAX_BLOCKS - ROOM + AT_ONCE);
  await database().execute(sql`
    insert into blocks (blocker_id, blocked_id)
    select ${anna.id}, id from unnest(${sql.param(others.slice(AT_ONCE))}::uuid[]) as id`);
  const block = (index: number) => {
    const userId = others[index - 1];
    if (index % 3 === 0) return outcome(anna, 'block:add', { userId });
    return answered(request(at(anna, index), 'POST', '/api/blocks', { userId }));
  };
  expect(await outcomesOf(block)).toEqual(HALF);
  expect(await count(sql`from blocks where blocker_id = ${anna.id}`)).toBe(MAX_BLOCKS);
});

it(`reactions of a user to a message are ${MAX_OWN_REACTIONS} at most, and its emoji ${MAX_REACTION_EMOJI}`, async () => {
  const FACES = 0x1f600;
  const conversationId = await groupOf(anna, ben);
  const { messageId } = await send(ben, conversationId, 'hello');
  const react = (by: Talker, emoji: number) =>
    outcome(by, 'reaction:add', { conversationId, messageId, emoji: String.fromCodePoint(FACES + emoji) });
  expect(await outcomesOf((index) => react(anna, index))).toEqual({
    ok: MAX_OWN_REACTIONS,
    CONFLICT: AT_ONCE - MAX_OWN_REACTIONS,
  });
  // The message has ten different ones now, and has room for ten more: of two users, who have room for ten each.
  const others = await cluster.talkers(2);
  for (const { id: userId } of others) {
    const member = { conversationId, userIds: [userId] };
    await command(anna, 'conversation:add', member);
  }
  const further = AT_ONCE + 1;
  const reactFurther = (index: number) => react(others[index % 2] as Talker, further + index);
  expect(await outcomesOf(reactFurther)).toEqual(HALF);
  expect(await count(sql`from conversation_reactions where conversation_id = ${conversationId}`)).toBe(
    MAX_REACTION_EMOJI,
  );
});

it(`characters of an account are ${MAX_CHARACTERS} at most`, async () => {
  const create = (index: number) =>
    answered(request(at(anna, index), 'POST', '/api/characters', { name: uniqueCharacterName(), class: 'ranger' }));
  expect(await outcomesOf(create)).toEqual({ ok: MAX_CHARACTERS, CONFLICT: AT_ONCE - MAX_CHARACTERS });
  expect(await count(sql`from characters where account_id = ${anna.id}`)).toBe(MAX_CHARACTERS);
});

it(`sessions of an account are ${MAX_SESSIONS} at most: each further login ends the oldest`, async () => {
  const player = await registerPlayer(cluster.west.url);
  await database().execute(sql`
    insert into refresh_tokens (account_id, family_id, token_hash, created_at, expires_at)
    select ${player.id}, gen_random_uuid(), ${player.id} || n, now() - interval '1 hour', now() + interval '1 day'
    from generate_series(1, ${MAX_SESSIONS - 1 - ROOM}::int) as n`);
  const login = (index: number) =>
    post(node(index), '/api/auth/login', { username: player.login, password: player.password }).then(() => 'ok');
  expect(await outcomesOf(login)).toEqual({ ok: AT_ONCE });
  const live = sql`from (select family_id from refresh_tokens where account_id = ${player.id} and revoked_at is null
    group by family_id) as family`;
  expect(await count(live)).toBe(MAX_SESSIONS);
});

describe('notifications of a user', () => {
  const of = (index: number): RunningServer => (index % 2 ? cluster.east : cluster.west);
  const notify = (index: number): Promise<string> =>
    of(index)
      .app.get(NotificationService, { strict: false })
      .send(anna.id, { kind: 'system', title: `number ${index}` })
      .then(() => 'ok');
  const kept = () => count(sql`from notifications where user_id = ${anna.id}`);
  const bounded = () => until(async () => (await kept()) === MAX_NOTIFICATIONS, 'as many are left as a user may have');
  beforeEach(async () => {
    await database().execute(sql`
      insert into notifications (user_id, kind, title, count, created_at, expires_at)
      select ${anna.id}, 'system', 'before', 1, now(), now() + interval '1 day'
      from generate_series(1, ${MAX_NOTIFICATIONS - ROOM}::int) as n`);
  });

  it(`are ${MAX_NOTIFICATIONS} at most: each further one takes the place of the oldest`, async () => {
    expect(await outcomesOf(notify)).toEqual({ ok: AT_ONCE });
    await bounded();
  });

  it(`are ${MAX_NOTIFICATIONS} at most where transactions store them that do not see each other`, async () => {
    let stored = 0;
    const inTransaction = (index: number) =>
      of(index)
        .app.get(Database)
        .transaction(async () => {
          await notify(index);
          stored++;
          await until(() => stored === AT_ONCE, 'all have stored theirs');
          return 'ok';
        });
    expect(await outcomesOf(inTransaction)).toEqual({ ok: AT_ONCE });
    await bounded();
  });
});
