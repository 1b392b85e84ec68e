/** Looking at others: once, or for as long as a connection lasts. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AppError, parseRoom, type PresenceView, RoomKind, roomName } from '@aeturnis/contracts';
import { type Caller, Connections, RoomService } from '@aeturnis/realtime';
import { PresenceViews } from './presence-views';

const MAX_WATCHED = 500;

@Injectable()
export class PresenceWatching implements OnModuleInit {
  constructor(
    private readonly rooms: RoomService,
    private readonly connections: Connections,
    private readonly views: PresenceViews,
  ) {}

  onModuleInit(): void {
    this.rooms.define(RoomKind.Watch, { access: () => true, tracked: false });
  }

  look(caller: Caller, userIds: readonly string[]): Promise<PresenceView[]> {
    return this.views.of(caller.principal.userId, userIds);
  }

  /**
   * Follows users until the connection ends, and answers how they are. Every change after what is answered arrives as an
   * event; one that happens meanwhile may arrive as well.
   * @throws AppError VALIDATION where the connection would follow more than 500; it follows none of them then,
   * and none where this node is full.
   */
  async watch(caller: Caller, userIds: readonly string[]): Promise<PresenceView[]> {
    const rooms = new Set(userIds.map(watchRoom));
    if (new Set([...this.watchedBy(caller), ...rooms]).size > MAX_WATCHED) {
      throw new AppError('VALIDATION', `A connection follows at most ${MAX_WATCHED} users`);
    }
    await this.rooms.joinAll(caller, [...rooms]);
    return this.look(caller, userIds);
  }

  async unwatch(caller: Caller, userIds: readonly string[]): Promise<void> {
    await Promise.all(userIds.map((userId) => this.rooms.leave(caller, watchRoom(userId))));
  }

  private watchedBy({ socketId }: Caller): string[] {
    const rooms = [...(this.connections.get(socketId)?.rooms ?? [])];
    return rooms.filter((room) => parseRoom(room)?.kind === RoomKind.Watch);
  }
}

const watchRoom = (userId: string): string => roomName(RoomKind.Watch, userId);

// Rooms and tables know ids in lower case; clients may write them as they like.
