/** Warns connections whose token is about to run out, and ends those whose token has: one look a second over all of them, instead of a timer each. */
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { Clock } from '../clock';
import type { Connection } from '../connections/connection';
import { Connections } from '../connections/connections';

const LOOK_MS = 1_000;
const MESSAGE = 'The token has expired';

@Injectable()
export class TokenExpiry implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly connections: Connections,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.look(), LOOK_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Clients are told and closed in the way after which stock clients come back, with a fresh token if they have one. */
  look(): void {
    const now = this.clock.now();
    for (const connection of this.connections.all()) {
      if (connection.principal.expiresAt > now) this.warn(connection, now);
      else this.end(connection);
    }
  }

  // Once per token. Half of what is left where that is less: a client that refreshes on the warning would be warned at once
  // again by a token that lives no longer than the notice.
  private warn(connection: Connection, now: number): void {
    const { expiresAt } = connection.principal;
    if (connection.expiryNoticeFor !== expiresAt) {
      connection.expiryNoticeFor = expiresAt;
      connection.expiryNoticeAt = expiresAt - Math.min(this.config.tokenExpiryNoticeMs, (expiresAt - now) / 2);
    }
    if (now < connection.expiryNoticeAt) return;
    connection.expiryNoticeAt = Infinity;
    connection.reply('auth:expiring', { expiresAt });
  }

  private end(connection: Connection): void {
    connection.reply('auth:error', { code: 'EXPIRED_TOKEN', message: MESSAGE });
    connection.close({ code: 'EXPIRED_TOKEN', message: MESSAGE, reconnect: true });
  }
}
