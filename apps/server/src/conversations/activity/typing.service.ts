/** Typing indicators: they end on request, with a sent message, with the connection, or by timeout. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RoomKind, roomName, type RoomName } from '@aeturnis/contracts';
import { type Caller, ConnectionHooks } from '@aeturnis/realtime';
import { RealtimeService } from '../../realtime';
import { ConversationAccess } from '../members/conversation-access';
import { BlockExclusions } from '../members/block-exclusions';

export const TYPING_TIMEOUT_MS = 6_000;

interface TypingState {
  readonly timer: NodeJS.Timeout;
  /** User rooms of the members that block the typing user. They do not see the indicator. */
  readonly blockerRooms: readonly RoomName[];
}

@Injectable()
export class TypingService implements OnModuleInit {
  /** By socket id, the conversations in which the connection is typing. */
  private readonly typing = new Map<string, Map<string, TypingState>>();

  constructor(
    private readonly hooks: ConnectionHooks,
    private readonly realtime: RealtimeService,
    private readonly access: ConversationAccess,
    private readonly exclusions: BlockExclusions,
  ) {}

  onModuleInit(): void {
    this.hooks.onClose((caller) => {
      for (const conversationId of [...(this.typing.get(caller.socketId)?.keys() ?? [])])
        this.endTyping(caller, conversationId);
    });
  }

  /** Starts an indicator for six seconds, or extends it by six. @throws AppError NOT_FOUND, NOT_PARTICIPANT. */
  async start(caller: Caller, conversationId: string): Promise<object> {
    const { userId, name } = caller.principal;
    await this.access.requireMember(userId, conversationId);
    const blockerRooms = await this.exclusions.blockerRoomsIn(userId, conversationId);
    const own = this.typing.get(caller.socketId) ?? new Map<string, TypingState>();
    clearTimeout(own.get(conversationId)?.timer);
    const timer = setTimeout(() => this.endTyping(caller, conversationId), TYPING_TIMEOUT_MS).unref();
    own.set(conversationId, { timer, blockerRooms });
    this.typing.set(caller.socketId, own);
    const payload = { conversationId, userId, user: { id: userId, name }, expiresInMs: TYPING_TIMEOUT_MS };
    this.realtime.emitToRoom(roomOf(conversationId), 'typing:user:start', payload, toOthers(userId, blockerRooms));
    return {};
  }

  /** @throws AppError NOT_FOUND, NOT_PARTICIPANT. */
  async stop(caller: Caller, conversationId: string): Promise<object> {
    await this.access.requireMember(caller.principal.userId, conversationId);
    this.endTyping(caller, conversationId);
    return {};
  }

  /** Does nothing if the indicator has ended before. */
  endTyping(caller: Caller, conversationId: string): void {
    const own = this.typing.get(caller.socketId);
    const typing = own?.get(conversationId);
    if (!own || !typing) return;
    const { timer, blockerRooms } = typing;
    clearTimeout(timer);
    own.delete(conversationId);
    if (own.size === 0) this.typing.delete(caller.socketId);
    const { userId } = caller.principal;
    const payload = { conversationId, userId };
    this.realtime.emitToRoom(roomOf(conversationId), 'typing:user:stop', payload, toOthers(userId, blockerRooms));
  }
}

const toOthers = (userId: string, blockerRooms: readonly RoomName[]): { except: RoomName[]; chargedTo: string } => ({
  except: [roomName(RoomKind.User, userId), ...blockerRooms],
  chargedTo: userId,
});

const roomOf = (conversationId: string): string => roomName(RoomKind.Conversation, conversationId);
