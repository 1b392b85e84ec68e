/** The sign that somebody is writing: it ends when it is told so, by a message, with the connection, or by itself. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RoomKind, roomName } from '@aeturnis/contracts';
import { type Caller, ConnectionHooks, RealtimeService } from '@aeturnis/realtime';
import { BlockList, userRooms } from '../social';
import { ConversationAccess } from './conversation-access';

export const TYPING_MS = 6_000;

interface Writing {
  readonly timer: NodeJS.Timeout;
  /** Rooms of those who do not see it: the writer, and who has blocked the writer. */
  readonly except: string[];
}

@Injectable()
export class TypingService implements OnModuleInit {
  /** By connection, the conversations it writes in. */
  private readonly writing = new Map<string, Map<string, Writing>>();

  constructor(
    private readonly hooks: ConnectionHooks,
    private readonly realtime: RealtimeService,
    private readonly access: ConversationAccess,
    private readonly blocks: BlockList,
  ) {}

  onModuleInit(): void {
    this.hooks.onClose((caller) => {
      for (const conversationId of [...(this.writing.get(caller.socketId)?.keys() ?? [])])
        this.end(caller, conversationId);
    });
  }

  /** Holds for six seconds; sent again, for six more. @throws AppError NOT_FOUND, NOT_PARTICIPANT. */
  async start(caller: Caller, conversationId: string): Promise<object> {
    const { userId, name } = caller.principal;
    await this.access.member(userId, conversationId);
    const { blockedBy } = await this.blocks.of(userId);
    const own = this.writing.get(caller.socketId) ?? new Map<string, Writing>();
    clearTimeout(own.get(conversationId)?.timer);
    const timer = setTimeout(() => this.end(caller, conversationId), TYPING_MS).unref();
    const except = userRooms([userId, ...blockedBy.keys()]);
    own.set(conversationId, { timer, except });
    this.writing.set(caller.socketId, own);
    const told = { conversationId, userId, user: { id: userId, name }, expiresInMs: TYPING_MS };
    this.realtime.emitToRoom(roomOf(conversationId), 'typing:user:start', told, { except, chargedTo: userId });
    return {};
  }

  /** @throws AppError NOT_FOUND, NOT_PARTICIPANT. */
  async stop(caller: Caller, conversationId: string): Promise<object> {
    await this.access.member(caller.principal.userId, conversationId);
    this.end(caller, conversationId);
    return {};
  }

  /** Nothing where it has ended before. */
  end(caller: Caller, conversationId: string): void {
    const own = this.writing.get(caller.socketId);
    const writing = own?.get(conversationId);
    if (!own || !writing) return;
    const { timer, except } = writing;
    clearTimeout(timer);
    own.delete(conversationId);
    if (own.size === 0) this.writing.delete(caller.socketId);
    const { userId } = caller.principal;
    this.realtime.emitToRoom(
      roomOf(conversationId),
      'typing:user:stop',
      { conversationId, userId },
      { except, chargedTo: userId },
    );
  }
}

const roomOf = (conversationId: string): string => roomName(RoomKind.Conversation, conversationId);
