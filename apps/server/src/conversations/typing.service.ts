/** The sign that somebody is writing: it ends when it is told so, by a message, with the connection, or by itself. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RoomKind, roomName, type RoomName } from '@aeturnis/contracts';
import { type Caller, ConnectionHooks, RealtimeService } from '@aeturnis/realtime';
import { ConversationAccess } from './conversation-access';
import { HiddenMembers } from './hidden-members';

export const TYPING_MS = 6_000;

interface Writing {
  readonly timer: NodeJS.Timeout;
  /** Rooms of those who have blocked the writer, and do not see it. */
  readonly deaf: readonly RoomName[];
}

@Injectable()
export class TypingService implements OnModuleInit {
  /** By connection, the conversations it writes in. */
  private readonly writing = new Map<string, Map<string, Writing>>();

  constructor(
    private readonly hooks: ConnectionHooks,
    private readonly realtime: RealtimeService,
    private readonly access: ConversationAccess,
    private readonly hidden: HiddenMembers,
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
    const deaf = await this.hidden.deafTo(userId, conversationId);
    const own = this.writing.get(caller.socketId) ?? new Map<string, Writing>();
    clearTimeout(own.get(conversationId)?.timer);
    const timer = setTimeout(() => this.end(caller, conversationId), TYPING_MS).unref();
    own.set(conversationId, { timer, deaf });
    this.writing.set(caller.socketId, own);
    const told = { conversationId, userId, user: { id: userId, name }, expiresInMs: TYPING_MS };
    this.realtime.emitToRoom(roomOf(conversationId), 'typing:user:start', told, toOthers(userId, deaf));
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
    const { timer, deaf } = writing;
    clearTimeout(timer);
    own.delete(conversationId);
    if (own.size === 0) this.writing.delete(caller.socketId);
    const { userId } = caller.principal;
    const told = { conversationId, userId };
    this.realtime.emitToRoom(roomOf(conversationId), 'typing:user:stop', told, toOthers(userId, deaf));
  }
}

const toOthers = (userId: string, deaf: readonly RoomName[]): { except: RoomName[]; chargedTo: string } => ({
  except: [roomName(RoomKind.User, userId), ...deaf],
  chargedTo: userId,
});

const roomOf = (conversationId: string): string => roomName(RoomKind.Conversation, conversationId);
