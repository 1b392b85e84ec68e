/** Knows which whispers have not been found to have arrived. */
import { Injectable } from '@nestjs/common';
import type { ChatAuthor } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { and, eq, sql } from 'drizzle-orm';
import type { Delivered } from '../notifications';
import { chatMessages } from './chat.schema';

export interface UndeliveredWhisper {
  readonly id: string;
  readonly to: string;
  readonly from: ChatAuthor;
  readonly text: string;
}

interface Row extends Record<string, unknown> {
  id: string;
  to: string;
  fromUser: string;
  fromCharacter: string | null;
  fromName: string;
  text: string;
}

@Injectable()
export class WhisperDeliveryRepository {
  constructor(private readonly database: Database) {}

  /** The receiver has read what this user whispered. */
  async markRead(toUser: string, fromUser: string): Promise<void> {
    const { toUser: to, fromUser: from, awaitsDelivery } = chatMessages;
    await this.database.db
      .update(chatMessages)
      .set({ awaitsDelivery: false })
      .where(and(eq(to, toUser), eq(from, fromUser), eq(awaitsDelivery, true)));
  }

  /** Marks what has arrived. */
  async markDelivered(delivered: readonly Delivered[]): Promise<void> {
    const userIds = sql.param(delivered.map(({ userId }) => userId));
    const from = sql.param(delivered.map((range) => range.from));
    const until = sql.param(delivered.map((range) => range.until));
    // All lock the rows in one order, so that no two wait for each other.
    await this.database.db.execute(sql`
      with arrived as (
        select message.id
        from unnest(${userIds}::uuid[], ${from}::float8[], ${until}::float8[]) as given (user_id, since, until)
        join ${chatMessages} as message on message.to_user = given.user_id and message.awaits_delivery
          and message.created_at >= to_timestamp(given.since / 1000)
          and message.created_at < to_timestamp(given.until / 1000)
        order by message.id for update of message
      )
      update ${chatMessages} as message set awaits_delivery = false from arrived where message.id = arrived.id`);
  }

  /**
   * Decides about all whispers to users who have gone. Answers those that have not arrived, the oldest first, and each once,
   * however often it is called.
   */
  async takeUndelivered(userIds: readonly string[]): Promise<UndeliveredWhisper[]> {
    const { rows } = await this.database.db.execute<Row>(sql`
      with undelivered as (
        select id from ${chatMessages} where to_user = any(${sql.param([...userIds])}::uuid[]) and awaits_delivery
        order by id for update
      ), decided as (
        update ${chatMessages} as message set awaits_delivery = false
        from undelivered where message.id = undelivered.id returning message.*
      )
      select id, to_user as "to", from_user as "fromUser", from_character as "fromCharacter", from_name as "fromName", text
      from decided order by id`);
    return rows.map(({ id, to, fromUser, fromCharacter, fromName, text }) => {
      const from = { userId: fromUser, ...(fromCharacter !== null && { characterId: fromCharacter }), name: fromName };
      return { id, to, from, text };
    });
  }
}
