/** Sends clients away before the process ends, so that they come back elsewhere and not all at once. */
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { APP_CONFIG, type AppConfig, Shutdown } from '@aeturnis/platform';
import { Connections } from './connections';

const BATCHES = 20;

@Injectable()
export class Drain implements OnModuleInit {
  private readonly logger = new Logger(Drain.name);

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly connections: Connections,
    private readonly shutdown: Shutdown,
  ) {}

  onModuleInit(): void {
    this.shutdown.register('clients', 'connections', (hurry) => this.run(hurry));
  }

  private async run(hurry: AbortSignal): Promise<void> {
    const all = [...this.connections.all()];
    if (all.length === 0) return;
    const { drainMs } = this.config;
    this.logger.log({ message: 'sending clients away', connections: all.length, overMs: drainMs });
    for (const connection of all) connection.reply('system:draining', { delayMs: drainMs });
    const batch = Math.ceil(all.length / BATCHES);
    for (let start = 0; start < all.length; start += batch) {
      if (start > 0) await delay(drainMs / BATCHES, undefined, { signal: hurry }).catch(() => undefined);
      for (const connection of all.slice(start, start + batch)) {
        connection.close({ code: 'DRAINING', message: 'This node is going away', reconnect: true });
      }
    }
  }
}
