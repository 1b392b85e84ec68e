/**
 * Who may bring whom into a conversation. Whoever may not be brought in is passed over in silence, whatever the reason:
 * so the one who tries cannot tell a block from a setting, or from having quit.
 */
import { Injectable } from '@nestjs/common';
import type { WhoMayAdd } from '@aeturnis/contracts';
import { Clock } from '@aeturnis/realtime';
import { AccountsService } from '../accounts';
import { BlockList } from '../social';
import { type Candidate, InvitationsRepository } from './invitations.repository';

/** Who has quit a group is not brought back sooner, except by somebody to whom that user has written since. */
export const REJOIN_MS = 30 * 24 * 60 * 60_000;

@Injectable()
export class InvitationRules {
  constructor(
    private readonly invitations: InvitationsRepository,
    private readonly accounts: AccountsService,
    private readonly blocks: BlockList,
    private readonly clock: Clock,
  ) {}

  /** Those of these users whom this one may bring into a group; null for one that is about to begin. */
  async admissible(inviterId: string, userIds: readonly string[], conversationId: string | null): Promise<string[]> {
    if (userIds.length === 0) return [];
    const [candidates, settings, { blockedBy }] = await Promise.all([
      this.invitations.candidates({ inviterId, userIds, conversationId }),
      this.accounts.whoMayAdd(userIds),
      this.blocks.of(inviterId),
    ]);
    const now = this.clock.now();
    return candidates
      .filter(({ userId }) => !blockedBy.has(userId))
      .filter((candidate) => isWilling(settings.get(candidate.userId) ?? 'everyone', candidate, now))
      .map(({ userId }) => userId);
  }
}

/** By the own setting of the user, and by having quit. */
function isWilling(setting: WhoMayAdd, { quitAt, wroteAt }: Candidate, now: number): boolean {
  if (setting === 'nobody') return false;
  if (setting === 'contacts' && wroteAt === null) return false;
  if (quitAt === null || now - quitAt.getTime() >= REJOIN_MS) return true;
  return wroteAt !== null && wroteAt > quitAt;
}
