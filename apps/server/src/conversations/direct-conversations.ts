/**
 * Direct conversations that one of the two does not know of: begun by somebody whom that one had blocked. They are revealed
 * once the block has ended, or when the one who does not know of it begins it as well.
 */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RoomKind, roomName } from '@aeturnis/contracts';
import { RoomService } from '@aeturnis/realtime';
import { BlockList } from '../social';
import { MembersRepository } from './members.repository';

@Injectable()
export class DirectConversations implements OnModuleInit {
  constructor(
    private readonly members: MembersRepository,
    private readonly rooms: RoomService,
    private readonly blocks: BlockList,
  ) {}

  onModuleInit(): void {
    this.blocks.onRemoved(async (blockerId, blockedId) => {
      await this.reveal(blockerId, blockedId);
    });
  }

  /** For somebody who begins a direct conversation that exists. @returns its id. */
  async open(userId: string, partner: string, conversationId: string): Promise<string> {
    await this.reveal(userId, partner);
    return conversationId;
  }

  private async reveal(userId: string, partner: string): Promise<void> {
    const conversationId = await this.members.reveal(pairOf(userId, partner), userId);
    if (conversationId !== null) this.rooms.admit(userId, roomName(RoomKind.Conversation, conversationId));
  }
}

/** The two in one order, whoever begins. */
export const pairOf = (one: string, other: string): string => [one, other].sort().join(':');
