/** The flag `awaits_delivery` of whispers: set until they are read, have arrived, or are claimed for a notification. */
import { Injectable } from '@nestjs/common';
import type { ChatAuthor } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import type { DeliveredInterval } from '../../notifications';
import { chatMessages } from '../chat.schema';

export interface UndeliveredWhisper {
  readonly id: string;
  readonly to: string;
  readonly from: ChatAuthor;
  readonly text: string;
}

interface WhisperRow extends Record<string, unknown> {
  id: string;
  to: string;
  fromUser: string;
  fromCharacter: string | null;
  fromName: string;
  text: string;
}

/** Every statement locks its rows in the order of their ids, so that two of them cannot deadlock. */
@Injectable()
export class WhisperDeliveryRepository {
  constructor(private readonly database: Database) {}

  /** Clears the flag of the whispers of `fromUser` to `toUser`, because `toUser` has read them. */
  async markRead(toUser: string, fromUser: string): Promise<void> {
    await this.database.db.execute(sql`
      with unread as (
        select id from ${chatMessages} where to_user = ${toUser} and from_user = ${fromUser} and awaits_delivery
        order by id for update
      )
      update ${chatMessages} as message set awaits_delivery = false from unread where message.id = unread.id`);
  }

  /** Clears the flag of whispers that were sent to these users in these intervals, because they have arrived. */
  async markDelivered(delivered: readonly DeliveredInterval[]): Promise<void> {
    const userIds = sql.param(delivered.map(({ userId }) => userId));
    const from = sql.param(delivered.map((range) => range.from));
    const until = sql.param(delivered.map((range) => range.until));
    await this.database.db.execute(sql`
      with arrived as (
        select message.id
        from unnest(${userIds}::uuid[], ${from}::float8[], ${until}::float8[]) as delivered (user_id, since, until)
        join ${chatMessages} as message on message.to_user = delivered.user_id and message.awaits_delivery
          and message.created_at >= to_timestamp(delivered.since / 1000)
          and message.created_at < to_timestamp(delivered.until / 1000)
        order by message.id for update of message
      )
      update ${chatMessages} as message set awaits_delivery = false from arrived where message.id = arrived.id`);
  }

  /**
   * Returns the whispers to these absent users whose flag is set, the oldest first, and clears the flag, so that each is
   * returned once.
   */
  async claimUndelivered(userIds: readonly string[]): Promise<UndeliveredWhisper[]> {
    const { rows } = await this.database.db.execute<WhisperRow>(sql`
      with undelivered as (
        select id from ${chatMessages} where to_user = any(${sql.param([...userIds])}::uuid[]) and awaits_delivery
        order by id for update
      ), claimed as (
        update ${chatMessages} as message set awaits_delivery = false
        from undelivered where message.id = undelivered.id returning message.*
      )
      select id, to_user as "to", from_user as "fromUser", from_character as "fromCharacter", from_name as "fromName", text
      from claimed order by id`);
    return rows.map(({ id, to, fromUser, fromCharacter, fromName, text }) => {
      const from = { userId: fromUser, ...(fromCharacter !== null && { characterId: fromCharacter }), name: fromName };
      return { id, to, from, text };
    });
  }
}
