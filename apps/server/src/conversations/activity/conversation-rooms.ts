/** Joins every new connection to the rooms of the user's conversations, and adds their summaries to `system:sync`. */
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { type ConversationSummary, RoomKind, roomName } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import {
  type Caller,
  ConnectionHooks,
  NodeFullError,
  RoomMembershipLimit,
  RoomService,
  SystemSync,
} from '@aeturnis/realtime';
import { ConversationAccess } from '../members/conversation-access';
import { ConversationViews } from '../conversation-views';
import { MembersRepository } from '../members/members.repository';

/** Summaries in `system:sync`; a client with more conversations reads the rest from the list. */
const MAX_SUMMARIES = 100;

@Injectable()
export class ConversationRooms implements OnModuleInit {
  /** The connections that have joined all rooms of their user. */
  private readonly fullyJoined = new WeakSet<Caller>();

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly rooms: RoomService,
    private readonly memberships: RoomMembershipLimit,
    private readonly hooks: ConnectionHooks,
    private readonly sync: SystemSync,
    private readonly members: MembersRepository,
    private readonly access: ConversationAccess,
    private readonly views: ConversationViews,
  ) {}

  onModuleInit(): void {
    const access = ({ principal }: Caller, id: string): Promise<boolean> => this.access.isMember(principal.userId, id);
    // Not tracked: the database has the members, and nothing reads which of them are connected.
    this.rooms.define(RoomKind.Conversation, { canEnter: access, isTracked: false });
    this.rooms.define(RoomKind.Viewing, { canEnter: access });
    const countRooms = async (userId: string): Promise<number> => (await this.members.conversationsOf(userId)).length;
    this.memberships.addForecast(countRooms, this.config.conversationsPerUser);
    this.hooks.onOpen((caller) => this.joinAll(caller).catch(ignoreNodeFull));
    this.sync.register('conversations', (caller) => this.summariesFor(caller));
  }

  private async joinAll(caller: Caller): Promise<void> {
    const { userId } = caller.principal;
    const ids = await this.members.conversationsOf(userId);
    await this.rooms.enterAll(caller, ids.map(roomOf));
    // If the user was removed in between, the eviction may have run before this connection entered the room.
    const joinedIds = this.rooms.idsOf(caller, RoomKind.Conversation);
    const currentIds = new Set(joinedIds.length > 0 ? await this.members.conversationsOf(userId) : []);
    await Promise.all(joinedIds.filter((id) => !currentIds.has(id)).map((id) => this.rooms.leave(caller, roomOf(id))));
    this.fullyJoined.add(caller);
  }

  /** Reads after the rooms are entered, so that every later change arrives as an event. */
  private async summariesFor(caller: Caller): Promise<ConversationSummary[]> {
    if (!this.fullyJoined.has(caller)) await this.joinAll(caller);
    if (this.rooms.idsOf(caller, RoomKind.Conversation).length === 0) return [];
    return (await this.views.list(caller.principal.userId, { limit: MAX_SUMMARIES })).conversations;
  }
}

// A connection that finds the node full is closed elsewhere, so the error is expected here.
function ignoreNodeFull(error: unknown): void {
  if (!(error instanceof NodeFullError)) throw error;
}

const roomOf = (id: string): string => roomName(RoomKind.Conversation, id);
