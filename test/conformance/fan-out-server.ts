/** A Socket.IO server as the product writes to it, and stock clients of it. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type ServerOptions, type Socket as ServerSocket } from 'socket.io';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { loadConfig } from '@aeturnis/platform';
import { guardOf } from '../../libs/realtime/src/adapter/connection-guard';
import { CorkedWebSocketServer } from '../../libs/realtime/src/adapter/corked-websocket';
import { EngineWriter, type PacketClient, write } from '../../libs/realtime/src/adapter/engine-writer';
import { GuardedWebSocketServer } from '../../libs/realtime/src/adapter/guarded-websocket';
import { encodedPacket } from '../../libs/realtime/src/adapter/outgoing-packet';
import { TransportGuard } from '../../libs/realtime/src/adapter/transport-guard';
import { Clock } from '../../libs/realtime/src/clock';
import type { SocketMetrics } from '../../libs/realtime/src/metrics/socket-metrics';
import { until } from '../support/client';
import { testEnvironment } from '../support/environment';

const NO_LIMITS = { LIMITS: 'off', MAX_WRITE_BUFFER_BYTES: '1000000000', MAX_NODE_WRITE_BUFFER_BYTES: '1000000000' };
/** Nobody is cut off here. */
const NO_METRICS = {} as SocketMetrics;

export interface Pair {
  client: Socket;
  there: ServerSocket;
  /** The payloads of `word`, in the order they came. */
  words: unknown[];
}

export class FanOutServer {
  /** Volatile packets that were not sent. */
  dropped = 0;
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
    const made = new FanOutServer(server, `http://127.0.0.1:${(http.address() as AddressInfo).port}`);
    const writer = new EngineWriter({ volatileDropped: () => made.dropped++ });
    server.use(({ client, conn }, next) => {
      guardOf(conn)?.admit({ userId: '', ip: '' });
      writer.takeOver(client as unknown as PacketClient);
      next();
    });
    return made;
  }

  async connect(...transports: NonNullable<(ManagerOptions & SocketOptions)['transports']>): Promise<Pair> {
    const client = io(this.url, { transports, forceNew: true, reconnection: false });
    this.clients.push(client);
    const words: unknown[] = [];
    client.on('word', (word: unknown) => words.push(word));
    await told(client, 'connect');
    const there = this.io.sockets.sockets.get(client.id ?? '');
    if (!there) throw new Error('the server does not know it');
    return { client, there, words };
  }

  /** A word to all of them that may wait a little. */
  sayUnhurried(word: string, to: readonly Pair[]): void {
    const packet = encodedPacket([`2["word",${JSON.stringify(word)}]`], true);
    for (const { there } of to) write(there.client as unknown as PacketClient, packet);
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.disconnect();
    await this.io.close();
  }
}

/** The first argument of the next such event. */
export const told = (client: Socket, event: string): Promise<unknown> =>
  new Promise((resolve) => client.once(event, (word: unknown) => resolve(word)));

export const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

export const heard = (words: unknown[], count: number): Promise<void> =>
  until(() => words.length >= count, `${count} words`);

/** Everything that was sent before has arrived. */
export async function settled({ client, there }: Pair): Promise<void> {
  there.once('ask', (answer: () => void) => answer());
  await client.timeout(10_000).emitWithAck('ask');
}
