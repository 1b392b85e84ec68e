/** A Socket.IO server with the product's `EngineWriter`, and stock clients connected to it. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type ServerOptions, type Socket as ServerSocket } from 'socket.io';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { loadConfig } from '@aeturnis/platform';
import { guardOf } from '../../libs/realtime/src/transport/limits/connection-guard';
import { CorkedWebSocketServer } from '../../libs/realtime/src/transport/outbound/corked-websocket';
import { EngineWriter, type PacketClient, writePacket } from '../../libs/realtime/src/transport/outbound/engine-writer';
import { GuardedWebSocketServer } from '../../libs/realtime/src/transport/inbound/guarded-websocket';
import { createEncodedPacket } from '../../libs/realtime/src/transport/outbound/encoded-packet';
import { TransportGuard } from '../../libs/realtime/src/transport/limits/transport-guard';
import { Clock } from '../../libs/realtime/src/base/clock';
import type { ConnectionMetrics } from '../../libs/realtime/src/base/metrics/connection-metrics';
import { waitUntil } from '../support/clients/client';
import { testEnvironment } from '../support/environment';

const NO_LIMITS = { LIMITS: 'off', MAX_WRITE_BUFFER_BYTES: '1000000000', MAX_NODE_WRITE_BUFFER_BYTES: '1000000000' };
/** Unused: with these limits the guard closes no connection, so it records nothing. */
const NO_METRICS = {} as ConnectionMetrics;

export interface ConnectedPair {
  client: Socket;
  serverSocket: ServerSocket;
  /** The payloads of `word` events, in the order of their arrival. */
  received: unknown[];
}

export class FanOutServer {
  /** Volatile packets that were dropped. */
  droppedVolatile = 0;
  private readonly clients: Socket[] = [];

  private constructor(
    readonly io: Server,
    private readonly url: string,
  ) {}

  static async start({
    corked = true,
    ...options
  }: Partial<ServerOptions> & { corked?: boolean } = {}): Promise<FanOutServer> {
    const http = createServer().listen(0, '127.0.0.1');
    await once(http, 'listening');
    const wsEngine = corked ? CorkedWebSocketServer : GuardedWebSocketServer;
    const server = new Server(http, { wsEngine, ...options });
    const guard = new TransportGuard(loadConfig(testEnvironment(NO_LIMITS)), new Clock(), NO_METRICS);
    guard.attach(server);
    const started = new FanOutServer(server, `http://127.0.0.1:${(http.address() as AddressInfo).port}`);
    const writer = new EngineWriter({ recordVolatileDropped: () => started.droppedVolatile++ });
    server.use(({ client, conn }, next) => {
      guardOf(conn)?.onAdmitted({ userId: '', ip: '' });
      writer.install(client as unknown as PacketClient);
      next();
    });
    return started;
  }

  async connect(...transports: NonNullable<(ManagerOptions & SocketOptions)['transports']>): Promise<ConnectedPair> {
    const client = io(this.url, { transports, forceNew: true, reconnection: false });
    this.clients.push(client);
    const received: unknown[] = [];
    client.on('word', (payload: unknown) => received.push(payload));
    await nextPayload(client, 'connect');
    const serverSocket = this.io.sockets.sockets.get(client.id ?? '');
    if (!serverSocket) throw new Error('the server has no socket with the id of the client');
    return { client, serverSocket, received };
  }

  /** Sends a deferrable message: it may wait a short time for other writes. */
  sendDeferred(message: string, to: readonly ConnectedPair[]): void {
    const packet = createEncodedPacket([`2["word",${JSON.stringify(message)}]`], true);
    for (const { serverSocket } of to) writePacket(serverSocket.client as unknown as PacketClient, packet);
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.disconnect();
    await this.io.close();
  }
}

/** The first argument of the next such event. */
export const nextPayload = (client: Socket, event: string): Promise<unknown> =>
  new Promise((resolve) => client.once(event, (payload: unknown) => resolve(payload)));

export const integersUpTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

export const untilReceived = (received: unknown[], count: number): Promise<void> =>
  waitUntil(() => received.length >= count, `${count} messages received`);

/** Resolves once everything sent before has arrived. */
export async function untilDelivered({ client, serverSocket }: ConnectedPair): Promise<void> {
  serverSocket.once('ask', (answer: () => void) => answer());
  await client.timeout(10_000).emitWithAck('ask');
}
