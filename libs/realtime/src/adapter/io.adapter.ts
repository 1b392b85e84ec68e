/**
 * Wires Socket.IO into Nest: transports, limits, origin, authentication, Redis pub/sub, and one connection listener that
 * hands sockets to the command dispatcher instead of a chain of observables per handler and socket.
 */
import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type INestApplication, Logger } from '@nestjs/common';
import { IoAdapter as NestIoAdapter } from '@nestjs/platform-socket.io';
import { APP_CONFIG, type AppConfig, listenOn, RedisService } from '@aeturnis/platform';
import { Server, type ServerOptions } from 'socket.io';
import { Adapter } from 'socket.io-adapter';
import { Handshake } from '../auth/handshake';
import { HandshakeFaults } from '../auth/handshake-faults';
import { TransportDoor } from '../auth/transport-door';
import { Clock } from '../clock';
import { ConnectionLifecycle } from '../connections/connection-lifecycle';
import { DeliveryMetrics } from '../metrics/delivery-metrics';
import { SocketMetrics } from '../metrics/socket-metrics';
import { RecoveryService } from '../recovery/recovery.service';
import type { RealtimeServer } from '../socket-types';
import { CorkedWebSocketServer } from './corked-websocket';
import type { EngineConnection } from './engine-connection';
import { EngineWriter, type PacketClient } from './engine-writer';
import { GuardedWebSocketServer } from './guarded-websocket';
import { isOriginAllowed } from './origin';
import { redisPubSub } from './redis-pubsub';
import { limitRequestRate } from './request-limits';
import { SocketServer } from './socket-server';
import { StraightWay } from './straight-way';
import { mustBeSupported } from './supported-options';
import { limitTcp } from './tcp-limits';
import { TransportGuard } from './transport-guard';
import { checkTransportInternals } from './transport-internals';
import { handleUpgrades } from './upgrade-requests';

const UPGRADE_TIMEOUT_MS = 10_000;

/** The engine puts the answer there, except to upgrades. */
type RefusedRequest = IncomingMessage & { readonly res?: ServerResponse };
type CorsOptions = Exclude<ServerOptions['cors'], undefined | ((...args: never[]) => unknown)>;
/** No browser reads them in the answer to an upgrade. */
const NO_CORS: CorsOptions = { origin: false };

export class IoAdapter extends NestIoAdapter {
  private readonly log = new Logger('Sockets');
  private readonly config: AppConfig;
  private readonly door: TransportDoor;
  private readonly faults: HandshakeFaults;
  private io: RealtimeServer | null = null;
  private ownListener: HttpServer | null = null;
  /** Whether frames pass by `ws`, the engine and Socket.IO where that comes to the same. */
  private readonly isFast: boolean;
  private opening: Promise<number | null> | null = null;

  constructor(private readonly app: INestApplication) {
    super(app);
    this.config = app.get<AppConfig>(APP_CONFIG);
    this.door = app.get(TransportDoor);
    this.faults = app.get(HandshakeFaults);
    const lacking = checkTransportInternals();
    this.isFast = this.config.socketCork === 'on' && lacking.length === 0;
    if (lacking.length > 0)
      this.log.warn({
        message: 'fast path of the transport is off, commands and events cost more: a library lacks private members',
        lacking,
      });
  }

  /** All gateways share one server, whatever port or options they name: there is one front door. */
  override createIOServer(_port: number, extra?: Partial<ServerOptions>): RealtimeServer {
    mustBeSupported(extra);
    if (this.io) return this.io;
    const options = { ...extra, ...this.serverOptions() };
    const separate = this.config.socketPort !== undefined && this.config.socketPort !== this.config.port;
    if (separate) this.ownListener = createServer((_request, response) => response.writeHead(404).end());
    // An application that forgets to call `listen` would serve its API, and no sockets.
    (this.app.getHttpServer() as HttpServer).once('listening', () => {
      this.listen().catch((error: unknown) => this.log.error({ message: 'SOCKET_PORT cannot be opened', error }));
    });
    const metrics = this.app.get(SocketMetrics);
    const adapter =
      redisPubSub(this.app.get(RedisService), this.config.redisPubSub, () => metrics.adapterFailure()) ?? Adapter;
    const httpServer = this.ownListener ?? (this.app.getHttpServer() as HttpServer);
    const io: RealtimeServer = new Server(httpServer, { ...options, adapter });
    handleUpgrades(httpServer, `${io.path()}/`);
    const clock = this.app.get(Clock);
    for (const server of [this.app.getHttpServer() as HttpServer, ...this.listeners]) {
      limitTcp(server, this.config, () => clock.now());
      limitRequestRate(server, this.config, () => clock.now());
    }
    this.app.get(TransportGuard).attach(io);
    const handshake = this.app.get(Handshake);
    const players = io.of('/');
    this.faults.guard(players);
    this.app
      .get(RecoveryService)
      .attach(players, players.adapter, ({ request: { headers, _query: query = {} } }, auth) =>
        handshake.identityOf({ auth, headers, query }),
      );
    const writer = new EngineWriter(this.app.get(DeliveryMetrics));
    io.use(({ client }, next) => {
      writer.takeOver(client as unknown as PacketClient);
      next();
    });
    io.use(handshake.middleware);
    const lifecycle = this.app.get(ConnectionLifecycle);
    io.on('connection', (socket) => lifecycle.opened(socket));
    io.engine.on('connection', (connection: EngineConnection) => {
      this.door.opened(connection);
      if (this.isFast) StraightWay.begin(connection);
    });
    io.engine.on('connection_error', (error: { code: number; message: string; req?: RefusedRequest }) => {
      metrics.refused(`transport_${error.code}`);
      if (error.req) this.door.refused(error.req);
      // Whoever is refused keeps no connection open for the next attempt.
      if (error.req?.res?.headersSent === false) error.req.res.setHeader('connection', 'close');
      this.log.debug({ message: 'handshake refused by the transport', reason: error.message });
    });
    this.app.get(SocketServer).attach(io);
    this.io = io;
    return io;
  }

  /**
   * Opens SOCKET_PORT where it differs from PORT, once; that happens by itself when the application listens.
   * @returns the port sockets are served on, if it is one of its own.
   */
  listen(): Promise<number | null> {
    return (this.opening ??= this.listenOnce());
  }

  private async listenOnce(): Promise<number | null> {
    const listener = this.ownListener;
    if (!listener) return null;
    await listenOn(listener, this.config.socketPort, this.config.host);
    return (listener.address() as AddressInfo).port;
  }

  /** What listens for HTTP beside the application: SOCKET_PORT, where it is one of its own. */
  get listeners(): HttpServer[] {
    return this.ownListener ? [this.ownListener] : [];
  }

  // Nest would build a closure per handler and socket here; the one connection listener above replaces it.
  override bindClientConnect(): void {}
  override bindMessageHandlers(): void {}

  private refusalOf(request: IncomingMessage): string | null {
    try {
      return this.door.refusal(request);
    } catch (error) {
      // Stock clients try again after a refusal of the transport.
      this.faults.report(error);
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
      wsEngine: this.isFast ? CorkedWebSocketServer : GuardedWebSocketServer,
      // A recovered client passes the middleware like any other.
      connectionStateRecovery: { maxDisconnectionDuration: config.recoveryWindowMs, skipMiddlewares: false },
      cors: ({ headers }: Pick<IncomingMessage, 'headers'>, done: (error: null, options: CorsOptions) => void) =>
        done(null, headers.upgrade === undefined ? cors : NO_CORS),
      allowRequest: (request, done) => {
        const refusal = this.refusalOf(request);
        done(refusal, refusal === null);
      },
    };
  }
}
