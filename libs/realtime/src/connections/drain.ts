/** Sends clients away before the process ends, so that they come back elsewhere and not all at once. */
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { APP_CONFIG, type AppConfig, Shutdown } from '@aeturnis/platform';
import { type ConnectionGuard, guardOf } from '../adapter/connection-guard';
import { engineConnections } from '../adapter/engine-connection';
import { SocketServer } from '../adapter/socket-server';
import type { CloseReason } from './connection';
import { ConnectionHooks } from './connection-hooks';
import { Connections } from './connections';

const BATCHES = 20;
const GOING: CloseReason = { code: 'DRAINING', message: 'This node is going away', reconnect: true };
/** How long clients may take to read the rest; a second signal ends that too. */
const GRACE_MS = 2_000;
const LOOK_MS = 20;

@Injectable()
export class Drain implements OnModuleInit {
  private readonly logger = new Logger(Drain.name);

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly connections: Connections,
    private readonly server: SocketServer,
    private readonly hooks: ConnectionHooks,
    private readonly shutdown: Shutdown,
  ) {}

  onModuleInit(): void {
    this.shutdown.register('clients', 'connections', (hurry) => this.run(hurry));
  }

  /** Afterwards no client is left, whether it reads or not, and what the domains do at an end is done. */
  private async run(hurry: AbortSignal): Promise<void> {
    if (!this.server.up) return;
    const guards = new Set(this.guards());
    await this.sendAway(hurry);
    // Who was let in a moment before the end began.
    for (const connection of [...this.connections.all()]) connection.close(GOING);
    for (const guard of this.guards()) guards.add(guard);
    await this.cutOffWhoStays([...guards], hurry);
    await this.hooks.settled();
  }

  /** Each at a moment of its own, by chance, for as long as readiness needs to be seen and clients to spread. */
  private async sendAway(hurry: AbortSignal): Promise<void> {
    const all = [...this.connections.all()];
    if (all.length === 0) return;
    const { drainMs } = this.config;
    this.logger.log({ message: 'sending clients away', connections: all.length, overMs: drainMs });
    for (const connection of all) connection.reply('system:draining', { delayMs: drainMs });
    const turns = all.map((connection) => ({ connection, batch: Math.floor(Math.random() * BATCHES) }));
    for (let now = 0; now < BATCHES; now++) {
      await pause(drainMs / BATCHES, hurry);
      for (const { connection, batch } of turns) if (batch === now) connection.close(GOING);
    }
  }

  private guards(): ConnectionGuard[] {
    return engineConnections(this.server.io).flatMap((connection) => guardOf(connection) ?? []);
  }

  private async cutOffWhoStays(guards: ConnectionGuard[], hurry: AbortSignal): Promise<void> {
    let left = guards;
    for (let waited = 0; waited < GRACE_MS && !hurry.aborted; waited += LOOK_MS) {
      left = left.filter(({ isGone }) => !isGone);
      if (left.length === 0) return;
      await pause(LOOK_MS, hurry);
    }
    left = left.filter(({ isGone }) => !isGone);
    if (left.length > 0)
      this.logger.warn({ message: 'some clients do not read; cutting them off', count: left.length });
    for (const guard of left) guard.destroy();
  }
}

const pause = (ms: number, hurry: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal: hurry }).catch(() => undefined);
