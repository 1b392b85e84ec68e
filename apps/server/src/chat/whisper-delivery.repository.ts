/** Knows which whispers have not been found to have arrived. */
import { Injectable } from '@nestjs/common';
import type { ChatAuthor } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { and, eq, sql } from 'drizzle-orm';
import type { Absence } from '../notifications';
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

  /**
   * Decides about all whispers to users who have gone. Answers those that have not arrived, the oldest first, and each once,
   * however often it is called.
   */
  async takeUndelivered(absent: readonly Absence[]): Promise<UndeliveredWhisper[]> {
    const userIds = sql.param(absent.map(({ userId }) => userId));
    const moments = sql.param(absent.map(({ confirmedUntil }) => confirmedUntil.toISOString()));
    const { rows } = await this.database.db.execute<Row>(sql`
      with decided as (
        update ${chatMessages} as message set awaits_delivery = false
        from unnest(${userIds}::uuid[], ${moments}::timestamptz[]) as given (user_id, confirmed_until)
        where message.to_user = given.user_id and message.awaits_delivery
        returning message.*, message.created_at > given.confirmed_until as undelivered
      )
      select id, to_user as "to", from_user as "fromUser", from_character as "fromCharacter", from_name as "fromName", text
      from decided where undelivered order by id`);
    return rows.map(({ id, to, fromUser, fromCharacter, fromName, text }) => {
      const from = { userId: fromUser, ...(fromCharacter !== null && { characterId: fromCharacter }), name: fromName };
      return { id, to, from, text };
    });
  }
}
