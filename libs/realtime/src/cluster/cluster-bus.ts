/** Publish/subscribe between nodes. Local handlers run at once, even without Redis; other nodes get messages through Redis. */
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { FailureLog, RedisService } from '@aeturnis/platform';
import { SocketServer } from '../transport/socket-server';

const CHANNEL = 'aeturnis:bus';
const MAX_DEFERRED = 10_000;
/** When Redis is back, the nodes need up to this long to subscribe again; deferred messages are published afterwards. */
const PUBLISH_DEFERRED_AFTER_MS = 3_000;

/** Messages must be JSON. */
export type BusMessage = Record<string, unknown>;
type BusHandler = (message: BusMessage) => void;

@Injectable()
export class ClusterBus implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ClusterBus.name);
  private readonly failures = new FailureLog(this.logger);
  private readonly handlers = new Map<string, BusHandler[]>();
  private readonly deferred = new Map<string, () => void>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly server: SocketServer,
    private readonly redis: RedisService,
  ) {}

  subscribe<Message extends object>(topic: string, handler: (message: Message) => void): void {
    const handlers = this.handlers.get(topic) ?? [];
    this.handlers.set(topic, [...handlers, handler as unknown as BusHandler]);
  }

  /**
   * Other nodes may miss a message, so durable state belongs in the database. With `keepAs`, a message published while Redis is
   * unusable is published again after its return, unless a newer one with the same `keepAs` replaced it.
   */
  publish(topic: string, message: object, { keepAs }: { keepAs?: string } = {}): void {
    this.deliver(topic, message as BusMessage);
    if (this.redis.state === 'off' || !this.server.isUp) return;
    if (keepAs !== undefined) this.deferred.delete(keepAs);
    // Even if Redis is unusable for this node, some other nodes may receive the message.
    if (this.redis.state === 'up') this.publishToOthers(topic, message);
    if (!this.redis.isUsable && keepAs !== undefined && this.deferred.size < MAX_DEFERRED)
      this.deferred.set(keepAs, () => this.publishToOthers(topic, message));
  }

  onApplicationBootstrap(): void {
    if (!this.server.isUp) return;
    const events = this.server.io as unknown as NodeJS.EventEmitter;
    events.on(CHANNEL, (topic: string, message: BusMessage) => this.deliver(topic, message));
    const onRedisChange = (): void => {
      clearTimeout(this.timer);
      if (this.redis.isUsable) this.timer = setTimeout(() => this.publishDeferred(), PUBLISH_DEFERRED_AFTER_MS);
    };
    this.redis.onStateChange(onRedisChange);
    this.redis.onUsabilityChange(onRedisChange);
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
  }

  private publishDeferred(): void {
    for (const publish of this.deferred.values()) publish();
    this.deferred.clear();
  }

  private publishToOthers(topic: string, message: object): void {
    const { io } = this.server;
    (io.serverSideEmit as (event: string, ...args: unknown[]) => boolean).call(io, CHANNEL, topic, message);
  }

  private deliver(topic: string, message: BusMessage): void {
    for (const handler of this.handlers.get(topic) ?? []) {
      try {
        handler(message);
      } catch (error) {
        this.failures.error({ message: 'cluster bus handler failed, message not handled', topic, error });
      }
    }
  }
}
