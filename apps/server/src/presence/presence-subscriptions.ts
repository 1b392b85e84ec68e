/** Presence of other users: one-time queries, and subscriptions until the connection ends. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AppError, parseRoom, type PresenceView, RoomKind, roomName } from '@aeturnis/contracts';
import { type Caller, ConnectionRegistry, RoomService } from '@aeturnis/realtime';
import { PresenceViews } from './presence-views';

const MAX_WATCHED_USERS = 500;

@Injectable()
export class PresenceSubscriptions implements OnModuleInit {
  constructor(
    private readonly rooms: RoomService,
    private readonly connections: ConnectionRegistry,
    private readonly views: PresenceViews,
  ) {}

  onModuleInit(): void {
    this.rooms.define(RoomKind.Watch, { canEnter: () => true, isTracked: false });
  }

  viewUsers(caller: Caller, userIds: readonly string[]): Promise<PresenceView[]> {
    return this.views.viewsFor(caller.principal.userId, userIds);
  }

  /**
   * Subscribes the connection to users until it ends, and returns their presence. Every later change arrives as an event; one
   * that happens during the call may arrive as well.
   * @throws AppError VALIDATION if the connection would follow more than 500 users. It then follows none of the given ones,
   * as it does if the node is full.
   */
  async subscribe(caller: Caller, userIds: readonly string[]): Promise<PresenceView[]> {
    const rooms = new Set(userIds.map(watchRoom));
    if (new Set([...this.watchedRooms(caller), ...rooms]).size > MAX_WATCHED_USERS) {
      throw new AppError('VALIDATION', `A connection follows at most ${MAX_WATCHED_USERS} users`);
    }
    await this.rooms.joinAll(caller, [...rooms]);
    return this.viewUsers(caller, userIds);
  }

  async unsubscribe(caller: Caller, userIds: readonly string[]): Promise<void> {
    await Promise.all(userIds.map((userId) => this.rooms.leave(caller, watchRoom(userId))));
  }

  private watchedRooms({ socketId }: Caller): string[] {
    const rooms = [...(this.connections.get(socketId)?.rooms ?? [])];
    return rooms.filter((room) => parseRoom(room)?.kind === RoomKind.Watch);
  }
}

const watchRoom = (userId: string): string => roomName(RoomKind.Watch, userId);
