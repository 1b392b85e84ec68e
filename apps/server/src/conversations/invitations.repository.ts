/** Reads what decides whether somebody may be brought into a conversation. */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { conversationLog as log, conversationMembers as members, conversations } from './conversations.schema';

/** Of a direct conversation: who has written nothing among the latest messages is no contact any more. */
const LATEST_MESSAGES = 100;

export interface Candidate extends Record<string, unknown> {
  userId: string;
  /** When the user ended the own membership of that conversation; null for members, for those taken out and for strangers. */
  quitAt: Date | null;
  /** When the user last wrote to the one who invites, in a direct conversation; null where that is long ago. */
  wroteAt: Date | null;
}

interface Question {
  readonly inviterId: string;
  readonly userIds: readonly string[];
  /** Null for a conversation that is about to begin. */
  readonly conversationId: string | null;
}

@Injectable()
export class InvitationsRepository {
  constructor(private readonly database: Database) {}

  /** One per user, in any order. */
  async candidates({ inviterId, userIds, conversationId }: Question): Promise<Candidate[]> {
    const { rows } = await this.database.db.execute<{
      userId: string;
      quitAt: string | null;
      wroteAt: string | null;
    }>(sql`
      select candidate.id as "userId",
        (select entry.at from ${members} as member
          join ${log} as entry on entry.conversation_id = member.conversation_id and entry.seq = member.left_seq
          where member.conversation_id = ${conversationId}::uuid and member.user_id = candidate.id
            and entry.actor_id = candidate.id) as "quitAt",
        (select max(latest.at) from ${conversations} as direct cross join lateral (
            select actor_id, at from ${log} as entry
            where entry.conversation_id = direct.id and entry.type = 'message:new'
            order by entry.seq desc limit ${LATEST_MESSAGES}) as latest
          where direct.pair = case when candidate.id::text collate "C" < ${inviterId}
            then candidate.id::text || ':' || ${inviterId} else ${inviterId} || ':' || candidate.id::text end
            and latest.actor_id = candidate.id) as "wroteAt"
      from unnest(${sql.param([...userIds])}::uuid[]) as candidate (id)`);
    return rows.map(({ quitAt, wroteAt, ...rest }) => ({ ...rest, quitAt: moment(quitAt), wroteAt: moment(wroteAt) }));
  }
}

const moment = (at: string | null): Date | null => (at === null ? null : new Date(at));
