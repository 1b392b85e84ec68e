/**
 * Decides which users may be added to a conversation. In a group, users that may not be added are skipped silently for every
 * reason, so that the inviter cannot distinguish a block from a setting or from an earlier departure.
 */
import { Injectable } from '@nestjs/common';
import { AppError, type WhoMayAdd } from '@aeturnis/contracts';
import { Clock } from '@aeturnis/realtime';
import { AccountsService } from '../../accounts';
import { BlockList } from '../../social';
import { type InvitationCandidate, InvitationsRepository } from './invitations.repository';

/** A user that quit a group cannot be added again sooner, except by a user to whom the former member has written since. */
const REJOIN_COOLDOWN_MS = 30 * 24 * 60 * 60_000;

/** A user that the inviter may add to a group. */
export interface Invitation {
  readonly userId: string;
  /** The user has written to the inviter in a direct conversation. */
  readonly isContact: boolean;
}

@Injectable()
export class InvitationRules {
  constructor(
    private readonly invitations: InvitationsRepository,
    private readonly accounts: AccountsService,
    private readonly blocks: BlockList,
    private readonly clock: Clock,
  ) {}

  /** The users among these that the inviter may add to a group; `conversationId` is null for a new group. */
  async invitableAmong(
    inviterId: string,
    userIds: readonly string[],
    conversationId: string | null,
  ): Promise<Invitation[]> {
    if (userIds.length === 0) return [];
    const [candidates, settings, { blockedBy }] = await Promise.all([
      this.invitations.findCandidates({ inviterId, userIds, conversationId }),
      this.accounts.whoMayAdd(userIds),
      this.blocks.relationsOf(inviterId),
    ]);
    const now = this.clock.now();
    return candidates
      .filter(({ userId }) => !blockedBy.has(userId))
      .filter((candidate) => acceptsInvitation(settings.get(candidate.userId) ?? 'everyone', candidate, now))
      .map(({ userId, wroteAt }) => ({ userId, isContact: wroteAt !== null }));
  }

  /** Whether a direct conversation is visible to this user if `creatorId` starts it. */
  async acceptsDirect(userId: string, creatorId: string): Promise<boolean> {
    const { blockedBy } = await this.blocks.relationsOf(creatorId);
    return !blockedBy.has(userId) && (await this.acceptsStrangers(userId));
  }

  /** Whether a user who is no contact, such as every new partner, may start a conversation: only with the setting `everyone`. */
  async acceptsStrangers(userId: string): Promise<boolean> {
    return (await this.accounts.whoMayAdd([userId])).get(userId) === 'everyone';
  }

  /** Inside `ConversationQuota.withLock`, the result holds until the transaction ends. @throws AppError NOT_FOUND. */
  async requireAccounts(userIds: readonly string[]): Promise<void> {
    const names = await this.accounts.namesOf(userIds);
    const missing = userIds.filter((id) => !names.has(id));
    if (missing.length > 0) throw new AppError('NOT_FOUND', 'There is no such user', { details: { userIds: missing } });
  }
}

/** Checks the candidate's setting, and the cooldown after quitting. */
function acceptsInvitation(setting: WhoMayAdd, { quitAt, wroteAt }: InvitationCandidate, now: number): boolean {
  if (setting === 'nobody') return false;
  if (setting === 'contacts' && wroteAt === null) return false;
  if (quitAt === null || now - quitAt.getTime() >= REJOIN_COOLDOWN_MS) return true;
  return wroteAt !== null && wroteAt > quitAt;
}
