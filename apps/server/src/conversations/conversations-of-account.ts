/** Removes the user of a deleted account from all conversations, and deletes the user's reactions. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { AccountsService } from '../accounts';
import { ConversationQuota } from './quota/conversation-quota';
import { DeparturesRepository } from './members/departures.repository';
import { MembersRepository } from './members/members.repository';
import { ConversationWriter } from './publishing/conversation-writer';
import { ReactionsRepository } from './reactions/reactions.repository';

/** The entries of a departure contain no names. */
const NO_NAMES: ReadonlyMap<string, string> = new Map();
const REACTIONS_PER_BATCH = 1_000;
/** Conversations left in one transaction: other writers of these conversations wait for its end. */
const DEPARTURES_PER_BATCH = 200;

@Injectable()
export class ConversationsOfAccount implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly members: MembersRepository,
    private readonly departures: DeparturesRepository,
    private readonly writer: ConversationWriter,
    private readonly reactions: ReactionsRepository,
    private readonly quota: ConversationQuota,
  ) {}

  onModuleInit(): void {
    this.accounts.onDelete(
      (userId) => this.leaveAll(userId),
      async (userId) => (await this.leaveSome(userId)) || this.reactions.deleteSome(userId, REACTIONS_PER_BATCH),
    );
  }

  /**
   * Removes the user from all conversations, including direct ones. Messages of the user stay, without the name; reactions
   * are deleted.
   */
  private async leaveAll(userId: string): Promise<void> {
    while (await this.leaveSome(userId));
    // A concurrent invitation has ended once this lock is held. A later one finds no account and is refused.
    await this.quota.withLock([userId], async () => {
      while (await this.leaveSome(userId));
      while (await this.reactions.deleteSome(userId, REACTIONS_PER_BATCH));
      await this.members.deleteAllOf(userId);
    });
  }

  /** @returns whether there may be more. */
  private leaveSome(userId: string): Promise<boolean> {
    return this.database.transaction(async () => {
      const conversationIds = await this.departures.lockSome(userId, DEPARTURES_PER_BATCH);
      if (conversationIds.length === 0) return false;
      const departed = await this.departures.leave(userId, conversationIds);
      for (const { appended, entries } of departed)
        this.writer.publishAfterCommit(appended, { entries, names: NO_NAMES });
      return conversationIds.length === DEPARTURES_PER_BATCH;
    });
  }
}
