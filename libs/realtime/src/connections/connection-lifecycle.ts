/** From a proved handshake to the first command, and from the last byte to a clean house. */
import { Inject, Injectable, Logger } from '@nestjs/common';
import { GLOBAL_CHAT, GLOBAL_EVENTS, PROTOCOL_VERSION, RoomKind, roomName } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig, withCorrelation } from '@aeturnis/platform';
import { HandshakeFaults } from '../auth/handshake-faults';
import { Clock } from '../clock';
import { CommandDispatcher } from '../commands/command-dispatcher';
import { Deadlines } from '../deadlines';
import { SocketMetrics } from '../metrics/socket-metrics';
import { Presence } from '../presence/presence';
import { RecoveryService } from '../recovery/recovery.service';
import { RoomService } from '../rooms/room.service';
import type { RealtimeSocket } from '../socket-types';
import { Connection } from './connection';
import { ConnectionHooks } from './connection-hooks';
import { Connections } from './connections';
import { letGoOfRequest } from './let-go';
import { SystemSync } from './system-sync';

const CONNECTION = Symbol('connection');
/** A socket knows its connection: by its id another one may be found, which has come back in its place. */
type Carrier = RealtimeSocket & { [CONNECTION]?: Connection };

@Injectable()
export class ConnectionLifecycle {
  private readonly logger = new Logger('Connections');
  /** One function for all sockets: Socket.IO calls it with the socket as `this`. */
  private readonly ended: (this: Carrier, reason: string, cause?: unknown) => void;
  private readonly deadlines: Deadlines<Connection>;

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly connections: Connections,
    private readonly dispatcher: CommandDispatcher,
    private readonly rooms: RoomService,
    private readonly presence: Presence,
    private readonly hooks: ConnectionHooks,
    private readonly sync: SystemSync,
    private readonly clock: Clock,
    private readonly metrics: SocketMetrics,
    private readonly recovery: RecoveryService,
    private readonly faults: HandshakeFaults,
  ) {
    const ended = (socket: Carrier, reason: string, cause: unknown): void => {
      const connection = socket[CONNECTION];
      if (connection) this.closed(connection, isOversize(cause) ? 'payload too large' : reason);
    };
    this.ended = function (this: Carrier, reason: string, cause?: unknown): void {
      ended(this, reason, cause);
    };
    this.deadlines = new Deadlines(config.commandDeadlineMs, (connection) => {
      this.failed(connection, new Error('it took too long'));
      this.begun(connection);
    });
  }

  /** Takes over a socket in the tick in which it connects, so that no event of it can slip through. */
  opened(socket: RealtimeSocket): void {
    // It may have been sent away in the very tick in which it came back.
    if (!socket.connected) return;
    const connection = new Connection(socket, this.clock.now(), this.recovery);
    // First: whatever fails below closes the connection, and its end is to be noticed.
    (socket as Carrier)[CONNECTION] = connection;
    socket.on('disconnecting', this.ended);
    this.connections.add(connection);
    this.metrics.connected();
    this.dispatcher.listen(socket, connection);
    letGoOfRequest(socket);
    const { userId, name, expiresAt } = connection.principal;
    this.logger.log({
      message: socket.recovered ? 'recovered' : 'connected',
      userId,
      name,
      socketId: socket.id,
      ip: connection.ip,
      transport: connection.transport,
    });
    connection.reply('auth:success', { userId, socketId: socket.id, message: `Welcome, ${name}`, expiresAt });
    connection.replyFrom(this.recovery.offset, 'system:connected', {
      socketId: socket.id,
      pid: connection.pid,
      recovered: connection.recovered,
      serverTime: this.clock.now(),
      expiresAt,
      nodeId: this.config.nodeId,
      protocol: PROTOCOL_VERSION,
    });
    this.recovery.warn(socket.id);
    // Who opens many connections waits for the database behind others, as with commands.
    void withCorrelation({ event: 'connection', userId }, () => this.setUp(connection));
  }

  /** Commands wait until this is done: they may rely on rooms, presence and what the domains keep per connection. */
  private async setUp(connection: Connection): Promise<void> {
    this.deadlines.begin(connection);
    let failure: { error: unknown } | undefined;
    try {
      await this.prepare(connection);
    } catch (error) {
      failure = { error };
    }
    if (!this.deadlines.end(connection)) return;
    try {
      if (!failure) this.dispatcher.release(connection);
    } catch (error) {
      failure = { error };
    }
    if (failure) this.failed(connection, failure.error);
    this.begun(connection);
  }

  private failed(connection: Connection, error: unknown): void {
    const { principal, socketId } = connection;
    this.faults.log('error', 'connection could not be set up', error, { userId: principal.userId, socketId });
    connection.close({ code: 'OVERLOADED', message: 'The connection could not be set up', reconnect: true });
  }

  private begun(connection: Connection): void {
    connection.settingUp = false;
    if (connection.endedEarly !== undefined) void this.hooks.closed(connection, connection.endedEarly);
  }

  private async prepare(connection: Connection): Promise<void> {
    const rooms = [roomName(RoomKind.User, connection.principal.userId), GLOBAL_CHAT];
    // Both are under way before either is waited for.
    const arrived = this.presence.arrived(connection);
    const entered = this.rooms.enterStanding(connection, rooms);
    if (entered) await entered;
    await arrived;
    const opened = connection.open ? this.hooks.opened(connection) : undefined;
    if (opened) await opened;
    if (connection.recovered) await this.rooms.register(connection);
    // Entered last: who comes back without it was cut off before it had been told how things are.
    if (connection.rooms.has(GLOBAL_EVENTS) || !connection.open || connection.isClosing) return;
    connection.reply('system:sync', await this.sync.collect(connection));
    const told = this.rooms.enterStanding(connection, [GLOBAL_EVENTS]);
    if (told) await told;
  }

  // In `disconnecting` the rooms are still known; at `disconnect` they are gone.
  private closed(connection: Connection, reason: string): void {
    const { userId } = connection.principal;
    this.connections.remove(connection);
    this.metrics.disconnected(reason);
    this.dispatcher.forget(connection);
    this.hooks.closing(connection, reason);
    this.rooms.leaveAll(connection);
    this.presence.departed(connection);
    this.logger.log({
      message: 'disconnected',
      userId,
      socketId: connection.socketId,
      reason,
      seconds: Math.round((this.clock.now() - connection.openedAt) / 1000),
    });
    // Nobody is told of an end before the beginning, nor before the rooms are left.
    if (connection.settingUp) connection.endedEarly = reason;
    else queueMicrotask(() => void this.hooks.closed(connection, reason));
  }
}

// The transport says so in words only.
function isOversize(cause: unknown): boolean {
  return cause instanceof Error && cause.message.includes('Max payload size exceeded');
}
