/** The live feed: the room of a user's subscribed connections on all nodes, and the events emitted to it. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RoomKind, roomName } from '@aeturnis/contracts';
import { type Caller, RoomService } from '@aeturnis/realtime';
import { RealtimeService } from '../realtime';
import { type StoredNotification, toNotificationView } from './notification';

@Injectable()
export class NotificationFeed implements OnModuleInit {
  constructor(
    private readonly rooms: RoomService,
    private readonly realtime: RealtimeService,
  ) {}

  onModuleInit(): void {
    // A room of its own, so that a recovered connection rejoins it and receives the events it missed.
    const access = ({ principal }: Caller, id: string): boolean => principal.userId === id;
    this.rooms.define(RoomKind.Notifications, { canEnter: access, isTracked: false });
  }

  follow(caller: Caller): Promise<void> {
    return this.rooms.join(caller, feedRoom(caller.principal.userId));
  }

  unfollow(caller: Caller): Promise<void> {
    return this.rooms.leave(caller, feedRoom(caller.principal.userId));
  }

  emitNew(stored: StoredNotification): void {
    this.realtime.emitToRoom(feedRoom(stored.userId), 'notification:new', toNotificationView(stored));
  }

  emitSeen(userId: string, ids: string[], unread: number): void {
    this.realtime.emitToRoom(feedRoom(userId), 'notification:seen', { ids, unread });
  }
}

const feedRoom = (userId: string): string => roomName(RoomKind.Notifications, userId);
