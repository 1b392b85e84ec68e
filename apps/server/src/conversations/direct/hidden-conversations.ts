/** Hides direct conversations from one of their members, and reveals them again. The partner cannot notice it. */
import { Injectable } from '@nestjs/common';
import { RoomKind, roomName } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { RoomService } from '@aeturnis/realtime';
import { type HiddenScope, MembersRepository } from '../members/members.repository';
import { ConversationNotices } from '../notices/conversation-notices';

@Injectable()
export class HiddenConversations {
  constructor(
    private readonly database: Database,
    private readonly members: MembersRepository,
    private readonly notices: ConversationNotices,
    private readonly rooms: RoomService,
  ) {}

  /** Hides these direct conversations until the user opens them again. */
  async hide(userId: string, conversationIds: readonly string[]): Promise<void> {
    if (conversationIds.length === 0) return;
    await this.members.hide(userId, conversationIds);
    await this.notices.markAllRead(userId, conversationIds);
    this.database.afterCommit(() => {
      for (const id of conversationIds)
        for (const kind of [RoomKind.Conversation, RoomKind.Viewing]) this.rooms.evict(userId, roomName(kind, id));
    });
  }

  /** `counted`: whether the conversation then counts towards the user's limit of conversations. */
  async reveal(pair: string, userId: string, counted: boolean, which: HiddenScope): Promise<void> {
    const conversationId = await this.members.reveal(pair, userId, counted, which);
    if (conversationId === null) return;
    this.database.afterCommit(() => this.rooms.admit(userId, roomName(RoomKind.Conversation, conversationId)));
  }
}
