/** Words between nodes: this node hears itself at once, also while Redis is away; the others through Redis when it is up. */
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { FailureLog, RedisService } from '@aeturnis/platform';
import { SocketServer } from '../adapter/socket-server';

const CHANNEL = 'aeturnis:bus';
const MAX_KEPT = 10_000;
/** After its return Redis is not heard by all nodes at once: their subscriptions come back within so long. */
const SAY_KEPT_AFTER_MS = 3_000;

/** What is said must be JSON. */
export type BusMessage = Record<string, unknown>;
type Handler = (message: BusMessage) => void;

@Injectable()
export class ClusterBus implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ClusterBus.name);
  private readonly failures = new FailureLog(this.logger);
  private readonly handlers = new Map<string, Handler[]>();
  private readonly kept = new Map<string, () => void>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly server: SocketServer,
    private readonly redis: RedisService,
  ) {}

  on<Message extends object>(topic: string, handler: (message: Message) => void): void {
    const known = this.handlers.get(topic) ?? [];
    this.handlers.set(topic, [...known, handler as unknown as Handler]);
  }

  /**
   * Other nodes may miss it; state that matters is in the database. With `keepAs`, what is said while Redis is away, or cannot
   * be used, is said soon after its return, unless something newer was said under the same name by then.
   */
  publish(topic: string, message: object, { keepAs }: { keepAs?: string } = {}): void {
    this.hear(topic, message as BusMessage);
    if (this.redis.state === 'off' || !this.server.up) return;
    if (keepAs !== undefined) this.kept.delete(keepAs);
    // In trouble some of the others may hear it.
    if (this.redis.state === 'up') this.tellOthers(topic, message);
    if (!this.redis.usable && keepAs !== undefined && this.kept.size < MAX_KEPT)
      this.kept.set(keepAs, () => this.tellOthers(topic, message));
  }

  onApplicationBootstrap(): void {
    if (!this.server.up) return;
    const events = this.server.io as unknown as NodeJS.EventEmitter;
    events.on(CHANNEL, (topic: string, message: BusMessage) => this.hear(topic, message));
    const changed = (): void => {
      clearTimeout(this.timer);
      if (this.redis.usable) this.timer = setTimeout(() => this.sayKept(), SAY_KEPT_AFTER_MS);
    };
    this.redis.onStateChange(changed);
    this.redis.onTrouble(changed);
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
  }

  private sayKept(): void {
    for (const say of this.kept.values()) say();
    this.kept.clear();
  }

  private tellOthers(topic: string, message: object): void {
    const { io } = this.server;
    (io.serverSideEmit as (event: string, ...args: unknown[]) => boolean).call(io, CHANNEL, topic, message);
  }

  private hear(topic: string, message: BusMessage): void {
    for (const handler of this.handlers.get(topic) ?? []) {
      try {
        handler(message);
      } catch (error) {
        this.failures.error({ message: 'bus handler failed', topic, error });
      }
    }
  }
}
