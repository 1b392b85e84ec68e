/** Opens and closes conversations on a connection, and lists the users that have one open: its viewers. */
import { Injectable } from '@nestjs/common';
import { AppError, type ConversationPresence, RoomKind, roomName } from '@aeturnis/contracts';
import { type Caller, Clock, RoomService } from '@aeturnis/realtime';
import { AccountsService } from '../../accounts';
import { PresenceService } from '../../presence';
import { BlockList } from '../../social';
import { ConversationAccess } from '../members/conversation-access';
import { userRef } from '../log/log-events';
import { MembersRepository } from '../members/members.repository';

@Injectable()
export class ViewersService {
  constructor(
    private readonly rooms: RoomService,
    private readonly access: ConversationAccess,
    private readonly members: MembersRepository,
    private readonly accounts: AccountsService,
    private readonly presence: PresenceService,
    private readonly blocks: BlockList,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError NOT_FOUND, NOT_PARTICIPANT; the caller gets `conversation:join:error` as well. */
  async open(caller: Caller, conversationId: string) {
    try {
      await this.access.requireMember(caller.principal.userId, conversationId);
    } catch (error) {
      if (error instanceof AppError)
        caller.reply('conversation:join:error', { conversationId, message: error.message, code: error.code });
      throw error;
    }
    await this.rooms.enter(caller, viewingRoom(conversationId));
    const joined = { conversationId, participantCount: await this.members.countVisibleMembers(conversationId) };
    caller.reply('conversation:joined', joined);
    return joined;
  }

  /** @throws AppError NOT_FOUND, NOT_PARTICIPANT. */
  async close(caller: Caller, conversationId: string): Promise<{ conversationId: string }> {
    await this.access.requireMember(caller.principal.userId, conversationId);
    await this.rooms.leave(caller, viewingRoom(conversationId));
    caller.reply('conversation:left', { conversationId });
    return { conversationId };
  }

  /** Leaves out invisible users other than the caller, and users with a block towards the caller in either direction. @throws AppError NOT_FOUND, NOT_PARTICIPANT. */
  async listViewers(caller: Caller, conversationId: string): Promise<ConversationPresence> {
    const { userId } = caller.principal;
    await this.access.requireMember(userId, conversationId);
    const { users } = await this.rooms.members(viewingRoom(conversationId));
    const [names, invisible, hidden] = await Promise.all([
      this.accounts.namesOf(users),
      this.presence.invisibleAmong(users.filter((id) => id !== userId)),
      this.blocks.hiddenFrom(userId),
    ]);
    const onlineUsers = users.filter((id) => !invisible.has(id) && !hidden.has(id)).map((id) => userRef(id, names));
    const response = { conversationId, onlineUsers, timestamp: this.clock.now() };
    caller.reply('presence:response', response);
    return response;
  }
}

const viewingRoom = (conversationId: string): string => roomName(RoomKind.Viewing, conversationId);
