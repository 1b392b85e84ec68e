/** Reads the facts that decide whether a user may be added to a conversation. */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { conversationLog as log, conversationMembers as members, conversations } from '../conversations.schema';

/** Latest messages of a direct conversation among which a user must have written to count as a contact. */
const CONTACT_WINDOW_MESSAGES = 100;

export interface InvitationCandidate extends Record<string, unknown> {
  userId: string;
  /** When the user quit that conversation; null for members, for removed users and for users that never were members. */
  quitAt: Date | null;
  /** When the user last wrote to the inviter in a direct conversation; null if not within the contact window. */
  wroteAt: Date | null;
}

interface CandidateQuery {
  readonly inviterId: string;
  readonly userIds: readonly string[];
  /** Null for a new conversation. */
  readonly conversationId: string | null;
}

@Injectable()
export class InvitationsRepository {
  constructor(private readonly database: Database) {}

  /** One candidate per user, in any order. */
  async findCandidates({ inviterId, userIds, conversationId }: CandidateQuery): Promise<InvitationCandidate[]> {
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
            order by entry.seq desc limit ${CONTACT_WINDOW_MESSAGES}) as latest
          where direct.pair = case when candidate.id::text collate "C" < ${inviterId}
            then candidate.id::text || ':' || ${inviterId} else ${inviterId} || ':' || candidate.id::text end
            and latest.actor_id = candidate.id) as "wroteAt"
      from unnest(${sql.param([...userIds])}::uuid[]) as candidate (id)`);
    return rows.map(({ quitAt, wroteAt, ...rest }) => ({ ...rest, quitAt: toDate(quitAt), wroteAt: toDate(wroteAt) }));
  }
}

const toDate = (at: string | null): Date | null => (at === null ? null : new Date(at));
