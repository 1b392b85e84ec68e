/** Conversations on a real database: gapless numbers, deduplicated messages, watermarks and publication leases. */
import { randomUUID } from 'node:crypto';
import { and, eq, gt, ne, sql } from 'drizzle-orm';
import { waitUntil } from '../../../../test/support/clients/client';
import {
  type ConversationStorage,
  useConversationStorage,
} from '../../../../test/support/domains/conversation-storage';
import { conversationHeads, conversationLog as log } from './conversations.schema';

let west: ConversationStorage;
let east: ConversationStorage;

useConversationStorage(2, (...nodes) => ([west, east] = nodes));

const upTo = (count: number, from = 1): number[] => Array.from({ length: count }, (_, index) => from + index);

describe('the log', () => {
  it('has no gaps and no duplicates with two writing nodes, and a rollback uses no number', async () => {
    const users = upTo(8).map(() => randomUUID());
    const group = await west.createGroup(...users);
    const work = upTo(200).map((n) => {
      const node = n % 2 ? west : east;
      const user = users[n % users.length] ?? '';
      if (n % 5) return node.send(group, user);
      const failing = node.database.transaction(async () => {
        await node.log.lock(group);
        await node.log.append(group, [{ type: 'conversation:updated', actorId: user }]);
        throw new Error('rolled back');
      });
      return failing.catch(() => undefined);
    });
    await Promise.all(work);
    expect(await west.storedSeqs(group)).toEqual(upTo(161));
    expect((await west.conversations.headsOf([group])).get(group)).toBe(161);
  });

  it('a reader that sees an entry sees all entries before it', async () => {
    const [anna, ben] = [randomUUID(), randomUUID()];
    const group = await west.createGroup(anna, ben);
    const writing = { isRunning: true };
    const writers = Promise.all(
      [west, east].flatMap((node) =>
        [anna, ben].map(async (user) => {
          for (let n = 0; n < 40; n++) await node.send(group, user);
        }),
      ),
    ).finally(() => (writing.isRunning = false));
    let cursor = 0;
    while (writing.isRunning || cursor < 161) {
      const entries = await east.log.entriesBetween(group, cursor, 1_000, 1_000);
      for (const { seq } of entries) expect(seq).toBe(++cursor);
    }
    await writers;
    expect(cursor).toBe(161);
  });

  it('numbers several entries of one change in their order', async () => {
    const anna = randomUUID();
    const group = await west.createGroup(anna);
    const added = ['x', 'y', 'z'].map((title) => ({
      type: 'conversation:updated' as const,
      actorId: anna,
      facts: { title },
    }));
    const { seq } = await west.database.transaction(async () => {
      await west.log.lock(group);
      return west.log.append(group, added);
    });
    const entries = await west.log.entriesBetween(group, 1, seq, 10);
    expect(entries.map((entry) => [entry.seq, entry.facts?.title])).toEqual([
      [2, 'x'],
      [3, 'y'],
      [4, 'z'],
    ]);
    expect(new Set(entries.map(({ at }) => at.getTime())).size).toBe(1);
  });
});

describe('a message', () => {
  it('is stored once per sender and tempId, also when it is sent concurrently and again', async () => {
    const [anna, ben] = [randomUUID(), randomUUID()];
    const group = await west.createGroup(anna, ben);
    const tries = await Promise.all(upTo(20).map((n) => (n % 2 ? west : east).send(group, anna, 'mine')));
    const messages = tries.map(({ message }) => message);
    expect(new Set(messages.map((message) => message?.id)).size).toBe(1);
    expect(messages.filter((message) => !message?.duplicate)).toHaveLength(1);
    expect(tries.filter(({ appended }) => appended)).toHaveLength(1);
    expect(await west.storedSeqs(group)).toEqual([1, 2]);
    expect((await west.send(group, ben, 'mine')).message?.duplicate).toBe(false);
    expect((await west.send(group, anna, 'other')).message?.duplicate).toBe(false);
    const elsewhere = await west.createGroup(anna);
    expect((await west.send(elsewhere, anna, 'mine')).message?.duplicate).toBe(false);
  });

  it('is rejected by a table constraint on a second insert under one tempId', async () => {
    const row = { conversationId: randomUUID(), type: 'message:new' as const, actorId: randomUUID(), at: new Date() };
    await west.database.db.insert(log).values({ ...row, seq: 1, tempId: 'same' });
    await expect(west.database.db.insert(log).values({ ...row, seq: 2, tempId: 'same' })).rejects.toMatchObject({
      cause: { constraint: 'conversation_log_temp_id' },
    });
  });

  it('is accepted only from members, also if the sender is removed while the message waits', async () => {
    const [anna, ben] = [randomUUID(), randomUUID()];
    const group = await west.createGroup(anna, ben);
    expect(await west.send(group, randomUUID())).toEqual({ member: undefined });
    let sending: Promise<unknown> = Promise.resolve();
    await west.database.transaction(async () => {
      await west.log.lock(group);
      sending = east.send(group, ben);
      const { seq } = await west.log.append(group, [{ type: 'conversation:member_removed', actorId: anna }]);
      await west.members.markLeft(group, ben, seq);
    });
    expect(await sending).toEqual({ member: false });
    expect(await west.storedSeqs(group)).toEqual([1, 2]);
  });

  it('is read with its edited content, or without content after its deletion', async () => {
    const anna = randomUUID();
    const group = await west.createGroup(anna);
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
    const entries = await west.log.entriesBetween(group, 0, 100, 100);
    expect(entries.map(({ content }) => content)).toEqual([null, 'kept', 'edited', null, 'better', null]);
    expect(entries.map(({ messageId }) => messageId)).toEqual([null, null, null, null, edited.id, deleted.id]);
  });
});

describe('watermarks', () => {
  it('only move forward, in any order of updates', async () => {
    const [anna, ben] = [randomUUID(), randomUUID()];
    const group = await west.createGroup(anna, ben);
    const updates = upTo(60).map((n) => ((n * 37) % 60) + 2);
    await Promise.all(
      updates.map((seq) => {
        const { database, members } = seq % 2 ? west : east;
        return database.transaction(async () => {
          const moved = await members.advanceWatermark(group, ben, seq % 3 ? 'readSeq' : 'deliveredSeq', seq);
          expect(moved?.to).toBeGreaterThanOrEqual(seq);
          expect(moved?.to).toBeGreaterThanOrEqual(moved?.from ?? 0);
        });
      }),
    );
    expect(await west.members.find(group, ben)).toMatchObject({ readSeq: 61, deliveredSeq: 61 });
    expect(await west.members.find(group, anna)).toMatchObject({ readSeq: 1, deliveredSeq: 1 });
  });

  it('count as unread the later messages of other members that are not deleted', async () => {
    const [anna, ben] = [randomUUID(), randomUUID()];
    const group = await west.createGroup(anna, ben);
    for (const n of upTo(12)) await west.send(group, n % 3 ? anna : ben);
    await west.database.transaction(() => west.members.advanceWatermark(group, ben, 'readSeq', 5));
    const { db } = west.database;
    await db
      .update(log)
      .set({ deletedSeq: 99 })
      .where(and(eq(log.conversationId, group), eq(log.seq, 9)));
    const recount = await db.$count(
      log,
      and(eq(log.conversationId, group), gt(log.seq, 5), ne(log.actorId, ben), ne(log.seq, 9)),
    );
    expect((await west.conversations.findForMember({ userId: ben, blocking: new Set() }, group))?.unread).toBe(recount);
    expect(recount).toBe(4);
  });
});

const size = (limit: number) => ({ limit, bytes: 100_000 });

describe('publishing', () => {
  it('the lease belongs to the first writer, is renewed by its checkpoints, and is taken over after it expires', async () => {
    const anna = randomUUID();
    const group = await west.createGroup(anna);
    const sent = await east.send(group, anna);
    expect(sent.appended).toMatchObject({ publisher: west.liveness.incarnation, published: 0 });
    await west.publications.saveCheckpoints(new Map([[group, 1]]));
    const claims = async () =>
      (await Promise.all([east, west].map((node) => node.publications.claimOrphaned(10_000))))
        .flat()
        .filter(({ conversationId }) => conversationId === group);
    expect(await claims()).toEqual([]);
    await expireLease(group);
    expect(await claims()).toEqual([{ conversationId: group, published: 1, head: 2 }]);
    expect(await claims()).toEqual([]);
    await east.publications.saveCheckpoints(new Map([[group, 2]]));
    await east.publications.saveCheckpoints(new Map([[group, 1]]));
    expect(await isQueued(group)).toBe(false);
    expect(await east.publications.find(group)).toEqual({ conversationId: group, published: 2, head: 2 });
  });

  it('a node takes over from a node of the previous release, which marks the head instead of the queue', async () => {
    const group = await west.createGroup(randomUUID());
    await west.publications.saveCheckpoints(new Map([[group, 1]]));
    // The previous release appends an entry without using the queue.
    await expireLease(group, { head: 2, unpublished: true });
    const claimed = await east.publications.claimOrphaned(10_000);
    expect(claimed.filter(({ conversationId }) => conversationId === group)).toEqual([
      { conversationId: group, published: 1, head: 2 },
    ]);
    await east.publications.saveCheckpoints(new Map([[group, 2]]));
    const [row] = await west.database.db
      .select({ unpublished: conversationHeads.unpublished })
      .from(conversationHeads)
      .where(eq(conversationHeads.conversationId, group));
    expect(row).toEqual({ unpublished: false });
  });

  it('claimOrphaned removes conversations from the queue that a node of the previous release has published', async () => {
    const group = await west.createGroup(randomUUID());
    await expireLease(group, { published: 1 });
    expect(await isQueued(group)).toBe(true);
    await east.publications.claimOrphaned(10_000);
    expect(await isQueued(group)).toBe(false);
  });

  it('saveCheckpoints keeps a conversation in the queue that gets an entry concurrently', async () => {
    const anna = randomUUID();
    const group = await west.createGroup(anna);
    for (let head = 1; head < 20; head++) {
      await Promise.all([west.publications.saveCheckpoints(new Map([[group, head]])), east.send(group, anna)]);
      expect(await isQueued(group)).toBe(true);
    }
  });

  it('updates of conversation_heads change no index', async () => {
    const anna = randomUUID();
    const groups = await Promise.all(upTo(20).map(() => west.createGroup(anna)));
    const before = await headUpdates();
    for (let round = 0; round < 40; round++) {
      await Promise.all(groups.map((id) => west.send(id, anna)));
      await west.publications.saveCheckpoints(new Map(groups.map((id) => [id, round + 2])));
    }
    const expected = before.all + 40 * 2 * groups.length;
    await waitUntil(async () => (await headUpdates()).all >= expected, 'the statistics are written');
    const after = await headUpdates();
    const increase = (count: (updates: HeadUpdates) => number): number => count(after) - count(before);
    // A row that moves to another page gets new index entries too, however few columns have changed. PostgreSQL may count some
    // updates of the tests before only now.
    const changed = increase(({ all, hot, moved }) => all - hot - moved);
    expect(changed / increase(({ all }) => all)).toBeLessThan(0.05);
    expect(increase(({ hot }) => hot)).toBeGreaterThan(0);
  });

  it('saveCheckpoints does not deadlock when two nodes save many conversations in opposite order', async () => {
    const anna = randomUUID();
    const groups = await Promise.all(upTo(30).map(() => west.createGroup(anna)));
    const save = (node: ConversationStorage, ids: string[]) =>
      node.publications.saveCheckpoints(new Map(ids.map((id) => [id, 1])));
    const rounds = upTo(40).map((n) => (n % 2 ? save(west, groups) : save(east, groups.toReversed())));
    await Promise.all(rounds);
    for (const id of groups) expect(await west.publications.find(id)).toMatchObject({ published: 1, head: 1 });
  });
});

const expireLease = (conversationId: string, changes: Partial<typeof conversationHeads.$inferInsert> = {}) =>
  west.database.db
    .update(conversationHeads)
    .set({ ...changes, publisherUntil: sql`clock_timestamp() - interval '1 second'` })
    .where(eq(conversationHeads.conversationId, conversationId));

async function isQueued(conversationId: string): Promise<boolean> {
  const query = sql`select 1 from conversation_unpublished where conversation_id = ${conversationId}`;
  return (await west.database.db.execute(query)).rows.length > 0;
}

/** Updates of `conversation_heads`, and those of them that changed no index. */
interface HeadUpdates extends Record<string, unknown> {
  all: number;
  /** Without a new index entry. */
  hot: number;
  /** To another page, because theirs was full. */
  moved: number;
}

async function headUpdates(): Promise<HeadUpdates> {
  const { rows } = await west.database.db.execute<HeadUpdates>(sql`
    select n_tup_upd::int as all, n_tup_hot_upd::int as hot, n_tup_newpage_upd::int as moved, pg_stat_clear_snapshot()
    from pg_stat_user_tables where relname = 'conversation_heads'`);
  return rows[0] ?? { all: 0, hot: 0, moved: 0 };
}
