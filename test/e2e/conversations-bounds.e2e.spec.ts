/** Bounds on one answer about conversations, over sockets and HTTP: reactions, pages of messages, and syncs. */
import {
  MAX_REACTIONS_PER_USER,
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
import { type ConversationCluster, useConversationCluster, numbersUpTo } from '../support/domains/conversation-cluster';
import type { ConversationUser } from '../support/domains/conversation-user';

/** Bytes of the longest message: ten thousand characters of four bytes each. */
const LONGEST = 40_000;

let cluster: ConversationCluster;
let anna: ConversationUser;
let ben: ConversationUser;

useConversationCluster((scene) => ({ cluster, anna, ben } = scene), { alone: true });

const execute = (query: SQL) => cluster.west.app.get(Database).db.execute(query);

async function sendInNewGroup(): Promise<{ conversationId: string; messageId: string; seq: number }> {
  const conversationId = await anna.createGroup(ben);
  return { conversationId, ...(await anna.sendMessage(conversationId, 'hello')) };
}

/** The code points from here on are emoji. */
const FIRST_EMOJI_CODE = 0x1f600;
const emojiAt = (number: number): string => String.fromCodePoint(FIRST_EMOJI_CODE + number);

/** Inserts reactions of so many users, each with one emoji. */
const insertReactions = ({ conversationId, seq }: { conversationId: string; seq: number }, users: number, emoji: SQL) =>
  execute(sql`
    insert into conversation_reactions (id, conversation_id, message_seq, user_id, emoji, seq)
    select gen_random_uuid(), ${conversationId}::uuid, ${seq}, gen_random_uuid(), ${emoji}, 1000 + n
    from generate_series(1, ${users}::int) n`);

describe('reactions to one message', () => {
  it('are limited per message and per user', async () => {
    const message = await sendInNewGroup();
    const { conversationId, messageId } = message;
    const react = (emoji: string) => ben.outcomeOf('reaction:add', { conversationId, messageId, emoji });
    const emoji = [...'😀😃😄😁😆😅🤣😂🙂🙃'].slice(0, MAX_REACTIONS_PER_USER);
    for (const symbol of emoji) expect(await react(symbol)).toBe('ok');
    expect(await react('👍')).toBe('CONFLICT');
    expect(await react('😀')).toBe('ok');

    const many = await sendInNewGroup();
    await insertReactions(many, MAX_REACTION_EMOJI, sql`chr(${FIRST_EMOJI_CODE} + n)`);
    const ids = { conversationId: many.conversationId, messageId: many.messageId };
    const addReaction = (emoji: string) => ben.outcomeOf('reaction:add', { ...ids, emoji });
    expect([await addReaction('👍'), await addReaction(emojiAt(1))]).toEqual(['CONFLICT', 'ok']);
    await insertReactions(many, MAX_REACTIONS - MAX_REACTION_EMOJI - 1, sql`chr(${FIRST_EMOJI_CODE} + 1)`);
    expect(await addReaction(emojiAt(2))).toBe('CONFLICT');
  });

  it('are listed in full up to a bound, counted beyond it, and paged', async () => {
    const message = await sendInNewGroup();
    const { conversationId, messageId } = message;
    await insertReactions(message, MAX_REACTIONS - 1, sql`chr(${FIRST_EMOJI_CODE} + n % 2)`);
    const own = await ben.run<{ reactionId: string }>('reaction:add', { conversationId, messageId, emoji: emojiAt(1) });
    const path = `/api/messages?conversationId=${conversationId}`;
    const { messages } = (await ben.request('GET', path)).body as unknown as MessagePage;
    expect(messages).toEqual([
      expect.objectContaining({
        id: messageId,
        moreReactions: true,
        reactionCounts: [
          { emoji: emojiAt(1), count: MAX_REACTIONS / 2 + 1 },
          { emoji: emojiAt(0), count: MAX_REACTIONS / 2 - 1 },
        ],
      }),
    ]);
    const shown = messages.flatMap((message) => ('hidden' in message ? [] : message.reactions.map(({ id }) => id)));
    expect(shown).toHaveLength(MAX_SHOWN_REACTIONS);
    expect(shown).toContain(own.reactionId);

    const all = new Set<string>();
    for (let cursor: string | undefined = '0'; cursor !== undefined;) {
      const next = `/api/messages/${messageId}/reactions?limit=100&cursor=${cursor}`;
      const page: ReactionPage = (await ben.request('GET', next)).body as unknown as ReactionPage;
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
    conversationId = await anna.createGroup(ben);
    await execute(sql`
      insert into conversation_log (conversation_id, seq, type, id, actor_id, at, content)
      select ${conversationId}, n, 'message:new', gen_random_uuid(), ${anna.id}, now(), repeat('𝄞', 10000)
      from generate_series(2, ${COUNT + 1}::int) n`);
    await execute(sql`
      update conversation_heads set head = ${COUNT + 1}, published = ${COUNT + 1} where conversation_id = ${conversationId}`);
  });
  const sizeOf = (answer: unknown): number => Buffer.byteLength(JSON.stringify(answer));

  it('are returned in pages of bounded size, without a gap', async () => {
    const seqs: number[] = [];
    for (let after: number | undefined = 0; after !== undefined;) {
      const path = `/api/messages?conversationId=${conversationId}&limit=100&after=${after}`;
      const page: MessagePage = (await ben.request('GET', path)).body as unknown as MessagePage;
      expect(sizeOf(page)).toBeLessThan(MAX_PAGE_BYTES + 2 * LONGEST);
      seqs.push(...page.messages.map(({ seq }) => seq));
      after = page.next;
    }
    expect(seqs).toEqual(numbersUpTo(COUNT + 1).slice(1));
  });

  it('are returned in syncs of bounded size, over sockets and HTTP', async () => {
    for (const ask of [
      (cursors: object) => ben.run<SyncPage>('conversation:sync', { cursors }),
      async (cursors: object) => (await ben.request('POST', '/api/sync', { cursors })).body as unknown as SyncPage,
    ]) {
      const seqs: number[] = [];
      for (let cursor: number | undefined = 0; cursor !== undefined;) {
        const page: SyncPage = await ask({ [conversationId]: cursor });
        expect(sizeOf(page)).toBeLessThan(MAX_SYNC_BYTES + 2 * LONGEST);
        const synced = page.conversations[conversationId];
        seqs.push(...(synced?.events ?? []).map(({ seq }) => seq));
        cursor = synced?.next;
      }
      expect(seqs).toEqual(numbersUpTo(COUNT + 1));
    }
  });

  it('are synced for a user once at a time, across sockets and HTTP', async () => {
    const cursors = { [conversationId]: 0 };
    const requests = numbersUpTo(3 * MAX_WAITING_SYNCS).map((n) =>
      n % 2 === 0
        ? ben.outcomeOf('conversation:sync', { cursors })
        : ben.request('POST', '/api/sync', { cursors }).then(({ body }) => body.error?.code ?? 'ok'),
    );
    const outcomes = await Promise.all(requests);
    expect(new Set(outcomes)).toEqual(new Set(['ok', 'RATE_LIMITED']));
    expect(await ben.outcomeOf('conversation:sync', { cursors })).toBe('ok');
  });
});
