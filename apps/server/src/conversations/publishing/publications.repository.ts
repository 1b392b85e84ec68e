/** Stores the publication checkpoint of each conversation, and the lease of the node that publishes it. */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { eq, sql } from 'drizzle-orm';
import { conversationHeads as heads, conversationUnpublished as queue } from '../conversations.schema';
import { PUBLISHER_LEASE } from '../log/log.statements.repository';
import { NodeLiveness } from './node-liveness';

/** Entries up to `published` have been published; the last entry is `head`. */
interface PublicationState {
  readonly conversationId: string;
  readonly published: number;
  readonly head: number;
}

const PUBLICATION_COLUMNS = { conversationId: heads.conversationId, published: heads.published, head: heads.head };

const NO_DELAY = sql.raw(`interval '0'`);
const YIELD_TO_OTHERS = sql.raw(`interval '1 second'`);

@Injectable()
export class PublicationsRepository {
  constructor(
    private readonly database: Database,
    private readonly liveness: NodeLiveness,
  ) {}

  async find(conversationId: string): Promise<PublicationState | null> {
    const [row] = await this.database.db
      .select(PUBLICATION_COLUMNS)
      .from(heads)
      .where(eq(heads.conversationId, conversationId));
    return row ?? null;
  }

  /**
   * Takes over conversations with unpublished entries whose publisher's lease has expired. Each goes to exactly one node. A
   * node that cannot reach its peers waits one second longer, so that a healthy node claims first.
   */
  async claimOrphaned(limit: number): Promise<PublicationState[]> {
    const { rows } = await this.database.db.execute<{ conversationId: string; published: string; head: string }>(sql`
      update ${heads} set publisher = ${this.liveness.incarnation}, publisher_until = clock_timestamp() + ${PUBLISHER_LEASE}
      where conversation_id in (
        select head.conversation_id from (
          select conversation_id from ${queue}
          union select conversation_id from ${heads} where unpublished
        ) as queued join ${heads} as head on head.conversation_id = queued.conversation_id
        where head.publisher_until <= clock_timestamp() - ${this.liveness.canReachPeers ? NO_DELAY : YIELD_TO_OTHERS}
        order by head.conversation_id limit ${limit} for no key update of head skip locked)
      returning conversation_id as "conversationId", published, head`);
    const claimed = rows.map(({ conversationId, published, head }) => ({
      conversationId,
      published: Number(published),
      head: Number(head),
    }));
    const alreadyPublished = claimed.filter(({ published, head }) => published >= head);
    // A node of an older release has published these and, not knowing the queue, left them in it.
    await this.saveCheckpoints(
      new Map(alreadyPublished.map(({ conversationId, published }) => [conversationId, published])),
    );
    return claimed;
  }

  /** Saves how far conversations have been published, and renews the lease of those that this node publishes. */
  async saveCheckpoints(publishedSeqs: ReadonlyMap<string, number>): Promise<void> {
    if (publishedSeqs.size === 0) return;
    const [ids, seqs] = [[...publishedSeqs.keys()], [...publishedSeqs.values()]];
    // Rows are locked in one order, so that two nodes never deadlock. A writer holds the row as well: a conversation that is
    // removed from the queue here has no unpublished entry.
    await this.database.db.execute(sql`
      with given_seq as (
        select head.conversation_id, given.seq
        from unnest(${sql.param(ids)}::uuid[], ${sql.param(seqs)}::bigint[]) as given (conversation_id, seq)
        join ${heads} as head on head.conversation_id = given.conversation_id
        order by head.conversation_id for no key update of head
      ), saved as (
        update ${heads} as head set
          published = greatest(head.published, given_seq.seq),
          unpublished = head.unpublished and head.head > greatest(head.published, given_seq.seq),
          publisher_until = case when head.publisher = ${this.liveness.incarnation}
            then clock_timestamp() + ${PUBLISHER_LEASE} else head.publisher_until end
        from given_seq where head.conversation_id = given_seq.conversation_id
        returning head.conversation_id, head.head > head.published as behind
      )
      delete from ${queue} as queued using saved
      where queued.conversation_id = saved.conversation_id and not saved.behind`);
  }

  /** Ends the leases of this node, so that other nodes take over its conversations at once. */
  async releaseLeases(): Promise<void> {
    await this.database.db.execute(sql`
      update ${heads} as head set publisher_until = clock_timestamp()
      where head.publisher = ${this.liveness.incarnation} and head.conversation_id in (
        select conversation_id from ${queue} union select conversation_id from ${heads} where unpublished)`);
  }
}
