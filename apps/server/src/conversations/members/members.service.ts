/** Changes memberships: adds and removes the members of a group, sets their roles, and mutes for a member. */
import { Injectable } from '@nestjs/common';
import {
  AppError,
  type ConversationChangeResult,
  type ConversationDto,
  type ConversationMuteDto,
  type ConversationRoleDto,
  MAX_MEMBERS,
} from '@aeturnis/contracts';
import { HiddenConversations } from '../direct/hidden-conversations';
import { RealtimeService } from '../../realtime';
import { ConversationAccess } from './conversation-access';
import { ConversationWriter } from '../publishing/conversation-writer';
import { ConversationQuota } from '../quota/conversation-quota';
import { InvitationRules } from './invitation-rules';
import { type ConversationMembership, MembersRepository } from './members.repository';

interface MembersToAdd extends ConversationDto {
  userIds: readonly string[];
}

interface MemberReference extends ConversationDto {
  userId: string;
}

@Injectable()
export class MembersService {
  constructor(
    private readonly access: ConversationAccess,
    private readonly members: MembersRepository,
    private readonly writer: ConversationWriter,
    private readonly invitationRules: InvitationRules,
    private readonly quota: ConversationQuota,
    private readonly hidden: HiddenConversations,
    private readonly realtime: RealtimeService,
  ) {}

  /**
   * Adds users with one log entry. Skips users that are members already or may not be added.
   * @throws AppError NOT_FOUND, NOT_PARTICIPANT, FORBIDDEN, CONFLICT.
   */
  async add(userId: string, { conversationId, userIds }: MembersToAdd): Promise<ConversationChangeResult> {
    const wanted = [...new Set(userIds)];
    await this.access.requireGroupAdmin(userId, conversationId);
    const membersBefore = await this.members.memberIdsAmong(conversationId, wanted);
    const absent = wanted.filter((id) => !membersBefore.has(id));
    const invitable = await this.invitationRules.invitableAmong(userId, absent, conversationId);
    const addUnderLock = async (): Promise<ConversationChangeResult> => {
      await this.invitationRules.requireAccounts(wanted);
      const currentMembers = await this.members.memberIdsAmong(conversationId, wanted);
      // Skipped users must have capacity as well: otherwise the error would reveal which users were skipped.
      await this.quota.requireCapacity(
        userId,
        wanted.filter((id) => !currentMembers.has(id)),
      );
      const joining = await this.quota.admitToGroup(invitable.filter((invited) => !currentMembers.has(invited.userId)));
      // The same result as after an addition, so that it does not reveal whether a user was skipped.
      if (joining.length === 0) return { conversationId, seq: await this.writer.head(conversationId) };
      if ((await this.members.countVisibleMembers(conversationId)) + joining.length > MAX_MEMBERS)
        throw new AppError('CONFLICT', `A conversation has at most ${MAX_MEMBERS} members`);
      const role = 'member' as const;
      const ids = joining.map((joiner) => joiner.userId);
      const [first = '', second] = ids;
      const facts = second === undefined ? { userId: first, role } : { members: ids.map((id) => ({ id, role })) };
      const added = { type: 'conversation:member_added', actorId: userId, facts } as const;
      const { seq } = await this.writer.append(conversationId, added);
      await this.members.addOrRejoin(
        conversationId,
        joining.map((joiner) => ({ ...joiner, role, seq })),
      );
      return { conversationId, seq };
    };
    return this.writer.changeAsAdmin(userId, conversationId, () => this.quota.withLock(wanted, addUnderLock));
  }

  /** @throws AppError NOT_FOUND (also if the other user is no member), NOT_PARTICIPANT, FORBIDDEN. */
  remove(userId: string, { conversationId, userId: targetId }: MemberReference): Promise<ConversationChangeResult> {
    if (targetId === userId) return this.quit(userId, conversationId);
    return this.writer.changeAsAdmin(userId, conversationId, async () => {
      await this.requireMember(conversationId, targetId);
      return this.removeMember(conversationId, targetId, userId);
    });
  }

  /**
   * If the last admin of a group quits, its longest-standing member becomes an admin. Quitting a direct conversation hides
   * it, which the partner cannot notice. @throws AppError NOT_FOUND, NOT_PARTICIPANT.
   */
  quit(userId: string, conversationId: string): Promise<ConversationChangeResult> {
    return this.writer.changeAsMember(userId, conversationId, async ({ kind }) => {
      if (kind === 'group') return this.removeMember(conversationId, userId, userId);
      await this.hidden.hide(userId, [conversationId]);
      return { conversationId };
    });
  }

  /** @throws AppError NOT_FOUND, NOT_PARTICIPANT, FORBIDDEN, CONFLICT if no admin would remain. */
  setRole(
    userId: string,
    { conversationId, userId: targetId, role }: MemberReference & Pick<ConversationRoleDto, 'role'>,
  ): Promise<ConversationChangeResult> {
    return this.writer.changeAsAdmin(userId, conversationId, async () => {
      const member = await this.requireMember(conversationId, targetId);
      if (member.role === role) return { conversationId };
      if (role === 'member' && !(await this.hasOtherAdmin(conversationId, targetId)))
        throw new AppError('CONFLICT', 'A conversation needs an admin; make another member one first');
      return this.assignRole(conversationId, targetId, role, userId);
    });
  }

  /** Mutes for the caller only, on all devices. @throws AppError NOT_FOUND, NOT_PARTICIPANT. */
  async mute(userId: string, { conversationId, muted }: ConversationMuteDto) {
    await this.access.requireMember(userId, conversationId);
    await this.members.setMuted(conversationId, userId, muted);
    this.realtime.emitToUser(userId, 'conversation:muted', { conversationId, muted });
    return { conversationId, muted };
  }

  private async removeMember(
    conversationId: string,
    userId: string,
    actorId: string,
  ): Promise<ConversationChangeResult> {
    const removedEntry = { type: 'conversation:member_removed' as const, actorId, facts: { userId } };
    const { seq } = await this.writer.append(conversationId, removedEntry);
    await this.members.markLeft(conversationId, userId, seq);
    const remaining = await this.members.currentMembers(conversationId);
    const [mostSenior] = remaining;
    if (!mostSenior || remaining.some(({ role }) => role === 'admin')) return { conversationId, seq };
    return this.assignRole(conversationId, mostSenior.userId, 'admin', actorId);
  }

  private async assignRole(
    conversationId: string,
    userId: string,
    role: ConversationMembership['role'],
    actorId: string,
  ) {
    const change = { type: 'conversation:role_changed' as const, actorId, facts: { userId, role } };
    const { seq } = await this.writer.append(conversationId, change);
    await this.members.setRole(conversationId, userId, role);
    return { conversationId, seq };
  }

  private async requireMember(conversationId: string, userId: string): Promise<ConversationMembership> {
    const member = await this.members.find(conversationId, userId);
    if (member?.leftSeq !== null) throw new AppError('NOT_FOUND', 'That user is not in this conversation');
    return member;
  }

  private async hasOtherAdmin(conversationId: string, userId: string): Promise<boolean> {
    const all = await this.members.currentMembers(conversationId);
    return all.some((member) => member.role === 'admin' && member.userId !== userId);
  }
}
