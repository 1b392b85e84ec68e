/** Keeps how far each log has been told to who is connected, and which node does the telling. */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { eq, sql } from 'drizzle-orm';
import { conversationHeads as heads, conversationUnpublished as queue } from './conversations.schema';
import { LEASE } from './log.statements.repository';
import { NodeLife } from './node-life';

/** Entries up to `published` have been told, and there are entries up to `head`. */
export interface Publication {
  readonly conversationId: string;
  readonly published: number;
  readonly head: number;
}

const PUBLICATION = { conversationId: heads.conversationId, published: heads.published, head: heads.head };

const AT_ONCE = sql.raw(`interval '0'`);
const AFTER_OTHERS = sql.raw(`interval '1 second'`);

@Injectable()
export class PublicationsRepository {
  constructor(
    private readonly database: Database,
    private readonly life: NodeLife,
  ) {}

  async find(conversationId: string): Promise<Publication | null> {
    const [row] = await this.database.db
      .select(PUBLICATION)
      .from(heads)
      .where(eq(heads.conversationId, conversationId));
    return row ?? null;
  }

  /**
   * Takes over conversations with something to tell whose publisher is gone, each by one node alone. A node that the others
   * do not hear lets them go first.
   */
  async claim(limit: number): Promise<Publication[]> {
    const { rows } = await this.database.db.execute<{ conversationId: string; published: string; head: string }>(sql`
      update ${heads} set publisher = ${this.life.id}, publisher_until = clock_timestamp() + ${LEASE}
      where conversation_id in (
        select head.conversation_id from (
          select conversation_id from ${queue}
          union select conversation_id from ${heads} where unpublished
        ) as queued join ${heads} as head on head.conversation_id = queued.conversation_id
        where head.publisher_until <= clock_timestamp() - ${this.life.heard ? AT_ONCE : AFTER_OTHERS}
        order by head.conversation_id limit ${limit} for no key update of head skip locked)
      returning conversation_id as "conversationId", published, head`);
    const claimed = rows.map(({ conversationId, published, head }) => ({
      conversationId,
      published: Number(published),
      head: Number(head),
    }));
    const done = claimed.filter(({ published, head }) => published >= head);
    // An older node has published them and left them in the queue, which it does not know.
    await this.advance(new Map(done.map(({ conversationId, published }) => [conversationId, published])));
    return claimed;
  }

  /** Notes how far conversations have been told, and goes on publishing those that this node publishes. */
  async advance(told: ReadonlyMap<string, number>): Promise<void> {
    if (told.size === 0) return;
    const [ids, seqs] = [[...told.keys()], [...told.values()]];
    // All lock their rows in one order, so that two nodes never wait for each other. Whoever adds to a conversation holds
    // its row as well: what is taken out of the queue here has nothing that is untold.
    await this.database.db.execute(sql`
      with told as (
        select head.conversation_id, given.seq
        from unnest(${sql.param(ids)}::uuid[], ${sql.param(seqs)}::bigint[]) as given (conversation_id, seq)
        join ${heads} as head on head.conversation_id = given.conversation_id
        order by head.conversation_id for no key update of head
      ), noted as (
        update ${heads} as head set
          published = greatest(head.published, told.seq),
          unpublished = head.unpublished and head.head > greatest(head.published, told.seq),
          publisher_until = case when head.publisher = ${this.life.id}
            then clock_timestamp() + ${LEASE} else head.publisher_until end
        from told where head.conversation_id = told.conversation_id
        returning head.conversation_id, head.head > head.published as behind
      )
      delete from ${queue} as queued using noted
      where queued.conversation_id = noted.conversation_id and not noted.behind`);
  }

  /** Lets others go on at once with what this node was publishing. */
  async release(): Promise<void> {
    await this.database.db.execute(sql`
      update ${heads} as head set publisher_until = clock_timestamp()
      where head.publisher = ${this.life.id} and head.conversation_id in (
        select conversation_id from ${queue} union select conversation_id from ${heads} where unpublished)`);
  }
}
