/** Words between nodes: this node hears itself at once, also while Redis is away; the others through Redis when it is up. */
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { SocketServer } from '../adapter/socket-server';

const CHANNEL = 'aeturnis:bus';
/** What is said must be JSON. Delivery to other nodes is at most once: state that matters is in the database. */
export type BusMessage = Record<string, unknown>;
type Handler = (message: BusMessage) => void;

@Injectable()
export class ClusterBus implements OnApplicationBootstrap {
  private readonly logger = new Logger(ClusterBus.name);
  private readonly handlers = new Map<string, Handler[]>();

  constructor(private readonly server: SocketServer) {}

  on<Message extends object>(topic: string, handler: (message: Message) => void): void {
    const known = this.handlers.get(topic) ?? [];
    this.handlers.set(topic, [...known, handler as unknown as Handler]);
  }

  publish(topic: string, message: object): void {
    this.hear(topic, message as BusMessage);
    if (!this.server.up) return;
    // Without a Redis adapter there is nobody else, and Socket.IO's in-memory adapter refuses.
    if ('pubClient' in this.server.io.of('/').adapter) emitToOthers(this.server, topic, message);
  }

  onApplicationBootstrap(): void {
    if (!this.server.up) return;
    const events = this.server.io as unknown as NodeJS.EventEmitter;
    events.on(CHANNEL, (topic: string, message: BusMessage) => this.hear(topic, message));
  }

  private hear(topic: string, message: BusMessage): void {
    for (const handler of this.handlers.get(topic) ?? []) {
      try {
        handler(message);
      } catch (error) {
        this.logger.error({ message: 'bus handler failed', topic, error });
      }
    }
  }
}

function emitToOthers(server: SocketServer, topic: string, message: object): void {
  (server.io.serverSideEmit as (event: string, ...args: unknown[]) => boolean).call(server.io, CHANNEL, topic, message);
}
