/** Finds the connections whose right ended while this node could not be told: after Redis was away, and now and then. */
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { FailureLog, RedisService } from '@aeturnis/platform';
import type { Connection } from '../connections/connection';
import { Connections } from '../connections/connections';
import { type Standing, TokenVerifier } from './token-verifier';

const EVERY_MS = 60_000;
const BATCH = 500;
const RETRY_MS = 5_000;
/** Nodes that lost Redis together do not ask the database together. */
const JITTER_MS = 1_000;
/** Subscriptions may come back so much later than the connection for commands; what was said in between is lost as well. */
const SUBSCRIBED_MS = 6_000;

@Injectable()
export class Reverification implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Sessions');
  private readonly failures = new FailureLog(this.logger);
  private readonly ended = new AbortController();
  private tail: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly verifier: TokenVerifier,
    private readonly connections: Connections,
    private readonly redis: RedisService,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.runIn(0), EVERY_MS).unref();
    const changed = (): void => {
      if (this.redis.usable) for (const afterMs of [0, SUBSCRIBED_MS]) void this.runIn(afterMs);
    };
    this.redis.onStateChange(changed);
    this.redis.onTrouble(changed);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    this.ended.abort();
  }

  /**
   * Looks at all connections there are now, one batch after the other; those without the right are closed in the way after
   * which clients stay away, the others act with the roles they have now. What cannot be looked up is tried again.
   */
  run(): Promise<void> {
    return (this.tail = this.tail.then(() => this.runOnce()));
  }

  private async runIn(afterMs: number): Promise<void> {
    if (await this.waited(afterMs + Math.random() * JITTER_MS)) await this.run();
  }

  private async runOnce(): Promise<void> {
    const all = [...this.connections.all()];
    for (let start = 0; start < all.length; start += BATCH) {
      const batch = all.slice(start, start + BATCH).filter(({ open }) => open);
      const standings = await this.standing(batch);
      batch.forEach((connection, index) => this.apply(connection, standings[index]));
    }
  }

  private async standing(batch: readonly Connection[]): Promise<Standing[]> {
    do {
      try {
        return await this.verifier.standing(batch.map(({ principal }) => principal));
      } catch (error) {
        this.failures.warn({ message: 'sessions cannot be looked up; trying again', error });
      }
    } while (await this.waited(RETRY_MS));
    return [];
  }

  private apply(connection: Connection, standing: Standing | undefined): void {
    if (!standing) return;
    const { principal, socketId } = connection;
    if ('revoked' in standing) {
      const { code } = standing.revoked;
      this.logger.log({ message: 'right lost, connection closed', userId: principal.userId, socketId, code });
      connection.close({ ...standing.revoked, reconnect: false });
    } else connection.become({ ...principal, roles: standing.roles });
  }

  /** False where the server ends before. */
  private waited(ms: number): Promise<boolean> {
    return delay(ms, true, { ref: false, signal: this.ended.signal }).catch(() => false);
  }
}
