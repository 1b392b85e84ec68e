/** Conversations in PostgreSQL: numbers without gaps, messages stored once, watermarks, and unread. */
import { randomUUID } from 'node:crypto';
import { and, eq, gt, ne, sql } from 'drizzle-orm';
import { until } from '../../../../test/support/client';
import { ConversationStorage } from '../../../../test/support/conversation-storage';
import { conversationHeads, conversationLog as log } from './conversations.schema';

let west: ConversationStorage;
let east: ConversationStorage;
let close: () => Promise<void>;

beforeAll(async () => {
  const opened = await ConversationStorage.open(2);
  [west, east] = opened.nodes as [ConversationStorage, ConversationStorage];
  close = opened.close;
});
afterAll(() => close());

const upTo = (count: number, from = 1): number[] => Array.from({ length: count }, (_, index) => from + index);

describe('the log', () => {
  it('has no gaps and no doubles, whoever writes, and what is rolled back takes no number', async () => {
    const users = upTo(8).map(() => randomUUID());
    const group = await west.group(...users);
    const work = upTo(200).map((n) => {
      const node = n % 2 ? west : east;
      const user = users[n % users.length] ?? '';
      if (n % 5) return node.send(group, user);
      const failing = node.database.transaction(async () => {
        await node.log.lock(group);
        await node.log.append(group, [{ type: 'conversation:updated', actorId: user }]);
        throw new Error('taken back');
      });
      return failing.catch(() => undefined);
    });
    await Promise.all(work);
    expect(await west.seqs(group)).toEqual(upTo(161));
    expect((await west.conversations.headsOf([group])).get(group)).toBe(161);
  });

  it('shows whoever sees an entry all before it', async () => {
    const [anna, ben] = [randomUUID(), randomUUID()];
    const group = await west.group(anna, ben);
    const writing = { on: true };
    const writers = Promise.all(
      [west, east].flatMap((node) =>
        [anna, ben].map(async (user) => {
          for (let n = 0; n < 40; n++) await node.send(group, user);
        }),
      ),
    ).finally(() => (writing.on = false));
    let cursor = 0;
    while (writing.on || cursor < 161) {
      const entries = await east.log.entries(group, cursor, 1_000, 1_000);
      for (const { seq } of entries) expect(seq).toBe(++cursor);
    }
    await writers;
    expect(cursor).toBe(161);
  });

  it('gives several entries of one change numbers in their order', async () => {
    const anna = randomUUID();
    const group = await west.group(anna);
    const added = ['x', 'y', 'z'].map((title) => ({
      type: 'conversation:updated' as const,
      actorId: anna,
      facts: { title },
    }));
    const { seq } = await west.database.transaction(async () => {
      await west.log.lock(group);
      return west.log.append(group, added);
    });
    const entries = await west.log.entries(group, 1, seq, 10);
    expect(entries.map((entry) => [entry.seq, entry.facts?.title])).toEqual([
      [2, 'x'],
      [3, 'y'],
      [4, 'z'],
    ]);
    expect(new Set(entries.map(({ at }) => at.getTime())).size).toBe(1);
  });
});

describe('a message', () => {
  it('is stored once under its tempId, however many send it at once and whenever again', async () => {
    const [anna, ben] = [randomUUID(), randomUUID()];
    const group = await west.group(anna, ben);
    const tries = await Promise.all(upTo(20).map((n) => (n % 2 ? west : east).send(group, anna, 'mine')));
    const messages = tries.map(({ message }) => message);
    expect(new Set(messages.map((message) => message?.id)).size).toBe(1);
    expect(messages.filter((message) => !message?.duplicate)).toHaveLength(1);
    expect(tries.filter(({ appended }) => appended)).toHaveLength(1);
    expect(await west.seqs(group)).toEqual([1, 2]);
    expect((await west.send(group, ben, 'mine')).message?.duplicate).toBe(false);
    expect((await west.send(group, anna, 'other')).message?.duplicate).toBe(false);
    const elsewhere = await west.group(anna);
    expect((await west.send(elsewhere, anna, 'mine')).message?.duplicate).toBe(false);
  });

  it('is refused by the table itself where it comes twice under one tempId', async () => {
    const row = { conversationId: randomUUID(), type: 'message:new' as const, actorId: randomUUID(), at: new Date() };
    await west.database.db.insert(log).values({ ...row, seq: 1, tempId: 'same' });
    await expect(west.database.db.insert(log).values({ ...row, seq: 2, tempId: 'same' })).rejects.toMatchObject({
      cause: { constraint: 'conversation_log_temp_id' },
    });
  });

  it('is taken from members alone, also where one is removed while it waits', async () => {
    const [anna, ben] = [randomUUID(), randomUUID()];
    const group = await west.group(anna, ben);
    expect(await west.send(group, randomUUID())).toEqual({ member: undefined });
    let sending: Promise<unknown> = Promise.resolve();
    await west.database.transaction(async () => {
      await west.log.lock(group);
      sending = east.send(group, ben);
      const { seq } = await west.log.append(group, [{ type: 'conversation:member_removed', actorId: anna }]);
      await west.members.leave(group, ben, seq);
    });
    expect(await sending).toEqual({ member: false });
    expect(await west.seqs(group)).toEqual([1, 2]);
  });

  it('is read as it is now: edited, or gone with its content', async () => {
    const anna = randomUUID();
    const group = await west.group(anna);
    for (const content of ['kept', 'edited', 'deleted']) await west.send(group, anna, null, content);
    const [, edited, deleted] = (await west.messages.page(group, { after: 0 }, size(10))).messages;
    if (!edited || !deleted) throw new Error('no messages');
    await west.database.transaction(async () => {
      await west.log.lock(group);
      const changes = [
        { type: 'message:updated' as const, actorId: anna, messageSeq: edited.seq, content: 'better' },
        { type: 'message:deleted' as const, actorId: anna, messageSeq: deleted.seq },
      ];
      const { seq } = await west.log.append(group, changes);
      await west.messages.markEdited(edited, seq - 1);
      await west.messages.markDeleted(deleted, seq);
    });
    const contents = async (...page: Parameters<typeof west.messages.page>) =>
      (await west.messages.page(...page)).messages.map(({ content }) => content);
    expect(await contents(group, {}, size(10))).toEqual([null, 'better', 'kept']);
    expect(await contents(group, { after: 2 }, size(1))).toEqual(['better']);
    expect(await contents(group, { before: 3 }, size(10))).toEqual(['kept']);
    const told = await west.log.entries(group, 0, 100, 100);
    expect(told.map(({ content }) => content)).toEqual([null, 'kept', 'edited', null, 'better', null]);
    expect(told.map(({ messageId }) => messageId)).toEqual([null, null, null, null, edited.id, deleted.id]);
  });
});

describe('watermarks', () => {
  it('only move forward, whatever comes in which order', async () => {
    const [anna, ben] = [randomUUID(), randomUUID()];
    const group = await west.group(anna, ben);
    const orders = upTo(60).map((n) => ((n * 37) % 60) + 2);
    await Promise.all(
      orders.map((seq) =>
        (seq % 2 ? west : east).database.transaction(async () => {
          const moved = await (seq % 2 ? west : east).members.advance(
            group,
            ben,
            seq % 3 ? 'readSeq' : 'deliveredSeq',
            seq,
          );
          expect(moved?.to).toBeGreaterThanOrEqual(seq);
          expect(moved?.to).toBeGreaterThanOrEqual(moved?.from ?? 0);
        }),
      ),
    );
    expect(await west.members.find(group, ben)).toMatchObject({ readSeq: 61, deliveredSeq: 61 });
    expect(await west.members.find(group, anna)).toMatchObject({ readSeq: 1, deliveredSeq: 1 });
  });

  it('leave as unread what others wrote after them and nobody has deleted', async () => {
    const [anna, ben] = [randomUUID(), randomUUID()];
    const group = await west.group(anna, ben);
    for (const n of upTo(12)) await west.send(group, n % 3 ? anna : ben);
    await west.database.transaction(() => west.members.advance(group, ben, 'readSeq', 5));
    const { db } = west.database;
    await db
      .update(log)
      .set({ deletedSeq: 99 })
      .where(and(eq(log.conversationId, group), eq(log.seq, 9)));
    const recount = await db.$count(
      log,
      and(eq(log.conversationId, group), gt(log.seq, 5), ne(log.actorId, ben), ne(log.seq, 9)),
    );
    expect((await west.conversations.ofMember({ userId: ben, blocking: new Set() }, group))?.unread).toBe(recount);
    expect(recount).toBe(4);
  });
});

const size = (limit: number) => ({ limit, bytes: 100_000 });

describe('publishing', () => {
  it('belongs to who wrote first, is prolonged by its own telling, and is taken over when it ends', async () => {
    const anna = randomUUID();
    const group = await west.group(anna);
    const sent = await east.send(group, anna);
    expect(sent.appended).toMatchObject({ publisher: west.life.id, published: 0 });
    await west.publications.advance(new Map([[group, 1]]));
    const claims = async () =>
      (await Promise.all([east, west].map((node) => node.publications.claim(10_000))))
        .flat()
        .filter(({ conversationId }) => conversationId === group);
    expect(await claims()).toEqual([]);
    const ended = sql`clock_timestamp() - interval '1 second'`;
    await west.database.db
      .update(conversationHeads)
      .set({ publisherUntil: ended })
      .where(eq(conversationHeads.conversationId, group));
    expect(await claims()).toEqual([{ conversationId: group, published: 1, head: 2 }]);
    expect(await claims()).toEqual([]);
    await east.publications.advance(new Map([[group, 2]]));
    await east.publications.advance(new Map([[group, 1]]));
    expect(await isQueued(group)).toBe(false);
    expect(await east.publications.find(group)).toEqual({ conversationId: group, published: 2, head: 2 });
  });

  it('is taken over from a node of the release before, which marks the head and knows no queue', async () => {
    const group = await west.group(randomUUID());
    await west.publications.advance(new Map([[group, 1]]));
    // As that release appends an entry: past the queue.
    await west.database.db
      .update(conversationHeads)
      .set({ head: 2, unpublished: true, publisherUntil: sql`clock_timestamp() - interval '1 second'` })
      .where(eq(conversationHeads.conversationId, group));
    const claimed = await east.publications.claim(10_000);
    expect(claimed.filter(({ conversationId }) => conversationId === group)).toEqual([
      { conversationId: group, published: 1, head: 2 },
    ]);
    await east.publications.advance(new Map([[group, 2]]));
    const [row] = await west.database.db
      .select({ unpublished: conversationHeads.unpublished })
      .from(conversationHeads)
      .where(eq(conversationHeads.conversationId, group));
    expect(row).toEqual({ unpublished: false });
  });

  it('takes what a node of the release before has published out of the queue', async () => {
    const group = await west.group(randomUUID());
    await west.database.db
      .update(conversationHeads)
      .set({ published: 1, publisherUntil: sql`clock_timestamp() - interval '1 second'` })
      .where(eq(conversationHeads.conversationId, group));
    expect(await isQueued(group)).toBe(true);
    await east.publications.claim(10_000);
    expect(await isQueued(group)).toBe(false);
  });

  it('keeps in the queue what is added while it is noted', async () => {
    const anna = randomUUID();
    const group = await west.group(anna);
    for (let head = 1; head < 20; head++) {
      await Promise.all([west.publications.advance(new Map([[group, head]])), east.send(group, anna)]);
      expect(await isQueued(group)).toBe(true);
    }
  });

  it('updates the row that every entry updates without touching an index', async () => {
    const anna = randomUUID();
    const groups = await Promise.all(upTo(20).map(() => west.group(anna)));
    const before = await headUpdates();
    for (let round = 0; round < 40; round++) {
      await Promise.all(groups.map((id) => west.send(id, anna)));
      await west.publications.advance(new Map(groups.map((id) => [id, round + 2])));
    }
    const expected = before.all + 40 * 2 * groups.length;
    await until(async () => (await headUpdates()).all >= expected, 'the statistics are written');
    const { all, hot } = await headUpdates();
    expect((hot - before.hot) / (all - before.all)).toBeGreaterThan(0.9);
  });

  it('is noted by nodes that note many at once, and never waits for itself', async () => {
    const anna = randomUUID();
    const groups = await Promise.all(upTo(30).map(() => west.group(anna)));
    const noted = (node: ConversationStorage, ids: string[]) =>
      node.publications.advance(new Map(ids.map((id) => [id, 1])));
    const rounds = upTo(40).map((n) => (n % 2 ? noted(west, groups) : noted(east, groups.toReversed())));
    await Promise.all(rounds);
    for (const id of groups) expect(await west.publications.find(id)).toMatchObject({ published: 1, head: 1 });
  });
});

async function isQueued(conversationId: string): Promise<boolean> {
  const query = sql`select 1 from conversation_unpublished where conversation_id = ${conversationId}`;
  return (await west.database.db.execute(query)).rows.length > 0;
}

/** Updates of `conversation_heads`, and those of them that changed no index. */
async function headUpdates(): Promise<{ all: number; hot: number }> {
  const { rows } = await west.database.db.execute<{ all: number; hot: number }>(sql`
    select n_tup_upd::int as all, n_tup_hot_upd::int as hot, pg_stat_clear_snapshot()
    from pg_stat_user_tables where relname = 'conversation_heads'`);
  return rows[0] ?? { all: 0, hot: 0 };
}
