/**
 * Integrates Socket.IO into Nest: transports, limits, origin check, authentication, Redis pub/sub, and one connection listener
 * that passes sockets to the command dispatcher, instead of Nest's observables per handler and socket.
 */
import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type INestApplication, Logger } from '@nestjs/common';
import { IoAdapter as NestIoAdapter } from '@nestjs/platform-socket.io';
import { APP_CONFIG, type AppConfig, listenOn, RedisService } from '@aeturnis/platform';
import { Server, type ServerOptions } from 'socket.io';
import { Adapter } from 'socket.io-adapter';
import { Handshake } from '../auth/handshake';
import { HandshakeErrorHandler } from '../auth/handshake-error-handler';
import { ConnectionAdmission } from '../auth/connection-admission';
import { UserAdmission } from '../auth/user-admission';
import { Clock } from '../base/clock';
import { ConnectionLifecycle } from './connection-lifecycle';
import { DeliveryMetrics } from '../base/metrics/delivery-metrics';
import { ConnectionMetrics } from '../base/metrics/connection-metrics';
import { RedisUsageMetrics } from '../base/metrics/redis-usage-metrics';
import { ResumeService } from '../resume/resume.service';
import type { RealtimeServer } from '../base/socket-types';
import { CorkedWebSocketServer } from '../transport/outbound/corked-websocket';
import type { EngineConnection } from '../transport/internals/engine-connection';
import { EngineWriter, type PacketClient } from '../transport/outbound/engine-writer';
import { GuardedWebSocketServer } from '../transport/inbound/guarded-websocket';
import { isOriginAllowed } from '../transport/origin';
import { createRedisAdapter } from '../transport/redis-adapter';
import { createIncomingBodies, limitRequestRate } from '../transport/limits/request-limits';
import { SocketServer } from '../transport/socket-server';
import { InboundFastPath } from '../transport/inbound/inbound-fast-path';
import { assertSupportedOptions } from '../transport/supported-options';
import { limitTcpConnections } from '../transport/limits/tcp-limits';
import { TransportGuard } from '../transport/limits/transport-guard';
import { checkTransportInternals } from '../transport/internals/transport-internals';
import { handleUpgrades } from '../transport/upgrade-requests';

const UPGRADE_TIMEOUT_MS = 10_000;

/** The engine stores the response in `res`, except for upgrade requests. */
type RefusedRequest = IncomingMessage & { readonly res?: ServerResponse };
type CorsOptions = Exclude<ServerOptions['cors'], undefined | ((...args: never[]) => unknown)>;
/** Browsers ignore CORS headers in the response to an upgrade. */
const NO_CORS: CorsOptions = { origin: false };

export class IoAdapter extends NestIoAdapter {
  private readonly log = new Logger('Sockets');
  private readonly config: AppConfig;
  private readonly admission: ConnectionAdmission;
  private readonly handshakeFaults: HandshakeErrorHandler;
  private io: RealtimeServer | null = null;
  private separateServer: HttpServer | null = null;
  /** Whether plain frames bypass `ws`, the engine and Socket.IO. */
  private readonly isFastPathOn: boolean;
  private listening: Promise<number | null> | null = null;

  constructor(private readonly app: INestApplication) {
    super(app);
    this.config = app.get<AppConfig>(APP_CONFIG);
    this.admission = app.get(ConnectionAdmission);
    this.handshakeFaults = app.get(HandshakeErrorHandler);
    const missing = checkTransportInternals();
    this.isFastPathOn = this.config.socketCork === 'on' && missing.length === 0;
    if (missing.length > 0)
      this.log.warn({
        message: 'transport fast path disabled, commands and events cost more: a library lacks private members',
        lacking: missing,
      });
  }

  /** All gateways share one server, regardless of the port and options that they declare. */
  override createIOServer(_port: number, extra?: Partial<ServerOptions>): RealtimeServer {
    assertSupportedOptions(extra);
    if (this.io) return this.io;
    const options = { ...extra, ...this.serverOptions() };
    const isSeparatePort = this.config.socketPort !== undefined && this.config.socketPort !== this.config.port;
    if (isSeparatePort) this.separateServer = createServer((_request, response) => response.writeHead(404).end());
    // Without this, an application that does not call `listen` would serve its API but no sockets.
    (this.app.getHttpServer() as HttpServer).once('listening', () => {
      this.listen().catch((error: unknown) => this.log.error({ message: 'SOCKET_PORT cannot be opened', error }));
    });
    const redisMetrics = this.app.get(RedisUsageMetrics);
    const adapter =
      createRedisAdapter(this.app.get(RedisService), this.config.redisPubSub, () =>
        redisMetrics.recordAdapterFailure(),
      ) ?? Adapter;
    const httpServer = this.separateServer ?? (this.app.getHttpServer() as HttpServer);
    const io: RealtimeServer = new Server(httpServer, { ...options, adapter });
    handleUpgrades(httpServer, `${io.path()}/`);
    const clock = this.app.get(Clock);
    const bodies = createIncomingBodies(this.config);
    for (const server of [this.app.getHttpServer() as HttpServer, ...this.separateServers]) {
      limitTcpConnections(server, this.config, () => clock.now());
      limitRequestRate(server, this.config, () => clock.now(), bodies);
    }
    this.app.get(TransportGuard).attach(io);
    const users = this.app.get(UserAdmission);
    const mainNamespace = io.of('/');
    this.handshakeFaults.wrapNamespace(mainNamespace);
    this.app.get(ResumeService).attach(mainNamespace, mainNamespace.adapter, {
      identify: ({ request: { headers, _query: query = {} } }, auth) => users.identify({ auth, headers, query }),
      onFailure: (error) => this.handshakeFaults.report(error),
    });
    const writer = new EngineWriter(this.app.get(DeliveryMetrics));
    io.use(({ client }, next) => {
      writer.install(client as unknown as PacketClient);
      next();
    });
    io.use(this.app.get(Handshake).middleware);
    const lifecycle = this.app.get(ConnectionLifecycle);
    io.on('connection', (socket) => lifecycle.onConnect(socket));
    io.engine.on('connection', (connection: EngineConnection) => {
      this.admission.onEngineOpened(connection);
      if (this.isFastPathOn) InboundFastPath.attach(connection);
    });
    io.engine.on('connection_error', (error: { code: number; message: string; req?: RefusedRequest }) => {
      this.app.get(ConnectionMetrics).recordHandshakeRefused(`transport_${error.code}`);
      if (error.req) this.admission.onEngineRefused(error.req);
      // A refused client must not keep the TCP connection open for its next attempt.
      if (error.req?.res?.headersSent === false) error.req.res.setHeader('connection', 'close');
      this.log.debug({ message: 'handshake refused by the transport', reason: error.message });
    });
    this.app.get(SocketServer).attach(io);
    this.io = io;
    return io;
  }

  /**
   * Opens SOCKET_PORT once, if it differs from PORT. Called automatically when the application listens.
   * @returns the port that sockets are served on; null if it is the port of the application.
   */
  listen(): Promise<number | null> {
    return (this.listening ??= this.listenOnce());
  }

  private async listenOnce(): Promise<number | null> {
    const listener = this.separateServer;
    if (!listener) return null;
    await listenOn(listener, this.config.socketPort, this.config.host);
    return (listener.address() as AddressInfo).port;
  }

  /** The HTTP servers besides that of the application: the one on SOCKET_PORT if it differs from PORT. */
  get separateServers(): HttpServer[] {
    return this.separateServer ? [this.separateServer] : [];
  }

  // Nest would build a closure per handler and socket here; the one connection listener above replaces it.
  override bindClientConnect(): void {}
  override bindMessageHandlers(): void {}

  private refusalReason(request: IncomingMessage): string | null {
    try {
      return this.admission.refusalReason(request);
    } catch (error) {
      // Stock clients retry after a refusal by the transport.
      this.handshakeFaults.report(error);
      return 'internal error';
    }
  }

  private serverOptions(): Partial<ServerOptions> {
    const { config } = this;
    const cors: CorsOptions = {
      origin: (origin, done) => done(null, isOriginAllowed(origin, config)),
      credentials: true,
    };
    return {
      transports: ['polling', 'websocket'],
      serveClient: false,
      upgradeTimeout: UPGRADE_TIMEOUT_MS,
      connectTimeout: config.connectTimeoutMs,
      pingInterval: config.pingIntervalMs,
      pingTimeout: config.pingTimeoutMs,
      maxHttpBufferSize: config.maxPayloadBytes,
      perMessageDeflate: false,
      wsEngine: this.isFastPathOn ? CorkedWebSocketServer : GuardedWebSocketServer,
      // A recovered client passes the middleware like any other.
      connectionStateRecovery: { maxDisconnectionDuration: config.recoveryWindowMs, skipMiddlewares: false },
      cors: ({ headers }: Pick<IncomingMessage, 'headers'>, done: (error: null, options: CorsOptions) => void) =>
        done(null, headers.upgrade === undefined ? cors : NO_CORS),
      allowRequest: (request, done) => {
        const refusal = this.refusalReason(request);
        done(refusal, refusal === null);
      },
    };
  }
}
