/**
 * Who may bring whom into a conversation. Whoever may not be brought in is passed over in silence, whatever the reason:
 * so the one who tries cannot tell a block from a setting, or from having quit.
 */
import { Inject, Injectable } from '@nestjs/common';
import { AppError, type WhoMayAdd } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import { AccountsService } from '../accounts';
import { BlockList } from '../social';
import { type Candidate, InvitationsRepository } from './invitations.repository';

/** Who has quit a group is not brought back sooner, except by somebody to whom that user has written since. */
export const REJOIN_MS = 30 * 24 * 60 * 60_000;

@Injectable()
export class InvitationRules {
  private readonly mostMemberships: number;

  constructor(
    @Inject(APP_CONFIG) config: AppConfig,
    private readonly invitations: InvitationsRepository,
    private readonly accounts: AccountsService,
    private readonly blocks: BlockList,
    private readonly clock: Clock,
  ) {
    this.mostMemberships = config.conversationsPerUser;
  }

  /**
   * Those of these users whom this one may bring into a group; null for one that is about to begin.
   * @throws AppError CONFLICT where one of them is in as many conversations as one may be, brought in or not.
   */
  async admissible(inviterId: string, userIds: readonly string[], conversationId: string | null): Promise<string[]> {
    if (userIds.length === 0) return [];
    const [candidates, settings, { blockedBy }] = await Promise.all([
      this.candidates(inviterId, userIds, conversationId),
      this.accounts.whoMayAdd(userIds),
      this.blocks.of(inviterId),
    ]);
    if (candidates.some(({ full }) => full)) throw new AppError('CONFLICT', OTHERS_ARE_FULL);
    const now = this.clock.now();
    return candidates
      .filter(({ userId }) => !blockedBy.has(userId))
      .filter((candidate) => isWilling(settings.get(candidate.userId) ?? 'everyone', candidate, now))
      .map(({ userId }) => userId);
  }

  /** @throws AppError CONFLICT where one of the two is in as many conversations as one may be. */
  async mustHaveRoom(inviterId: string, others: readonly string[] = []): Promise<void> {
    const candidates = await this.candidates(inviterId, [inviterId, ...others], null);
    const full = new Set(candidates.filter((candidate) => candidate.full).map(({ userId }) => userId));
    if (full.has(inviterId))
      throw new AppError('CONFLICT', `One is in at most ${this.mostMemberships} conversations; quit one first`);
    if (full.size > 0) throw new AppError('CONFLICT', OTHERS_ARE_FULL);
  }

  private candidates(inviterId: string, userIds: readonly string[], conversationId: string | null) {
    const { mostMemberships } = this;
    return this.invitations.candidates({ inviterId, userIds, conversationId, mostMemberships });
  }
}

const OTHERS_ARE_FULL = 'One of these users is in as many conversations as one may be';

/** By the own setting of the user, and by having quit. */
function isWilling(setting: WhoMayAdd, { quitAt, wroteAt }: Candidate, now: number): boolean {
  if (setting === 'nobody') return false;
  if (setting === 'contacts' && wroteAt === null) return false;
  if (quitAt === null || now - quitAt.getTime() >= REJOIN_MS) return true;
  return wroteAt !== null && wroteAt > quitAt;
}
