/** Closes connections whose access was revoked while this node missed it: checked after a Redis outage, and every minute. */
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { FailureLog, RedisService } from '@aeturnis/platform';
import type { Connection } from '../connections/connection';
import { ConnectionRegistry } from '../connections/connection-registry';
import { type PrincipalStatus, TokenVerifier } from './token-verifier';

const INTERVAL_MS = 60_000;
const BATCH_SIZE = 500;
const RETRY_MS = 5_000;
/** Keeps nodes that lost Redis together from querying the database together. */
const JITTER_MS = 1_000;
/** Subscriptions may resume this much later than the command connection; revocations published in between are lost too. */
const RESUBSCRIBE_MS = 6_000;

@Injectable()
export class Reverification implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Sessions');
  private readonly failures = new FailureLog(this.logger);
  private readonly shutdownSignal = new AbortController();
  private tail: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly verifier: TokenVerifier,
    private readonly connections: ConnectionRegistry,
    private readonly redis: RedisService,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.runAfter(0), INTERVAL_MS).unref();
    const reverifyIfUsable = (): void => {
      if (this.redis.isUsable) for (const afterMs of [0, RESUBSCRIBE_MS]) void this.runAfter(afterMs);
    };
    this.redis.onStateChange(reverifyIfUsable);
    this.redis.onUsabilityChange(reverifyIfUsable);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    this.shutdownSignal.abort();
  }

  /**
   * Checks all current connections, batch by batch. Revoked ones are closed with `reconnect: false`, all others get their
   * current roles. A failed lookup is retried.
   */
  run(): Promise<void> {
    return (this.tail = this.tail.then(() => this.runOnce()));
  }

  private async runAfter(afterMs: number): Promise<void> {
    if (await this.waitUnlessShutdown(afterMs + Math.random() * JITTER_MS)) await this.run();
  }

  private async runOnce(): Promise<void> {
    const all = [...this.connections.all()];
    for (let start = 0; start < all.length; start += BATCH_SIZE) {
      const batch = all.slice(start, start + BATCH_SIZE).filter(({ isOpen }) => isOpen);
      const statuses = await this.lookUpStatuses(batch);
      batch.forEach((connection, index) => this.apply(connection, statuses[index]));
    }
  }

  private async lookUpStatuses(batch: readonly Connection[]): Promise<PrincipalStatus[]> {
    do {
      try {
        return await this.verifier.currentStatuses(batch.map(({ principal }) => principal));
      } catch (error) {
        this.failures.warn({ message: `session lookup failed, retrying in ${RETRY_MS} ms`, error });
      }
    } while (await this.waitUnlessShutdown(RETRY_MS));
    return [];
  }

  private apply(connection: Connection, status: PrincipalStatus | undefined): void {
    if (!status) return;
    const { principal, socketId } = connection;
    if ('revoked' in status) {
      const { code } = status.revoked;
      this.logger.log({ message: 'access revoked, connection closed', userId: principal.userId, socketId, code });
      connection.close({ ...status.revoked, reconnect: false });
    } else connection.updatePrincipal({ ...principal, roles: status.roles });
  }

  /** False if the server shuts down first. */
  private waitUnlessShutdown(ms: number): Promise<boolean> {
    return delay(ms, true, { ref: false, signal: this.shutdownSignal.signal }).catch(() => false);
  }
}
