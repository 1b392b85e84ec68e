/**
 * Writes to the database every few moments, the way commands do, that this node is there. So the node knows whether its
 * commands can write, which a connection that answers does not tell: a database may be read-only, full, locked, or out of
 * connections. And it sees other nodes on the same database that it cannot talk to.
 */
import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import {
  APP_CONFIG,
  type AppConfig,
  StateChangeLog,
  Database,
  HealthProbes,
  inBackground,
  type ProbeResult,
  Shutdown,
} from '@aeturnis/platform';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Gauge } from 'prom-client';
import { reasonOf } from './failure-reason';
import { NodesRepository, type NodeRow, type OtherNode } from './nodes.repository';

export const WRITABLE = 'aeturnis_database_writable';

const APART = 'another node uses this database and cannot be heard: set the same REDIS_URL for both, or stop one';
const BEAT_MS = 1_000;
/** Without a beat for so long the node is not ready; load balancers ask every few seconds. */
const PATIENCE_MS = 3_500;
const DISK_FULL = '53100';
/** A user who may not try whether there is space again is believed after so long without a refusal. */
const FULL_MS = 10_000;

@Injectable()
export class NodeBeat implements OnModuleInit, OnApplicationBootstrap {
  private readonly logger = new Logger('Nodes');
  private readonly changes = new StateChangeLog(this.logger);
  private readonly own: NodeRow;
  private timer: NodeJS.Timeout | undefined;
  private underWay: Promise<void> | null = null;
  private wroteAt = -Infinity;
  private failure: unknown;
  /** The last refusal of a write, of any statement, because the disk is full; null since there is space again. */
  private diskFull: { readonly error: unknown; readonly at: number } | null = null;
  private wasWritable = true;
  /** The first `seenAt` of each other node: a node whose `seenAt` has advanced since is alive, a crashed one is not. */
  private firstSeen = new Map<string, string>();
  private conflict: OtherNode | null = null;

  constructor(
    @Inject(APP_CONFIG) config: AppConfig,
    private readonly nodes: NodesRepository,
    private readonly database: Database,
    private readonly probes: HealthProbes,
    private readonly shutdown: Shutdown,
    @InjectMetric(WRITABLE) private readonly writable: Gauge,
  ) {
    this.own = { id: randomUUID(), name: config.nodeId, alone: config.redisUrl === undefined };
  }

  onModuleInit(): void {
    this.probes.register('writes', () => this.probe());
    this.shutdown.register('state', 'nodes', () => this.leave());
  }

  onApplicationBootstrap(): void {
    this.writable.set(0);
    this.database.onStateChange(() => this.round());
    this.database.onError((error) => {
      if (error.code === DISK_FULL) this.noteDiskFull(error);
    });
    this.database.whenReady(
      () => this.nodes.forgetGone(),
      (error) => this.logger.warn({ message: 'nodes that are gone could not be forgotten', error }),
    );
    this.timer = setInterval(() => this.round(), BEAT_MS).unref();
  }

  private round(): void {
    if (this.database.state === 'ready')
      this.underWay ??= inBackground('nodes', () => this.beat()).finally(() => (this.underWay = null));
    this.tellChange();
  }

  private async beat(): Promise<void> {
    try {
      const others = await this.nodes.beat(this.own);
      this.wroteAt = performance.now();
      this.failure = undefined;
      this.lookAt(others);
      if (this.diskFull) await this.tryDisk(this.diskFull.at);
    } catch (error) {
      this.failure = error;
    }
    this.tellChange();
  }

  private noteDiskFull(error: unknown): void {
    this.diskFull = { error, at: performance.now() };
    this.tellChange();
  }

  private async tryDisk(fullAt: number): Promise<void> {
    try {
      await this.nodes.useSpace();
      this.diskFull = null;
    } catch {
      // Refused for lack of space again, it has been noted anew.
      if (performance.now() - fullAt > FULL_MS && this.diskFull?.at === fullAt) this.diskFull = null;
    }
  }

  /** Finds a live node on this database that exchanges no messages with this one: a character could be played on both. */
  private lookAt(others: readonly OtherNode[]): void {
    this.firstSeen = new Map(others.map(({ id, seenAt }) => [id, this.firstSeen.get(id) ?? seenAt]));
    const apart = others.filter(
      ({ id, seenAt, alone }) => seenAt !== this.firstSeen.get(id) && (alone || this.own.alone),
    );
    const conflict = apart.find(({ startedEarlier }) => startedEarlier) ?? apart[0] ?? null;
    if (conflict?.id !== this.conflict?.id) this.tellConflict(conflict);
    this.conflict = conflict;
  }

  private tellConflict(conflict: OtherNode | null): void {
    if (!conflict) return this.logger.log({ message: 'no other node uses this database without Redis any more' });
    this.logger.error({
      message: APART,
      other: conflict.name,
      otherHasRedis: !conflict.alone,
      startedEarlier: conflict.startedEarlier,
    });
  }

  private get isWritable(): boolean {
    return this.diskFull === null && performance.now() - this.wroteAt < PATIENCE_MS;
  }

  private tellChange(): void {
    const { isWritable } = this;
    this.writable.set(isWritable ? 1 : 0);
    const hasBegun = this.wroteAt > -Infinity || this.failure !== undefined;
    if (isWritable === this.wasWritable || !hasBegun) return;
    this.wasWritable = isWritable;
    if (isWritable) return this.changes.record('log', { message: 'the database can be written to again' });
    const { cause: error } = this;
    const message = `the database cannot be written to: ${this.reason}`;
    this.changes.record('error', { message, ...(error !== undefined && { error }) });
  }

  private get reason(): string {
    return reasonOf(this.cause);
  }

  private get cause(): unknown {
    return this.diskFull?.error ?? this.database.failure ?? this.failure;
  }

  private async probe(): Promise<ProbeResult> {
    // Right after the start the result of the first write is awaited, so that a healthy node is ready at once.
    if (this.wroteAt === -Infinity) await this.underWay;
    // The metric and the log say no less than readiness.
    this.tellChange();
    if (!this.isWritable) return { status: 'down', reason: this.reason };
    if (!this.conflict) return { status: 'up' };
    return { status: this.conflict.startedEarlier ? 'down' : 'degraded', reason: APART };
  }

  private async leave(): Promise<void> {
    clearInterval(this.timer);
    if (this.database.state !== 'ready') return;
    await this.underWay;
    await this.nodes.leave(this.own.id);
  }
}
