/** Puts every connection of a user into the rooms of the user's conversations, and tells a newcomer how they stand. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type ConversationSummary, RoomKind, roomName } from '@aeturnis/contracts';
import {
  type Caller,
  ConnectionHooks,
  NodeFullError,
  RoomMemberships,
  RoomService,
  SystemSync,
} from '@aeturnis/realtime';
import { ConversationAccess } from './conversation-access';
import { ConversationsService } from './conversations.service';
import { MembersRepository } from './members.repository';

/** In `system:sync`; who has more finds the others in the list. */
const SHOWN = 100;

@Injectable()
export class ConversationRooms implements OnModuleInit {
  /** Those that are in all rooms of their user. */
  private readonly complete = new WeakSet<Caller>();

  constructor(
    private readonly rooms: RoomService,
    private readonly memberships: RoomMemberships,
    private readonly hooks: ConnectionHooks,
    private readonly sync: SystemSync,
    private readonly members: MembersRepository,
    private readonly access: ConversationAccess,
    private readonly conversations: ConversationsService,
  ) {}

  onModuleInit(): void {
    const access = ({ principal }: Caller, id: string): Promise<boolean> => this.access.isMember(principal.userId, id);
    // The database knows the members; nobody asks which of them are connected.
    this.rooms.define(RoomKind.Conversation, { access, tracked: false });
    this.rooms.define(RoomKind.Viewing, { access });
    this.memberships.forecastBy(async (userId) => (await this.members.conversationsOf(userId)).length);
    this.hooks.onOpen((caller) => this.enter(caller).catch(ignoreClosed));
    this.sync.register('conversations', (caller) => this.overview(caller));
  }

  private async enter(caller: Caller): Promise<void> {
    const { userId } = caller.principal;
    const ids = await this.members.conversationsOf(userId);
    await this.rooms.enterAll(caller, ids.map(roomOf));
    // Who was taken out meanwhile may not have been in the room yet when everybody was sent out of it.
    const held = this.rooms.idsOf(caller, RoomKind.Conversation);
    const still = new Set(held.length > 0 ? await this.members.conversationsOf(userId) : []);
    await Promise.all(held.filter((id) => !still.has(id)).map((id) => this.rooms.leave(caller, roomOf(id))));
    this.complete.add(caller);
  }

  /** Read after the rooms have been entered: what comes later than it arrives as events. */
  private async overview(caller: Caller): Promise<ConversationSummary[]> {
    if (!this.complete.has(caller)) await this.enter(caller);
    if (this.rooms.idsOf(caller, RoomKind.Conversation).length === 0) return [];
    return (await this.conversations.list(caller.principal.userId, { limit: SHOWN })).conversations;
  }
}

// The connection has been closed because of it.
function ignoreClosed(error: unknown): void {
  if (!(error instanceof NodeFullError)) throw error;
}

const roomOf = (id: string): string => roomName(RoomKind.Conversation, id);
