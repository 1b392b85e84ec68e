/**
 * Handles server-side failures of a handshake: closes the connection, after which an unmodified Socket.IO client reconnects by
 * itself, and logs the cause. No such failure ends the process or leaves a client without an answer.
 */
import { Inject, Injectable, Logger } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig, FailureLog } from '@aeturnis/platform';
import type { Namespace } from 'socket.io';
import { toAppError } from '../base/wire-error';
import { Deadlines } from '../base/deadlines';
import { NodeFullError } from '../quota/node-full-error';
import { ConnectionMetrics } from '../base/metrics/connection-metrics';
import type { RealtimeSocket } from '../base/socket-types';

type EngineConn = Pick<RealtimeSocket['conn'], 'close'>;
type HandshakeClient = { readonly conn: EngineConn };
type Next = (error?: Error) => void;
type Middleware = (socket: RealtimeSocket, next: Next) => unknown;

/** The private methods that Socket.IO calls for each handshake; their existence is checked at boot. */
interface HandshakeInternals {
  _add(client: HandshakeClient, auth: object, done: unknown): Promise<void>;
  _doConnect(socket: RealtimeSocket, done: unknown): void;
  use(middleware: Middleware): unknown;
}

@Injectable()
export class HandshakeErrorHandler {
  private readonly failures = new FailureLog(new Logger('Handshakes'));
  private readonly deadlines: Deadlines<EngineConn>;

  constructor(
    @Inject(APP_CONFIG) { connectTimeoutMs }: AppConfig,
    private readonly metrics: ConnectionMetrics,
  ) {
    this.deadlines = new Deadlines(connectTimeoutMs, (conn) => {
      this.closeWithError(conn, new AppError('TIMEOUT', `The handshake took longer than ${connectTimeoutMs} ms`));
    });
  }

  /** Must be called before any middleware is registered with the namespace. */
  wrapNamespace(namespace: Namespace): void {
    const internals = namespace as unknown as HandshakeInternals;
    const add = internals._add.bind(internals);
    internals._add = async (client, auth, done) => {
      this.deadlines.start(client.conn);
      try {
        await add(client, auth, done);
      } catch (error) {
        this.closeWithError(client.conn, error);
      }
    };
    const connect = internals._doConnect.bind(internals);
    // Runs the listeners of `connection`: an error thrown by one of them would end the process.
    internals._doConnect = (socket, done) => {
      try {
        connect(socket, done);
      } catch (error) {
        this.closeWithError(socket.conn, error);
      }
    };
    const use = internals.use.bind(internals);
    internals.use = (middleware) => use((socket, next) => this.runMiddleware(middleware, socket, next));
  }

  /** Ends the deadline of this handshake. @returns false if the connection was closed before, by the deadline or by an error. */
  completeInTime(conn: EngineConn): boolean {
    return this.deadlines.cancel(conn);
  }

  /** Closes a connection whose handshake has failed, and logs the cause. */
  closeWithError(conn: EngineConn, error: unknown): void {
    this.deadlines.cancel(conn);
    this.report(error);
    conn.close();
  }

  /** Counts a failed handshake whose connection is closed, and logs it, unless the server has refused it on purpose. */
  report(error: unknown): void {
    const appError = toAppError(error);
    this.metrics.recordHandshakeRefused(appError.code);
    // Refused on purpose, possibly many clients at once. The limiters record that the node is full.
    if (error instanceof NodeFullError || error instanceof TemporaryRefusal) return;
    const level = appError.code === 'INTERNAL' || !appError.traits.retryable ? 'error' : 'warn';
    this.log(level, 'handshake failed, connection closed; the client reconnects by itself', error);
  }

  /** Logs the first failure of each cause, and sums up repetitions once a minute: many clients may reconnect together. */
  log(level: 'error' | 'warn', message: string, error: unknown, details: object = {}): void {
    this.failures[level]({ message, ...details, error }, `${message} ${causeLabel(error)}`);
  }

  private runMiddleware(middleware: Middleware, socket: RealtimeSocket, next: Next): void {
    try {
      const result = middleware(socket, next);
      if (result instanceof Promise) result.catch((error: unknown) => this.closeWithError(socket.conn, error));
    } catch (error) {
      this.closeWithError(socket.conn, error);
    }
  }
}

/** Thrown to refuse a client for now, although nothing failed: its connection is closed, and the client reconnects by itself. */
export class TemporaryRefusal extends AppError {}

/** Describes the innermost cause, because the errors that wrap it are the same for different causes. */
function causeLabel(error: unknown): string {
  let innermost = error;
  while (innermost instanceof Error && innermost.cause instanceof Error) innermost = innermost.cause;
  if (!(innermost instanceof Error)) return String(innermost);
  return `${innermost.name} ${(innermost as NodeJS.ErrnoException).code ?? ''} ${innermost.message}`;
}
