/** The live feed: the connections of a user that follow the notifications, on whatever node, and what they are told. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RoomKind, roomName } from '@aeturnis/contracts';
import { type Caller, RealtimeService, RoomService } from '@aeturnis/realtime';
import { type StoredNotification, viewOf } from './notification';

@Injectable()
export class NotificationFeed implements OnModuleInit {
  constructor(
    private readonly rooms: RoomService,
    private readonly realtime: RealtimeService,
  ) {}

  onModuleInit(): void {
    // A room of its own: a connection that comes back has it among its rooms, and gets what it missed.
    const access = ({ principal }: Caller, id: string): boolean => principal.userId === id;
    this.rooms.define(RoomKind.Notifications, { access, tracked: false });
  }

  open(caller: Caller): Promise<void> {
    return this.rooms.join(caller, feedOf(caller.principal.userId));
  }

  close(caller: Caller): Promise<void> {
    return this.rooms.leave(caller, feedOf(caller.principal.userId));
  }

  arrived(stored: StoredNotification): void {
    this.realtime.emitToRoom(feedOf(stored.userId), 'notification:new', viewOf(stored));
  }

  seen(userId: string, ids: string[], unread: number): void {
    this.realtime.emitToRoom(feedOf(userId), 'notification:seen', { ids, unread });
  }
}

const feedOf = (userId: string): string => roomName(RoomKind.Notifications, userId);
