/** Who may do what in a conversation. For those who never were in it, it does not exist. */
import { Injectable } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { MembersRepository } from './members.repository';

export type Standing = NonNullable<Awaited<ReturnType<MembersRepository['find']>>>;

@Injectable()
export class ConversationAccess {
  constructor(private readonly members: MembersRepository) {}

  /** @throws AppError NOT_FOUND for strangers, NOT_PARTICIPANT for those who have gone. */
  async member(userId: string, conversationId: string): Promise<Standing> {
    const standing = await this.members.find(conversationId, userId);
    if (standing?.leftSeq !== null) throw refusal(standing !== null);
    return standing;
  }

  /** A member of a group. @throws AppError as `member`, FORBIDDEN in a direct conversation. */
  async groupMember(userId: string, conversationId: string): Promise<Standing> {
    const standing = await this.member(userId, conversationId);
    if (standing.kind !== 'group') throw new AppError('FORBIDDEN', 'A direct conversation stays as it is');
    return standing;
  }

  /** @throws AppError as `groupMember`, FORBIDDEN for those who are no admin. */
  async groupAdmin(userId: string, conversationId: string): Promise<Standing> {
    const standing = await this.groupMember(userId, conversationId);
    if (standing.role !== 'admin') throw new AppError('FORBIDDEN', 'Only an admin of the conversation may do that');
    return standing;
  }

  /** Whether the user is in it, or was once. */
  async wasMember(userId: string, conversationId: string): Promise<boolean> {
    return (await this.members.find(conversationId, userId)) !== null;
  }

  async isMember(userId: string, conversationId: string): Promise<boolean> {
    return (await this.members.find(conversationId, userId))?.leftSeq === null;
  }
}

/** What somebody is told who is no member (any more). */
export function refusal(former: boolean): AppError {
  return former
    ? new AppError('NOT_PARTICIPANT', 'You are not in this conversation any more')
    : new AppError('NOT_FOUND', 'There is no such conversation');
}
