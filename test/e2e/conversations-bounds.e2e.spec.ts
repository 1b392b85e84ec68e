/** What one answer about conversations holds is bounded, on both ways in: reactions, pages of messages, and syncs. */
import {
  MAX_OWN_REACTIONS,
  MAX_PAGE_BYTES,
  MAX_REACTION_EMOJI,
  MAX_REACTIONS,
  MAX_SHOWN_REACTIONS,
  MAX_SYNC_BYTES,
  MAX_WAITING_SYNCS,
  type MessagePage,
  type ReactionPage,
  type SyncPage,
} from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { type SQL, sql } from 'drizzle-orm';
import { closeClients } from '../support/client';
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

/** Ten thousand characters of four bytes each, as the longest message has them. */
const LONGEST = 40_000;

let cluster: ConversationCluster;
let anna: Talker;
let ben: Talker;

beforeAll(async () => {
  cluster = await ConversationCluster.open({ alone: true });
}, 60_000);
beforeEach(async () => {
  [anna, ben] = (await cluster.talkers(2)) as [Talker, Talker];
});
afterEach(closeClients);
afterAll(() => cluster.close());

const execute = (query: SQL) => cluster.west.app.get(Database).db.execute(query);

async function said(): Promise<{ conversationId: string; messageId: string; seq: number }> {
  const conversationId = await groupOf(anna, ben);
  return { conversationId, ...(await send(anna, conversationId, 'hello')) };
}

/** From here on, each code point is an emoji. */
const FACES = 0x1f600;
const face = (number: number): string => String.fromCodePoint(FACES + number);

/** As many users have reacted so, each with one emoji. */
const reacted = ({ conversationId, seq }: { conversationId: string; seq: number }, users: number, emoji: SQL) =>
  execute(sql`
    insert into conversation_reactions (id, conversation_id, message_seq, user_id, emoji, seq)
    select gen_random_uuid(), ${conversationId}::uuid, ${seq}, gen_random_uuid(), ${emoji}, 1000 + n
    from generate_series(1, ${users}::int) n`);

describe('reactions to one message', () => {
  it('are no more than the message, and each user, may have', async () => {
    const message = await said();
    const { conversationId, messageId } = message;
    const react = (emoji: string) => outcome(ben, 'reaction:add', { conversationId, messageId, emoji });
    const emoji = [...'😀😃😄😁😆😅🤣😂🙂🙃'].slice(0, MAX_OWN_REACTIONS);
    for (const each of emoji) expect(await react(each)).toBe('ok');
    expect(await react('👍')).toBe('CONFLICT');
    expect(await react('😀')).toBe('ok');

    const many = await said();
    await reacted(many, MAX_REACTION_EMOJI, sql`chr(${FACES} + n)`);
    const place = { conversationId: many.conversationId, messageId: many.messageId };
    const another = (emoji: string) => outcome(ben, 'reaction:add', { ...place, emoji });
    expect([await another('👍'), await another(face(1))]).toEqual(['CONFLICT', 'ok']);
    await reacted(many, MAX_REACTIONS - MAX_REACTION_EMOJI - 1, sql`chr(${FACES} + 1)`);
    expect(await another(face(2))).toBe('CONFLICT');
  });

  it('are told in full up to a bound, past it by number, and page by page', async () => {
    const message = await said();
    const { conversationId, messageId } = message;
    await reacted(message, MAX_REACTIONS - 1, sql`chr(${FACES} + n % 2)`);
    const own = await command<{ reactionId: string }>(ben, 'reaction:add', {
      conversationId,
      messageId,
      emoji: face(1),
    });
    const path = `/api/messages?conversationId=${conversationId}`;
    const { messages } = (await request(ben, 'GET', path)).body as unknown as MessagePage;
    expect(messages).toEqual([
      expect.objectContaining({
        id: messageId,
        moreReactions: true,
        reactionCounts: [
          { emoji: face(1), count: MAX_REACTIONS / 2 + 1 },
          { emoji: face(0), count: MAX_REACTIONS / 2 - 1 },
        ],
      }),
    ]);
    const shown = messages.flatMap((each) => ('hidden' in each ? [] : each.reactions.map(({ id }) => id)));
    expect(shown).toHaveLength(MAX_SHOWN_REACTIONS);
    expect(shown).toContain(own.reactionId);

    const all = new Set<string>();
    for (let cursor: string | undefined = '0'; cursor !== undefined;) {
      const next = `/api/messages/${messageId}/reactions?limit=100&cursor=${cursor}`;
      const page: ReactionPage = (await request(ben, 'GET', next)).body as unknown as ReactionPage;
      expect(page.reactions.length).toBeLessThanOrEqual(100);
      for (const { id } of page.reactions) all.add(id);
      cursor = page.next;
    }
    expect(all.size).toBe(MAX_REACTIONS);
  });
});

describe('long messages', () => {
  const COUNT = 60;
  let conversationId: string;
  beforeEach(async () => {
    conversationId = await groupOf(anna, ben);
    await execute(sql`
      insert into conversation_log (conversation_id, seq, type, id, actor_id, at, content)
      select ${conversationId}, n, 'message:new', gen_random_uuid(), ${anna.id}, now(), repeat('𝄞', 10000)
      from generate_series(2, ${COUNT + 1}::int) n`);
    await execute(sql`
      update conversation_heads set head = ${COUNT + 1}, published = ${COUNT + 1} where conversation_id = ${conversationId}`);
  });
  const sizeOf = (answer: unknown): number => Buffer.byteLength(JSON.stringify(answer));

  it('come in pages of bounded bytes, without a gap', async () => {
    const seqs: number[] = [];
    for (let after: number | undefined = 0; after !== undefined;) {
      const path = `/api/messages?conversationId=${conversationId}&limit=100&after=${after}`;
      const page: MessagePage = (await request(ben, 'GET', path)).body as unknown as MessagePage;
      expect(sizeOf(page)).toBeLessThan(MAX_PAGE_BYTES + 2 * LONGEST);
      seqs.push(...page.messages.map(({ seq }) => seq));
      after = page.next;
    }
    expect(seqs).toEqual(upTo(COUNT + 1).slice(1));
  });

  it('come in syncs of bounded bytes, over sockets and HTTP alike', async () => {
    for (const ask of [
      (cursors: object) => command<SyncPage>(ben, 'conversation:sync', { cursors }),
      async (cursors: object) => (await request(ben, 'POST', '/api/sync', { cursors })).body as unknown as SyncPage,
    ]) {
      const seqs: number[] = [];
      for (let cursor: number | undefined = 0; cursor !== undefined;) {
        const page: SyncPage = await ask({ [conversationId]: cursor });
        expect(sizeOf(page)).toBeLessThan(MAX_SYNC_BYTES + 2 * LONGEST);
        const synced = page.conversations[conversationId];
        seqs.push(...(synced?.events ?? []).map(({ seq }) => seq));
        cursor = synced?.next;
      }
      expect(seqs).toEqual(upTo(COUNT + 1));
    }
  });

  it('are synced for one user once at a time, whichever way that user asks', async () => {
    const cursors = { [conversationId]: 0 };
    const asked = upTo(3 * MAX_WAITING_SYNCS).map((n) =>
      n % 2 === 0
        ? outcome(ben, 'conversation:sync', { cursors })
        : request(ben, 'POST', '/api/sync', { cursors }).then(({ body }) => body.error?.code ?? 'ok'),
    );
    const outcomes = await Promise.all(asked);
    expect(new Set(outcomes)).toEqual(new Set(['ok', 'RATE_LIMITED']));
    expect(await outcome(ben, 'conversation:sync', { cursors })).toBe('ok');
  });
});
