/** Who has a conversation open: the others see it, until it is closed or the last connection that opened it is gone. */
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { AppError, type ConversationPresence, MAX_MEMBERS, parseRoom, RoomKind, roomName } from '@aeturnis/contracts';
import { FailureLog } from '@aeturnis/platform';
import { type Caller, Clock, Membership, type Reach, RealtimeService, RoomService } from '@aeturnis/realtime';
import { AccountsService } from '../accounts';
import { PresenceService } from '../presence';
import { BlockList, userRooms } from '../social';
import { ConversationAccess } from './conversation-access';
import { user } from './log-events';
import { HiddenMembers } from './hidden-members';
import { MembersRepository } from './members.repository';

type Change = Parameters<Parameters<Membership['onChange']>[0]>[0][number];

@Injectable()
export class ViewersService implements OnModuleInit {
  private readonly logger = new Logger(ViewersService.name);
  private readonly failures = new FailureLog(this.logger);

  constructor(
    private readonly rooms: RoomService,
    private readonly membership: Membership,
    private readonly realtime: RealtimeService,
    private readonly access: ConversationAccess,
    private readonly members: MembersRepository,
    private readonly accounts: AccountsService,
    private readonly presence: PresenceService,
    private readonly blocks: BlockList,
    private readonly clock: Clock,
    private readonly hiddenMembers: HiddenMembers,
  ) {}

  onModuleInit(): void {
    const hear = (changes: Change[], reach: Reach): void => {
      for (const change of changes) this.changed(change, reach);
    };
    this.membership.onChange(hear);
    this.membership.onConfirmed(hear);
  }

  /** @throws AppError NOT_FOUND, NOT_PARTICIPANT; the caller gets `conversation:join:error` as well. */
  async open(caller: Caller, conversationId: string) {
    try {
      await this.access.member(caller.principal.userId, conversationId);
    } catch (error) {
      if (error instanceof AppError)
        caller.reply('conversation:join:error', { conversationId, message: error.message, code: error.code });
      throw error;
    }
    await this.rooms.enter(caller, viewing(conversationId));
    const joined = { conversationId, participantCount: await this.members.count(conversationId) };
    caller.reply('conversation:joined', joined);
    return joined;
  }

  /** @throws AppError NOT_FOUND, NOT_PARTICIPANT. */
  async close(caller: Caller, conversationId: string): Promise<{ conversationId: string }> {
    await this.access.member(caller.principal.userId, conversationId);
    await this.rooms.leave(caller, viewing(conversationId));
    caller.reply('conversation:left', { conversationId });
    return { conversationId };
  }

  /** An invisible user is seen by nobody else, and where one has blocked the other, neither sees the other. @throws AppError NOT_FOUND, NOT_PARTICIPANT. */
  async look(caller: Caller, conversationId: string): Promise<ConversationPresence> {
    const { userId } = caller.principal;
    await this.access.member(userId, conversationId);
    const { users } = await this.rooms.members(viewing(conversationId));
    const [names, invisible, hidden] = await Promise.all([
      this.accounts.namesOf(users),
      this.presence.invisibleAmong(users.filter((id) => id !== userId)),
      this.blocks.hiddenFrom(userId),
    ]);
    const onlineUsers = users.filter((id) => !invisible.has(id) && !hidden.has(id)).map((id) => user(id, names));
    const response = { conversationId, onlineUsers, timestamp: this.clock.now() };
    caller.reply('presence:response', response);
    return response;
  }

  private changed({ group, userId, kind }: Change, reach: Reach): void {
    const room = parseRoom(group);
    if (room?.kind !== RoomKind.Viewing) return;
    this.tell(room.id, userId, kind === 'entered', reach).catch((error: unknown) => {
      this.failures.warn({ message: 'viewers of a conversation were not announced', userId, error });
    });
  }

  private async tell(conversationId: string, userId: string, here: boolean, reach: Reach): Promise<void> {
    const [names, invisible, hidden] = await Promise.all([
      this.accounts.namesOf([userId]),
      this.presence.invisibleAmong([userId]),
      this.blocks.hiddenFrom(userId),
    ]);
    if (invisible.has(userId)) return;
    const room = roomName(RoomKind.Conversation, conversationId);
    // An event carries no more of them than there are members.
    const leftOut = hidden.size > MAX_MEMBERS ? await this.hiddenMembers.presentAmong(conversationId, hidden) : hidden;
    const options = { except: userRooms([userId, ...leftOut]), reach, chargedTo: userId };
    const timestamp = this.clock.now();
    const told = { conversationId, userId, timestamp };
    if (here) this.realtime.emitToRoom(room, 'user:online', { ...told, user: user(userId, names) }, options);
    else {
      const lastSeenAt = new Date(timestamp).toISOString();
      this.realtime.emitToRoom(room, 'user:offline', { ...told, lastSeenAt }, options);
    }
  }
}

const viewing = (conversationId: string): string => roomName(RoomKind.Viewing, conversationId);
