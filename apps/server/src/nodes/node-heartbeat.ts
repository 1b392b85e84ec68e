/**
 * Writes a heartbeat to the database every second, over the pool that commands use. It shows whether commands can write, which
 * a ping does not: the database may be read-only, full, locked or out of connections. The heartbeats also reveal other nodes
 * that use the same database without a shared Redis.
 */
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import {
  APP_CONFIG,
  type AppConfig,
  StateChangeLog,
  Database,
  HealthProbes,
  NodeIdentity,
  runInBackground,
  type ProbeResult,
  Shutdown,
} from '@aeturnis/platform';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Gauge } from 'prom-client';
import { describeWriteFailure } from './write-failure';
import { NodesRepository, type NodeRow, type OtherNode } from './nodes.repository';

export const DATABASE_WRITABLE_METRIC = 'aeturnis_database_writable';

const CONFLICT_MESSAGE =
  'another node uses this database without a shared Redis: set the same REDIS_URL on both nodes, or stop one of them';
const BEAT_INTERVAL_MS = 1_000;
/** Without a successful heartbeat for this time the node is not ready. */
const UNREADY_AFTER_MS = 3_500;
const DISK_FULL = '53100';
/** If the role may not create temporary tables, the disk counts as free again after this time without a refused write. */
const DISK_FULL_TTL_MS = 10_000;

@Injectable()
export class NodeHeartbeat implements OnModuleInit, OnApplicationBootstrap {
  private readonly logger = new Logger('Nodes');
  private readonly changes = new StateChangeLog(this.logger);
  private readonly self: NodeRow;
  private timer: NodeJS.Timeout | undefined;
  private runningBeat: Promise<void> | null = null;
  private lastWriteAt = -Infinity;
  private failure: unknown;
  /** The last write that was refused because the disk is full; null while there is space. */
  private diskFull: { readonly error: unknown; readonly at: number } | null = null;
  private wasWritable = true;
  /** The first `seenAt` of each other node. A node is alive if its `seenAt` has advanced since; a crashed one does not advance. */
  private firstSeen = new Map<string, string>();
  private conflict: OtherNode | null = null;

  constructor(
    @Inject(APP_CONFIG) config: AppConfig,
    identity: NodeIdentity,
    private readonly nodes: NodesRepository,
    private readonly database: Database,
    private readonly probes: HealthProbes,
    private readonly shutdown: Shutdown,
    @InjectMetric(DATABASE_WRITABLE_METRIC) private readonly writable: Gauge,
  ) {
    this.self = { id: identity.incarnation, name: identity.node, alone: config.redisUrl === undefined };
  }

  onModuleInit(): void {
    this.probes.register('writes', () => this.probe());
    this.shutdown.register('state', 'nodes', () => this.deregister());
  }

  onApplicationBootstrap(): void {
    this.writable.set(0);
    this.database.onStateChange(() => this.tick());
    this.database.onError((error) => {
      if (error.code === DISK_FULL) this.markDiskFull(error);
    });
    this.database.runWhenReady(
      () => this.nodes.deleteExpired(),
      (error) =>
        this.logger.warn({ message: 'rows of ended nodes could not be deleted; retrying at the next start', error }),
    );
    this.timer = setInterval(() => this.tick(), BEAT_INTERVAL_MS).unref();
    // The database may be ready already: the start of other parts can take longer.
    this.tick();
  }

  private tick(): void {
    if (this.database.state === 'ready')
      this.runningBeat ??= runInBackground('nodes', () => this.beat()).finally(() => (this.runningBeat = null));
    this.reportChange();
  }

  private async beat(): Promise<void> {
    try {
      const others = await this.nodes.beat(this.self);
      this.lastWriteAt = performance.now();
      this.failure = undefined;
      this.detectConflict(others);
      if (this.diskFull) await this.checkDiskSpace(this.diskFull.at);
    } catch (error) {
      this.failure = error;
    }
    this.reportChange();
  }

  private markDiskFull(error: unknown): void {
    this.diskFull = { error, at: performance.now() };
    this.reportChange();
  }

  private async checkDiskSpace(fullAt: number): Promise<void> {
    try {
      await this.nodes.probeDiskSpace();
      this.diskFull = null;
    } catch {
      // If the probe was refused because the disk is full, `markDiskFull` has set a newer time.
      if (performance.now() - fullAt > DISK_FULL_TTL_MS && this.diskFull?.at === fullAt) this.diskFull = null;
    }
  }

  /** Finds a live node on this database that shares no Redis with this node: a character could be played on both. */
  private detectConflict(others: readonly OtherNode[]): void {
    this.firstSeen = new Map(others.map(({ id, seenAt }) => [id, this.firstSeen.get(id) ?? seenAt]));
    const unreachable = others.filter(
      ({ id, seenAt, alone }) => seenAt !== this.firstSeen.get(id) && (alone || this.self.alone),
    );
    const conflict = unreachable.find(({ startedEarlier }) => startedEarlier) ?? unreachable[0] ?? null;
    if (conflict?.id !== this.conflict?.id) this.logConflict(conflict);
    this.conflict = conflict;
  }

  private logConflict(conflict: OtherNode | null): void {
    if (!conflict)
      return this.logger.log({ message: 'the other node without a shared Redis has stopped using this database' });
    this.logger.error({
      message: CONFLICT_MESSAGE,
      other: conflict.name,
      otherHasRedis: !conflict.alone,
      startedEarlier: conflict.startedEarlier,
    });
  }

  private get isWritable(): boolean {
    return this.diskFull === null && performance.now() - this.lastWriteAt < UNREADY_AFTER_MS;
  }

  private reportChange(): void {
    const { isWritable } = this;
    this.writable.set(isWritable ? 1 : 0);
    const hasResult = this.lastWriteAt > -Infinity || this.failure !== undefined;
    if (isWritable === this.wasWritable || !hasResult) return;
    this.wasWritable = isWritable;
    if (isWritable) return this.changes.record('log', { message: 'the database can be written to again' });
    const { cause: error } = this;
    const message = `the database cannot be written to: ${this.reason}`;
    this.changes.record('error', { message, ...(error !== undefined && { error }) });
  }

  private get reason(): string {
    return describeWriteFailure(this.cause);
  }

  private get cause(): unknown {
    return this.diskFull?.error ?? this.database.failure ?? this.failure;
  }

  private async probe(): Promise<ProbeResult> {
    // After the start, waits for the result of the first heartbeat, so that a healthy node is ready at once.
    if (this.lastWriteAt === -Infinity) await this.runningBeat;
    // Keeps the metric and the log consistent with the result of this probe.
    this.reportChange();
    if (!this.isWritable) return { status: 'down', reason: this.reason };
    if (!this.conflict) return { status: 'up' };
    return { status: this.conflict.startedEarlier ? 'down' : 'degraded', reason: CONFLICT_MESSAGE };
  }

  private async deregister(): Promise<void> {
    clearInterval(this.timer);
    if (this.database.state !== 'ready') return;
    await this.runningBeat;
    await this.nodes.remove(this.self.id);
  }
}
