/**
 * What this server does with its own failures in a handshake: it closes the connection, after which stock clients come back
 * by themselves, and logs the cause. Nothing that fails here ends the process, or leaves a client waiting.
 */
import { Inject, Injectable, Logger } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig, FailureLog } from '@aeturnis/platform';
import type { Namespace } from 'socket.io';
import { toAppError } from '../commands/wire-error';
import { Deadlines } from '../deadlines';
import { NodeFullError } from '../limits/node-full';
import { SocketMetrics } from '../metrics/socket-metrics';
import type { RealtimeSocket } from '../socket-types';

type EngineConn = Pick<RealtimeSocket['conn'], 'close'>;
type Client = { readonly conn: EngineConn };
type Next = (error?: Error) => void;
type Middleware = (socket: RealtimeSocket, next: Next) => unknown;

/** What Socket.IO calls for each handshake, beyond its public API; proved at boot by `insidesOf`. */
interface NamespaceEntry {
  _add(client: Client, auth: object, done: unknown): Promise<void>;
  _doConnect(socket: RealtimeSocket, done: unknown): void;
  use(middleware: Middleware): unknown;
}

@Injectable()
export class HandshakeFaults {
  private readonly failures = new FailureLog(new Logger('Handshakes'));
  private readonly deadlines: Deadlines<EngineConn>;

  constructor(
    @Inject(APP_CONFIG) { connectTimeoutMs }: AppConfig,
    private readonly metrics: SocketMetrics,
  ) {
    this.deadlines = new Deadlines(connectTimeoutMs, (conn) => {
      this.end(conn, new AppError('TIMEOUT', `The handshake took longer than ${connectTimeoutMs} ms`));
    });
  }

  /** Call it before any middleware is registered with the namespace. */
  guard(namespace: Namespace): void {
    const entry = namespace as unknown as NamespaceEntry;
    const add = entry._add.bind(entry);
    entry._add = async (client, auth, done) => {
      this.deadlines.begin(client.conn);
      try {
        await add(client, auth, done);
      } catch (error) {
        this.end(client.conn, error);
      }
    };
    const connect = entry._doConnect.bind(entry);
    // Listeners of `connection` run here: an error of one of them would end the process.
    entry._doConnect = (socket, done) => {
      try {
        connect(socket, done);
      } catch (error) {
        this.end(socket.conn, error);
      }
    };
    const use = entry.use.bind(entry);
    entry.use = (middleware) => use((socket, next) => this.runMiddleware(middleware, socket, next));
  }

  /** The handshake over this connection has been decided. @returns false where it took too long and has been ended. */
  decided(conn: EngineConn): boolean {
    return this.deadlines.end(conn);
  }

  /** Closes a connection whose handshake has failed, and logs why. */
  end(conn: EngineConn, error: unknown): void {
    this.deadlines.end(conn);
    this.report(error);
    conn.close();
  }

  /** Counts what has kept a client out, and logs it where this server is at fault. */
  report(error: unknown): void {
    const refused = toAppError(error);
    this.metrics.refused(refused.code);
    // Expected, and logged by whoever counts what the node holds.
    if (error instanceof NodeFullError || error instanceof RefusedForNow) return;
    const level = refused.code === 'INTERNAL' || !refused.traits.retryable ? 'error' : 'warn';
    this.log(level, 'handshake failed, connection closed; the client tries again by itself', error);
  }

  /** Logs the first failure of each cause; a crowd of clients that reconnects is summed up once a minute. */
  log(level: 'error' | 'warn', message: string, error: unknown, details: object = {}): void {
    this.failures[level]({ message, ...details, error }, `${message} ${nameOf(error)}`);
  }

  private runMiddleware(middleware: Middleware, socket: RealtimeSocket, next: Next): void {
    try {
      const running = middleware(socket, next);
      if (running instanceof Promise) running.catch((error: unknown) => this.end(socket.conn, error));
    } catch (error) {
      this.end(socket.conn, error);
    }
  }
}

/** A client is kept out for now although nothing has failed: its connection is closed, and it comes back by itself. */
export class RefusedForNow extends AppError {}

/** Names the innermost cause, because the errors that wrap it are the same for different causes. */
function nameOf(error: unknown): string {
  let innermost = error;
  while (innermost instanceof Error && innermost.cause instanceof Error) innermost = innermost.cause;
  if (!(innermost instanceof Error)) return String(innermost);
  return `${innermost.name} ${(innermost as NodeJS.ErrnoException).code ?? ''} ${innermost.message}`;
}
