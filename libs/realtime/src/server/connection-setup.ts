/** Puts a connection into rooms, presence and the state of the domains before its first command, and removes it from them. */
import { Inject, Injectable } from '@nestjs/common';
import { GLOBAL_EVENTS, RoomKind, roomName } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { HandshakeErrorHandler } from '../auth/handshake-error-handler';
import { Deadlines } from '../base/deadlines';
import { Presence } from '../cluster/presence/presence';
import { CommandDispatcher } from '../commands/dispatch/command-dispatcher';
import type { Connection } from '../connections/connection';
import { RoomService } from '../rooms/room.service';
import { ConnectionHooks } from './connection-hooks';
import { SystemSync } from './system-sync';

@Injectable()
export class ConnectionSetup {
  private readonly deadlines: Deadlines<Connection>;

  constructor(
    @Inject(APP_CONFIG) { commandDeadlineMs }: AppConfig,
    private readonly dispatcher: CommandDispatcher,
    private readonly rooms: RoomService,
    private readonly presence: Presence,
    private readonly hooks: ConnectionHooks,
    private readonly systemSync: SystemSync,
    private readonly handshakeFaults: HandshakeErrorHandler,
  ) {
    this.deadlines = new Deadlines(commandDeadlineMs, (connection) => {
      this.failSetUp(connection, new Error('the setup exceeded the command deadline'));
      this.finishSetUp(connection);
    });
  }

  /** Commands are queued until this is done: they may rely on rooms, presence and the state that domains keep per connection. */
  async setUp(connection: Connection): Promise<void> {
    this.deadlines.start(connection);
    let failure: { error: unknown } | undefined;
    try {
      await this.prepare(connection);
    } catch (error) {
      failure = { error };
    }
    if (!this.deadlines.cancel(connection)) return;
    try {
      if (!failure) this.dispatcher.runWaiting(connection);
    } catch (error) {
      failure = { error };
    }
    if (failure) this.failSetUp(connection, failure.error);
    this.finishSetUp(connection);
  }

  /** Call it once, at `disconnecting`, while the socket still has its rooms; at `disconnect` it has left them. */
  tearDown(connection: Connection, reason: string): void {
    this.hooks.runClosingHooks(connection, reason);
    this.rooms.leaveAll(connection);
    this.presence.onConnectionClosed(connection.principal.userId, connection.socketId);
    // Close hooks must not run before the open hooks are done, nor before the socket has left its rooms.
    if (connection.end(reason)) queueMicrotask(() => void this.hooks.runCloseHooks(connection, reason));
  }

  private failSetUp(connection: Connection, error: unknown): void {
    const { userId } = connection.principal;
    const { socketId } = connection;
    this.handshakeFaults.log('error', 'connection setup failed, client disconnected', error, { userId, socketId });
    connection.close({ code: 'OVERLOADED', message: 'The connection could not be set up', reconnect: true });
  }

  private finishSetUp(connection: Connection): void {
    const endReason = connection.finishSetUp();
    if (endReason !== undefined) void this.hooks.runCloseHooks(connection, endReason);
  }

  private async prepare(connection: Connection): Promise<void> {
    const rooms = [roomName(RoomKind.User, connection.principal.userId), ...this.rooms.standingRooms];
    // Both are started before either is awaited.
    const presenceJoined = this.presence.onConnectionOpened(connection.principal.userId, connection.socketId);
    const roomsEntered = this.rooms.enterStanding(connection, rooms);
    if (roomsEntered) await roomsEntered;
    await presenceJoined;
    const hooksDone = connection.isOpen ? this.hooks.runOpenHooks(connection) : undefined;
    if (hooksDone) await hooksDone;
    if (connection.recovered) await this.rooms.register(connection);
    // Entered last: a recovered session without this room was disconnected before it got its `system:sync`.
    if (connection.rooms.has(GLOBAL_EVENTS) || !connection.isOpen || connection.isClosing) return;
    connection.reply('system:sync', await this.systemSync.collect(connection));
    const eventsEntered = this.rooms.enterStanding(connection, [GLOBAL_EVENTS]);
    if (eventsEntered) await eventsEntered;
  }
}
