/** Takes over a socket as a registered connection when it connects, greets its client, and lets it go at its disconnect. */
import { Inject, Injectable, Logger } from '@nestjs/common';
import { PROTOCOL_VERSION } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig, withCorrelation } from '@aeturnis/platform';
import { Clock } from '../base/clock';
import { CommandDispatcher } from '../commands/dispatch/command-dispatcher';
import { ConnectionMetrics } from '../base/metrics/connection-metrics';
import { ResumeService } from '../resume/resume.service';
import type { RealtimeSocket } from '../base/socket-types';
import { Connection } from '../connections/connection';
import { ConnectionSetup } from './connection-setup';
import { ConnectionRegistry } from '../connections/connection-registry';
import { releaseHandshake } from './release-handshake';

const CONNECTION = Symbol('connection');
/** The connection is stored on its socket: a lookup by id might find a recovered connection that has taken over the id. */
type SocketWithConnection = RealtimeSocket & { [CONNECTION]?: Connection };

@Injectable()
export class ConnectionLifecycle {
  private readonly logger = new Logger('Connections');
  /** Shared by all sockets, to save memory: Socket.IO calls it with the socket as `this`. */
  private readonly onDisconnecting: (this: SocketWithConnection, reason: string, cause?: unknown) => void;

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly connections: ConnectionRegistry,
    private readonly dispatcher: CommandDispatcher,
    private readonly clock: Clock,
    private readonly metrics: ConnectionMetrics,
    private readonly recovery: ResumeService,
    private readonly setup: ConnectionSetup,
  ) {
    const handleDisconnect = (socket: SocketWithConnection, reason: string, cause: unknown): void => {
      const connection = socket[CONNECTION];
      if (connection) this.onDisconnect(connection, isOversize(cause) ? 'payload too large' : reason);
    };
    this.onDisconnecting = function (this: SocketWithConnection, reason: string, cause?: unknown): void {
      handleDisconnect(this, reason, cause);
    };
  }

  /** Takes over a socket in the tick in which it connects, so that no event of the client is missed. */
  onConnect(socket: RealtimeSocket): void {
    // A recovered socket may have been disconnected in the same tick.
    if (!socket.connected) return;
    const connection = new Connection(socket, this.clock.now(), this.recovery);
    // Registered first: any failure below closes the connection, and its disconnect must be handled.
    (socket as SocketWithConnection)[CONNECTION] = connection;
    socket.on('disconnecting', this.onDisconnecting);
    this.connections.add(connection);
    this.metrics.recordConnected();
    this.dispatcher.listen(socket, connection);
    releaseHandshake(socket);
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
    connection.replyWithOffset(this.recovery.offset, 'system:connected', {
      socketId: socket.id,
      pid: connection.pid,
      recovered: connection.recovered,
      serverTime: this.clock.now(),
      expiresAt,
      nodeId: this.config.nodeId,
      protocol: PROTOCOL_VERSION,
    });
    this.recovery.warnIfUnrecoverable(socket.id);
    // With the user as correlation, a user who opens many connections queues for the database behind other users.
    void withCorrelation({ event: 'connection', userId }, () => this.setup.setUp(connection));
  }

  // Runs at `disconnecting`, while the socket still has its rooms; at `disconnect` it has left them.
  private onDisconnect(connection: Connection, reason: string): void {
    const { userId } = connection.principal;
    this.connections.remove(connection);
    this.metrics.recordDisconnected(reason);
    this.dispatcher.discardWaiting(connection);
    this.setup.tearDown(connection, reason);
    this.logger.log({
      message: 'disconnected',
      userId,
      socketId: connection.socketId,
      reason,
      seconds: Math.round((this.clock.now() - connection.openedAt) / 1000),
    });
  }
}

// The transport identifies this error by its message only.
function isOversize(cause: unknown): boolean {
  return cause instanceof Error && cause.message.includes('Max payload size exceeded');
}
