/** Drains the node before the process exits: disconnects its clients gradually, so that they reconnect to other nodes. */
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { APP_CONFIG, type AppConfig, Shutdown } from '@aeturnis/platform';
import { type ConnectionGuard, guardOf } from '../transport/limits/connection-guard';
import { engineConnections } from '../transport/internals/engine-connection';
import { SocketServer } from '../transport/socket-server';
import type { CloseReason } from '../connections/connection';
import { ConnectionHooks } from './connection-hooks';
import { ConnectionRegistry } from '../connections/connection-registry';

const DRAIN_BATCHES = 20;
const DRAINING_REASON: CloseReason = { code: 'DRAINING', message: 'This node is going away', reconnect: true };
/** How long clients may take to read the rest, in milliseconds; a second signal cuts this short. */
const READ_GRACE_MS = 2_000;
const POLL_INTERVAL_MS = 20;

@Injectable()
export class Drain implements OnModuleInit {
  private readonly logger = new Logger(Drain.name);
  private total: number | undefined;

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly connections: ConnectionRegistry,
    private readonly server: SocketServer,
    private readonly hooks: ConnectionHooks,
    private readonly shutdown: Shutdown,
  ) {}

  onModuleInit(): void {
    this.shutdown.register('clients', 'connections', (abortSignal) => this.run(abortSignal));
  }

  /** Connections that have left the node since draining began, and those that have not; null before. */
  get progress(): { left: number; remaining: number } | null {
    if (this.total === undefined) return null;
    const remaining = this.connections.size;
    return { left: Math.max(0, this.total - remaining), remaining };
  }

  /** Resolves when no connection is left, whether its client has read or not, and all close hooks are done. */
  private async run(abortSignal: AbortSignal): Promise<void> {
    if (!this.server.isUp) return;
    this.total = this.connections.size;
    const guards = new Set(this.guards());
    await this.disconnectGradually(abortSignal);
    // Connections that were admitted just before draining began.
    for (const connection of [...this.connections.all()]) connection.close(DRAINING_REASON);
    for (const guard of this.guards()) guards.add(guard);
    await this.destroyRemaining([...guards], abortSignal);
    await this.hooks.waitForCloseHooks();
  }

  /** Closes the connections at random times within `drainMs`: load balancers notice the readiness, and reconnects spread out. */
  private async disconnectGradually(abortSignal: AbortSignal): Promise<void> {
    const all = [...this.connections.all()];
    if (all.length === 0) return;
    const { drainMs } = this.config;
    this.logger.log({ message: 'draining: disconnecting clients', connections: all.length, overMs: drainMs });
    for (const connection of all) connection.reply('system:draining', { delayMs: drainMs });
    const assignments = all.map((connection) => ({ connection, batch: Math.floor(Math.random() * DRAIN_BATCHES) }));
    for (let current = 0; current < DRAIN_BATCHES; current++) {
      await pause(drainMs / DRAIN_BATCHES, abortSignal);
      for (const { connection, batch } of assignments) if (batch === current) connection.close(DRAINING_REASON);
    }
  }

  private guards(): ConnectionGuard[] {
    return engineConnections(this.server.io).flatMap((connection) => guardOf(connection) ?? []);
  }

  private async destroyRemaining(guards: ConnectionGuard[], abortSignal: AbortSignal): Promise<void> {
    let remaining = guards;
    for (let waited = 0; waited < READ_GRACE_MS && !abortSignal.aborted; waited += POLL_INTERVAL_MS) {
      remaining = remaining.filter(({ isFullyClosed }) => !isFullyClosed);
      if (remaining.length === 0) return;
      await pause(POLL_INTERVAL_MS, abortSignal);
    }
    remaining = remaining.filter(({ isFullyClosed }) => !isFullyClosed);
    if (remaining.length > 0)
      this.logger.warn({ message: 'draining: clients do not read, connections destroyed', count: remaining.length });
    for (const guard of remaining) guard.destroy();
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).catch(() => undefined);
