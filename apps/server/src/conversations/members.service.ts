/** Who is in a group: brought in, taken out, leaving, and what they are in it. A direct conversation stays as it is. */
import { Injectable } from '@nestjs/common';
import {
  AppError,
  type Changed,
  type ConversationDto,
  type ConversationRoleDto,
  MAX_MEMBERS,
} from '@aeturnis/contracts';
import { AccountsService } from '../accounts';
import { ConversationAccess } from './conversation-access';
import { ConversationChanges } from './conversation-changes';
import { ConversationPlaces } from './conversation-places';
import { InvitationRules } from './invitation-rules';
import { type Membership, MembersRepository } from './members.repository';

interface NewMembers extends ConversationDto {
  userIds: readonly string[];
}

interface NamedMember extends ConversationDto {
  userId: string;
}

@Injectable()
export class MembersService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly access: ConversationAccess,
    private readonly members: MembersRepository,
    private readonly changes: ConversationChanges,
    private readonly rules: InvitationRules,
    private readonly places: ConversationPlaces,
  ) {}

  /**
   * One entry for all of them. Those who are in it already are left as they are, and so are those who may not be brought in.
   * @throws AppError NOT_FOUND, NOT_PARTICIPANT, FORBIDDEN, CONFLICT.
   */
  async add(userId: string, { conversationId, userIds }: NewMembers): Promise<Changed> {
    const wanted = [...new Set(userIds)];
    await this.access.groupAdmin(userId, conversationId);
    const present = await this.members.among(conversationId, wanted);
    const absent = wanted.filter((id) => !present.has(id));
    const willing = await this.rules.admissible(userId, absent, conversationId);
    return this.changes.under(conversationId, async () => {
      await this.access.groupAdmin(userId, conversationId);
      await this.places.lock(wanted);
      await this.mustExist(wanted);
      const there = await this.members.among(conversationId, wanted);
      // Whoever is not brought in has to have a place as well: the answer does not say who is.
      await this.places.mustHaveRoom(
        userId,
        wanted.filter((id) => !there.has(id)),
      );
      const coming = willing.filter((id) => !there.has(id));
      // The same form of answer as ever: it does not say whether anybody was passed over.
      if (coming.length === 0) return { conversationId, seq: await this.changes.head(conversationId) };
      if ((await this.members.count(conversationId)) + coming.length > MAX_MEMBERS)
        throw new AppError('CONFLICT', `A conversation has at most ${MAX_MEMBERS} members`);
      const role = 'member' as const;
      const [first = '', second] = coming;
      const facts = second === undefined ? { userId: first, role } : { members: coming.map((id) => ({ id, role })) };
      const added = { type: 'conversation:member_added', actorId: userId, facts } as const;
      const { seq } = await this.changes.append(conversationId, added);
      await this.members.add(
        conversationId,
        coming.map((id) => ({ userId: id, role, seq })),
      );
      return { conversationId, seq };
    });
  }

  /** @throws AppError NOT_FOUND, also where that user is not in it, NOT_PARTICIPANT, FORBIDDEN. */
  remove(userId: string, { conversationId, userId: other }: NamedMember): Promise<Changed> {
    if (other === userId) return this.quit(userId, conversationId);
    return this.changes.under(conversationId, async () => {
      await this.access.groupAdmin(userId, conversationId);
      await this.mustBeIn(conversationId, other);
      return this.takeOut(conversationId, other, userId);
    });
  }

  /**
   * The last admin of a group hands on to who has been there longest. A direct conversation stays as it is for the other
   * one, who cannot tell. @throws AppError NOT_FOUND, NOT_PARTICIPANT.
   */
  quit(userId: string, conversationId: string): Promise<Changed> {
    return this.changes.under(conversationId, async () => {
      const { kind } = await this.access.member(userId, conversationId);
      if (kind === 'group') return this.takeOut(conversationId, userId, userId);
      await this.places.hide(userId, [conversationId]);
      return { conversationId };
    });
  }

  /** @throws AppError NOT_FOUND, NOT_PARTICIPANT, FORBIDDEN, CONFLICT where nobody would be an admin. */
  setRole(
    userId: string,
    { conversationId, userId: other, role }: NamedMember & Pick<ConversationRoleDto, 'role'>,
  ): Promise<Changed> {
    return this.changes.under(conversationId, async () => {
      await this.access.groupAdmin(userId, conversationId);
      const member = await this.mustBeIn(conversationId, other);
      if (member.role === role) return { conversationId };
      if (role === 'member' && !(await this.othersWith('admin', conversationId, other)))
        throw new AppError('CONFLICT', 'A conversation needs an admin');
      return this.give(conversationId, other, role, userId);
    });
  }

  /** Under `ConversationPlaces.lock` it stays so until the transaction ends. @throws AppError NOT_FOUND. */
  async mustExist(userIds: readonly string[]): Promise<void> {
    const names = await this.accounts.namesOf(userIds);
    const missing = userIds.filter((id) => !names.has(id));
    if (missing.length > 0) throw new AppError('NOT_FOUND', 'There is no such user', { details: { userIds: missing } });
  }

  private async takeOut(conversationId: string, userId: string, actorId: string): Promise<Changed> {
    const gone = { type: 'conversation:member_removed' as const, actorId, facts: { userId } };
    const { seq } = await this.changes.append(conversationId, gone);
    await this.members.leave(conversationId, userId, seq);
    const heir = await this.heir(conversationId);
    return heir ? this.give(conversationId, heir.userId, 'admin', actorId) : { conversationId, seq };
  }

  /** Who becomes an admin, where a group has none left. */
  private async heir(conversationId: string): Promise<Membership | undefined> {
    const left = await this.members.current(conversationId);
    const [longest] = left;
    if (!longest || left.some(({ role }) => role === 'admin')) return undefined;
    const { kind } = await this.access.member(longest.userId, conversationId);
    return kind === 'group' ? longest : undefined;
  }

  private async give(conversationId: string, userId: string, role: Membership['role'], actorId: string) {
    const change = { type: 'conversation:role_changed' as const, actorId, facts: { userId, role } };
    const { seq } = await this.changes.append(conversationId, change);
    await this.members.setRole(conversationId, userId, role);
    return { conversationId, seq };
  }

  private async mustBeIn(conversationId: string, userId: string): Promise<Membership> {
    const member = await this.members.find(conversationId, userId);
    if (member?.leftSeq !== null) throw new AppError('NOT_FOUND', 'That user is not in this conversation');
    return member;
  }

  private async othersWith(role: Membership['role'], conversationId: string, userId: string): Promise<boolean> {
    const all = await this.members.current(conversationId);
    return all.some((member) => member.role === role && member.userId !== userId);
  }
}
