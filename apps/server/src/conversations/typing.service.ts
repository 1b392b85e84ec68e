/** The sign that somebody is writing: it ends when it is told so, by a message, with the connection, or by itself. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RoomKind, roomName } from '@aeturnis/contracts';
import { type Caller, ConnectionHooks, RealtimeService } from '@aeturnis/realtime';
import { ConversationAccess } from './conversation-access';

export const TYPING_MS = 6_000;

@Injectable()
export class TypingService implements OnModuleInit {
  /** By connection, the conversations it writes in. */
  private readonly writing = new Map<string, Map<string, NodeJS.Timeout>>();

  constructor(
    private readonly hooks: ConnectionHooks,
    private readonly realtime: RealtimeService,
    private readonly access: ConversationAccess,
  ) {}

  onModuleInit(): void {
    this.hooks.onClose((caller) => {
      for (const conversationId of [...(this.writing.get(caller.socketId)?.keys() ?? [])])
        this.end(caller, conversationId);
    });
  }

  /** Holds for six seconds; sent again, for six more. @throws AppError NOT_FOUND, NOT_PARTICIPANT. */
  async start(caller: Caller, conversationId: string): Promise<object> {
    await this.access.member(caller.principal.userId, conversationId);
    const own = this.writing.get(caller.socketId) ?? new Map<string, NodeJS.Timeout>();
    clearTimeout(own.get(conversationId));
    own.set(conversationId, setTimeout(() => this.end(caller, conversationId), TYPING_MS).unref());
    this.writing.set(caller.socketId, own);
    const { userId, name } = caller.principal;
    const told = { conversationId, userId, user: { id: userId, name }, expiresInMs: TYPING_MS };
    this.realtime.emitToRoom(roomOf(conversationId), 'typing:user:start', told, exceptFor(userId));
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
    const timer = own?.get(conversationId);
    if (!own || timer === undefined) return;
    clearTimeout(timer);
    own.delete(conversationId);
    if (own.size === 0) this.writing.delete(caller.socketId);
    const { userId } = caller.principal;
    this.realtime.emitToRoom(roomOf(conversationId), 'typing:user:stop', { conversationId, userId }, exceptFor(userId));
  }
}

const roomOf = (conversationId: string): string => roomName(RoomKind.Conversation, conversationId);
const exceptFor = (userId: string) => ({ except: roomName(RoomKind.User, userId) });
