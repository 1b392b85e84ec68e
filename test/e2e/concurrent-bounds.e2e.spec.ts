/** Bounds that are checked before an insert: twenty concurrent requests on two nodes reach the bound and do not exceed it. */
import {
  MAX_BLOCKS,
  MAX_MEMBERS,
  MAX_REACTIONS_PER_USER,
  MAX_REACTION_EMOJI,
  type ConversationView,
} from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { type SQL, sql } from 'drizzle-orm';
import { MAX_SESSIONS } from '../../apps/server/src/accounts/sessions/sessions.service';
import { MAX_CHARACTERS } from '../../apps/server/src/characters/characters.service';
import {
  MAX_GROUPS_BY_STRANGERS,
  MAX_MESSAGE_REQUESTS,
} from '../../apps/server/src/conversations/quota/conversation-quota';
import {
  MAX_NOTIFICATIONS_PER_USER,
  NotificationService,
} from '../../apps/server/src/notifications/notification.service';
import type { RunningServer } from '../../apps/server/src/server';
import { postJson, registerPlayer, uniqueCharacterName, waitUntil } from '../support/clients/client';
import { type ConversationCluster, useConversationCluster, numbersUpTo } from '../support/domains/conversation-cluster';
import type { ConversationUser } from '../support/domains/conversation-user';

const CONCURRENCY = 20;
const CONVERSATIONS = 20;
/** Free places below a bound, so that some of the requests succeed and the others are refused. */
const FREE_SLOTS = CONCURRENCY / 2;

let cluster: ConversationCluster;
let anna: ConversationUser;
let ben: ConversationUser;

useConversationCluster((scene) => ({ cluster, anna, ben } = scene), {
  settings: { CONVERSATIONS_PER_USER: String(CONVERSATIONS) },
});

const nodeUrl = (index: number): string => (index % 2 ? cluster.east : cluster.west).url;
const onNode = (user: ConversationUser, index: number): ConversationUser => user.requestingFrom(nodeUrl(index));
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

/** The number of attempts per outcome: `ok`, or an error code. */
async function outcomesOf(attempt: (index: number) => Promise<string>): Promise<Record<string, number>> {
  const tally: Record<string, number> = {};
  for (const outcome of await Promise.all(numbersUpTo(CONCURRENCY).map(attempt)))
    tally[outcome] = (tally[outcome] ?? 0) + 1;
  return tally;
}
const outcomeOfRequest = async (answer: ReturnType<ConversationUser['request']>): Promise<string> => {
  const { status, body } = await answer;
  return status < 300 ? 'ok' : (body.error?.code ?? String(status));
};
const EXPECTED = { ok: FREE_SLOTS, CONFLICT: CONCURRENCY - FREE_SLOTS };

describe('conversations of a user', () => {
  const countedMemberships = () =>
    count(sql`from conversation_members where user_id = ${anna.id} and left_seq is null and counted`);
  const direct = (by: ConversationUser, other: ConversationUser, index: number) =>
    outcomeOfRequest(
      onNode(by, index).request('POST', '/api/conversations', { kind: 'direct', participantIds: [other.id] }),
    );
  const group = (by: ConversationUser, others: readonly ConversationUser[], index: number) => {
    const participantIds = others.map(({ id }) => id);
    return outcomeOfRequest(onNode(by, index).request('POST', '/api/conversations', { kind: 'group', participantIds }));
  };

  it('reach the bound when the user creates groups over both nodes and sockets', async () => {
    for (let count = FREE_SLOTS; count < CONVERSATIONS; count++) await group(anna, [], count);
    const createGroup = (index: number) =>
      index % 3 === 0
        ? anna.outcomeOf('conversation:create', { kind: 'group', participantIds: [] })
        : group(anna, [], index);
    expect(await outcomesOf(createGroup)).toEqual(EXPECTED);
    expect(await countedMemberships()).toBe(CONVERSATIONS);
  });

  /** Each of these users, by the index of the request, adds Anna to a group, in one of three ways. */
  const additionsBy = async (others: readonly ConversationUser[]): Promise<(index: number) => Promise<string>> => {
    const ids = await Promise.all(others.map((other) => other.createGroup()));
    return (index) => {
      const [other, conversationId] = [others[index - 1] as ConversationUser, ids[index - 1] ?? ''];
      if (index % 3 === 0) return group(other, [anna], index);
      if (index % 3 === 1) return other.outcomeOf('conversation:add', { conversationId, userIds: [anna.id] });
      const path = `/api/conversations/${conversationId}/members`;
      return outcomeOfRequest(onNode(other, index).request('POST', path, { userIds: [ben.id, anna.id] }));
    };
  };

  it('reach the bound when contacts add the user in every way', async () => {
    const others = await cluster.connectUsers(CONCURRENCY);
    for (const other of others) {
      const start = { kind: 'direct', participantIds: [anna.id] };
      await anna.sendMessage((await other.run<ConversationView>('conversation:create', start)).id, 'hello');
    }
    const addAnna = await additionsBy(others);
    for (let count = FREE_SLOTS; count < CONVERSATIONS; count++) await group(anna, [], count);
    expect(await outcomesOf(addAnna)).toEqual(EXPECTED);
    expect(await countedMemberships()).toBe(CONVERSATIONS);
  });

  it(`that are groups by strangers are ${MAX_GROUPS_BY_STRANGERS} at most beside those that count`, async () => {
    const strangers = await cluster.connectUsers(MAX_GROUPS_BY_STRANGERS / FREE_SLOTS);
    for (let count = FREE_SLOTS; count < MAX_GROUPS_BY_STRANGERS; count++)
      expect(await group(strangers[count % strangers.length] as ConversationUser, [anna], count)).toBe('ok');
    const addAnna = await additionsBy(await cluster.connectUsers(CONCURRENCY));
    expect(await outcomesOf(addAnna)).toEqual({ ok: CONCURRENCY });
    const current = sql`from conversation_members where user_id = ${anna.id} and left_seq is null`;
    expect([await count(current), await countedMemberships()]).toEqual([MAX_GROUPS_BY_STRANGERS, 0]);
  });

  it(`that other users have started are ${MAX_MESSAGE_REQUESTS} at most beside those that count`, async () => {
    const earlier = await cluster.connectUsers(MAX_MESSAGE_REQUESTS - FREE_SLOTS);
    for (const [index, stranger] of earlier.entries()) await direct(stranger, anna, index);
    const later = await cluster.connectUsers(CONCURRENCY);
    expect(await outcomesOf((index) => direct(later[index - 1] as ConversationUser, anna, index))).toEqual({
      ok: CONCURRENCY,
    });
    const uncounted = sql`from conversation_members where user_id = ${anna.id} and left_seq is null and not counted`;
    expect(await count(uncounted)).toBe(MAX_MESSAGE_REQUESTS);
  }, 120_000);

  it('reach the bound when the user starts direct conversations again after quitting them', async () => {
    const others = await cluster.connectUsers(CONCURRENCY);
    for (const [index, other] of others.entries()) {
      const both = { kind: 'direct', participantIds: [anna.id] };
      const { id } = await other.run<ConversationView>('conversation:create', both);
      await onNode(anna, index).request('DELETE', `/api/conversations/${id}/members/${anna.id}`);
    }
    for (let count = FREE_SLOTS; count < CONVERSATIONS; count++) await group(anna, [], count);
    expect(await outcomesOf((index) => direct(anna, others[index - 1] as ConversationUser, index))).toEqual(EXPECTED);
    expect(await countedMemberships()).toBe(CONVERSATIONS);
  });
});

it(`members of a group are ${MAX_MEMBERS} at most`, async () => {
  const conversationId = await anna.createGroup();
  const others = await accounts('member', MAX_MEMBERS - 1 - FREE_SLOTS + CONCURRENCY);
  await database().execute(sql`
    insert into conversation_members (conversation_id, user_id, role, joined_seq, read_seq, delivered_seq)
    select ${conversationId}, id, 'member', 1, 1, 1 from unnest(${sql.param(others.slice(CONCURRENCY))}::uuid[]) as id`);
  const add = (index: number) =>
    outcomeOfRequest(
      onNode(anna, index).request('POST', `/api/conversations/${conversationId}/members`, {
        userIds: [others[index - 1]],
      }),
    );
  expect(await outcomesOf(add)).toEqual(EXPECTED);
  expect(await count(sql`from conversation_members where conversation_id = ${conversationId}`)).toBe(MAX_MEMBERS);
});

it(`blocks of a user are ${MAX_BLOCKS} at most`, async () => {
  const others = await accounts('blocked', MAX_BLOCKS - FREE_SLOTS + CONCURRENCY);
  await database().execute(sql`
    insert into blocks (blocker_id, blocked_id)
    select ${anna.id}, id from unnest(${sql.param(others.slice(CONCURRENCY))}::uuid[]) as id`);
  const block = (index: number) => {
    const userId = others[index - 1];
    if (index % 3 === 0) return anna.outcomeOf('block:add', { userId });
    return outcomeOfRequest(onNode(anna, index).request('POST', '/api/blocks', { userId }));
  };
  expect(await outcomesOf(block)).toEqual(EXPECTED);
  expect(await count(sql`from blocks where blocker_id = ${anna.id}`)).toBe(MAX_BLOCKS);
});

it(`reactions of a user to a message are ${MAX_REACTIONS_PER_USER} at most, and its emoji ${MAX_REACTION_EMOJI}`, async () => {
  const FACES = 0x1f600;
  const conversationId = await anna.createGroup(ben);
  const { messageId } = await ben.sendMessage(conversationId, 'hello');
  const react = (by: ConversationUser, emoji: number) =>
    by.outcomeOf('reaction:add', { conversationId, messageId, emoji: String.fromCodePoint(FACES + emoji) });
  expect(await outcomesOf((index) => react(anna, index))).toEqual({
    ok: MAX_REACTIONS_PER_USER,
    CONFLICT: CONCURRENCY - MAX_REACTIONS_PER_USER,
  });
  // The message has ten different emoji now and takes ten more, from two users who may add ten each.
  const others = await cluster.connectUsers(2);
  for (const { id: userId } of others) {
    const member = { conversationId, userIds: [userId] };
    await anna.run('conversation:add', member);
  }
  const firstNewEmoji = CONCURRENCY + 1;
  const addNewReaction = (index: number) => react(others[index % 2] as ConversationUser, firstNewEmoji + index);
  expect(await outcomesOf(addNewReaction)).toEqual(EXPECTED);
  expect(await count(sql`from conversation_reactions where conversation_id = ${conversationId}`)).toBe(
    MAX_REACTION_EMOJI,
  );
});

it(`characters of an account are ${MAX_CHARACTERS} at most`, async () => {
  const create = (index: number) =>
    outcomeOfRequest(
      onNode(anna, index).request('POST', '/api/characters', { name: uniqueCharacterName(), class: 'ranger' }),
    );
  expect(await outcomesOf(create)).toEqual({ ok: MAX_CHARACTERS, CONFLICT: CONCURRENCY - MAX_CHARACTERS });
  expect(await count(sql`from characters where account_id = ${anna.id}`)).toBe(MAX_CHARACTERS);
});

it(`sessions of an account are ${MAX_SESSIONS} at most: each further login ends the oldest`, async () => {
  const player = await registerPlayer(cluster.west.url);
  await database().execute(sql`
    insert into refresh_tokens (account_id, family_id, token_hash, created_at, expires_at)
    select ${player.id}, gen_random_uuid(), ${player.id} || n, now() - interval '1 hour', now() + interval '1 day'
    from generate_series(1, ${MAX_SESSIONS - 1 - FREE_SLOTS}::int) as n`);
  const login = (index: number) =>
    postJson(nodeUrl(index), '/api/auth/login', { username: player.login, password: player.password }).then(() => 'ok');
  expect(await outcomesOf(login)).toEqual({ ok: CONCURRENCY });
  const live = sql`from (select family_id from refresh_tokens where account_id = ${player.id} and revoked_at is null
    group by family_id) as family`;
  expect(await count(live)).toBe(MAX_SESSIONS);
});

describe('notifications of a user', () => {
  const serverAt = (index: number): RunningServer => (index % 2 ? cluster.east : cluster.west);
  const notify = (index: number): Promise<string> =>
    serverAt(index)
      .app.get(NotificationService, { strict: false })
      .send(anna.id, { kind: 'system', title: `number ${index}` })
      .then(() => 'ok');
  const storedCount = () => count(sql`from notifications where user_id = ${anna.id}`);
  const untilTrimmed = () =>
    waitUntil(async () => (await storedCount()) === MAX_NOTIFICATIONS_PER_USER, 'the oldest notifications are deleted');
  beforeEach(async () => {
    await database().execute(sql`
      insert into notifications (user_id, kind, title, count, created_at, expires_at)
      select ${anna.id}, 'system', 'before', 1, now(), now() + interval '1 day'
      from generate_series(1, ${MAX_NOTIFICATIONS_PER_USER - FREE_SLOTS}::int) as n`);
  });

  it(`are ${MAX_NOTIFICATIONS_PER_USER} at most: each further one replaces the oldest`, async () => {
    expect(await outcomesOf(notify)).toEqual({ ok: CONCURRENCY });
    await untilTrimmed();
  });

  it(`are ${MAX_NOTIFICATIONS_PER_USER} at most when concurrent transactions do not see each other's`, async () => {
    let stored = 0;
    const inTransaction = (index: number) =>
      serverAt(index)
        .app.get(Database)
        .transaction(async () => {
          await notify(index);
          stored++;
          await waitUntil(() => stored === CONCURRENCY, 'every transaction has stored its notification');
          return 'ok';
        });
    expect(await outcomesOf(inTransaction)).toEqual({ ok: CONCURRENCY });
    await untilTrimmed();
  });
});
