/** Access checks of conversations. To a user that never was a member, a conversation does not exist. */
import { Injectable } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { MembersRepository } from './members.repository';

export type ConversationMember = NonNullable<Awaited<ReturnType<MembersRepository['find']>>>;

@Injectable()
export class ConversationAccess {
  constructor(private readonly members: MembersRepository) {}

  /** @throws AppError NOT_FOUND for users that never were members, NOT_PARTICIPANT for former members. */
  async requireMember(userId: string, conversationId: string): Promise<ConversationMember> {
    const member = await this.members.find(conversationId, userId);
    if (member?.leftSeq !== null) throw noAccessError(member !== null);
    return member;
  }

  /** @throws AppError as `requireMember`, FORBIDDEN in a direct conversation. */
  async requireGroupMember(userId: string, conversationId: string): Promise<ConversationMember> {
    const member = await this.requireMember(userId, conversationId);
    if (member.kind !== 'group') throw new AppError('FORBIDDEN', 'A direct conversation cannot be changed');
    return member;
  }

  /** @throws AppError as `requireGroupMember`, FORBIDDEN for members that are no admin. */
  async requireGroupAdmin(userId: string, conversationId: string): Promise<ConversationMember> {
    const member = await this.requireGroupMember(userId, conversationId);
    if (member.role !== 'admin') throw new AppError('FORBIDDEN', 'Only an admin of the conversation may do that');
    return member;
  }

  /** Whether the user is or was a member. */
  async hasBeenMember(userId: string, conversationId: string): Promise<boolean> {
    return (await this.members.find(conversationId, userId)) !== null;
  }

  async isMember(userId: string, conversationId: string): Promise<boolean> {
    return (await this.members.find(conversationId, userId))?.leftSeq === null;
  }
}

/** The error for a user that is no member: former members learn that the conversation exists, others do not. */
export function noAccessError(wasMember: boolean): AppError {
  return wasMember
    ? new AppError('NOT_PARTICIPANT', 'You are not in this conversation any more')
    : new AppError('NOT_FOUND', 'There is no such conversation');
}
