/** The handshake of Socket.IO: one per connection and in time; an admitted client is served, any other refused or closed. */
import { HttpException, Injectable } from '@nestjs/common';
import { AppError, type ErrorCode } from '@aeturnis/contracts';
import { runInBackground, Shutdown } from '@aeturnis/platform';
import { guardOf } from '../transport/limits/connection-guard';
import { toAppError } from '../base/wire-error';
import { ConnectionMetrics } from '../base/metrics/connection-metrics';
import type { RealtimeSocket } from '../base/socket-types';
import { TooManyTokenFailures } from './token-failure-limiter';
import { HandshakeErrorHandler } from './handshake-error-handler';
import { UserAdmission } from './user-admission';

/**
 * The codes sent by `connect_error`, after which a stock client does not reconnect: it needs another token, its account has
 * no access, it speaks another protocol, or a field of its `auth` is wrong. Every other error closes the connection, and a stock client then reconnects by
 * itself, with its session.
 */
const CONNECT_ERROR_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'MISSING_TOKEN',
  'INVALID_TOKEN',
  'EXPIRED_TOKEN',
  'BAD_CREDENTIALS',
  'UNAUTHENTICATED',
  'ACCOUNT_DISABLED',
  'FORBIDDEN',
  'UPGRADE_REQUIRED',
  'VALIDATION',
]);

const HANDSHAKING = Symbol('handshaking');
/** The flag limits a transport connection to one handshake, pending or done: one frame could otherwise start thousands. */
type HandshakeConnection = RealtimeSocket['conn'] & { [HANDSHAKING]?: boolean };

@Injectable()
export class Handshake {
  constructor(
    private readonly admission: UserAdmission,
    private readonly errorHandler: HandshakeErrorHandler,
    private readonly shutdown: Shutdown,
    private readonly metrics: ConnectionMetrics,
  ) {}

  /** Socket.IO middleware of the players' namespace. A refusal is a `connect_error` with `err.data`, or a closed connection. */
  readonly middleware = (socket: RealtimeSocket, next: (error?: Error) => void): void => {
    const conn = socket.conn as HandshakeConnection;
    if (this.shutdown.isDraining || conn[HANDSHAKING]) return closeForReconnect(socket, next);
    conn[HANDSHAKING] = true;
    runInBackground('handshake', () => this.admission.admit(socket))
      .then(() => {
        if (!this.errorHandler.completeInTime(conn)) return;
        socket.on('disconnect', onSocketDisconnected);
        guardOf(conn)?.onAdmitted({ userId: socket.data.principal.userId, ip: socket.data.ip });
        next();
      })
      .catch((error: unknown) => {
        conn[HANDSHAKING] = false;
        // The client has disconnected, or its connection was closed because the handshake took too long.
        if (!this.errorHandler.completeInTime(conn) || conn.readyState !== 'open')
          return closeForReconnect(socket, next);
        if (isReportedToClient(error)) return this.refuse(socket, toAppError(error), next);
        this.errorHandler.report(error);
        closeForReconnect(socket, next);
      });
  };

  private refuse({ conn }: RealtimeSocket, refused: AppError, next: (error: Error) => void): void {
    const wire = refused.toWire();
    this.metrics.recordHandshakeRefused(wire.code);
    guardOf(conn)?.onHandshakeRefused();
    next(Object.assign(new Error(wire.message), { data: wire }));
  }
}

/** One listener for all sockets; `this` is the socket that has ended. */
function onSocketDisconnected(this: RealtimeSocket, reason: string): void {
  const conn = this.conn as HandshakeConnection;
  conn[HANDSHAKING] = false;
  // The server closes the connection right after it has disconnected a socket, once the client was sent the reason.
  if (reason === 'server namespace disconnect') setImmediate(() => guardOf(conn)?.onNamespaceLeft());
  else guardOf(conn)?.onNamespaceLeft();
}

/** Whether the client itself has to change something. Only errors that were thrown on purpose are reported to it. */
function isReportedToClient(error: unknown): boolean {
  if (error instanceof TooManyTokenFailures) return true;
  if (!(error instanceof AppError || error instanceof HttpException)) return false;
  return CONNECT_ERROR_CODES.has(toAppError(error).code);
}

/** A stock client does not reconnect after a refusal by `next`; it does after its transport was closed. */
function closeForReconnect({ conn }: RealtimeSocket, next: (error: Error) => void): void {
  conn.close();
  // Releases the socket; the closed client never receives this error.
  next(new Error('closing'));
}
