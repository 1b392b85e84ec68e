/** Warns connections before their token expires, and closes them afterwards: one check a second instead of a timer each. */
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { Clock } from '../base/clock';
import type { Connection } from '../connections/connection';
import { ConnectionRegistry } from '../connections/connection-registry';

const CHECK_INTERVAL_MS = 1_000;
const EXPIRED_MESSAGE = 'The token has expired: connect again with a fresh one';

@Injectable()
export class TokenExpiry implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly connections: ConnectionRegistry,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.checkAll(), CHECK_INTERVAL_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Connections with an expired token get `auth:error` and are closed with `reconnect: true`: stock clients reconnect. */
  checkAll(): void {
    const now = this.clock.now();
    for (const connection of this.connections.all()) {
      if (connection.principal.expiresAt > now) this.warn(connection, now);
      else this.closeExpired(connection);
    }
  }

  // Warns once per token. The notice is at most half of the remaining time: a client that refreshes on the warning would
  // otherwise be warned again at once by a token that lives no longer than the notice.
  private warn(connection: Connection, now: number): void {
    const { expiresAt } = connection.principal;
    if (connection.expiryNoticeTokenEnd !== expiresAt) {
      connection.expiryNoticeTokenEnd = expiresAt;
      connection.expiryNoticeAt = expiresAt - Math.min(this.config.tokenExpiryNoticeMs, (expiresAt - now) / 2);
    }
    if (now < connection.expiryNoticeAt) return;
    connection.expiryNoticeAt = Infinity;
    connection.reply('auth:expiring', { expiresAt });
  }

  private closeExpired(connection: Connection): void {
    connection.reply('auth:error', { code: 'EXPIRED_TOKEN', message: EXPIRED_MESSAGE });
    connection.close({ code: 'EXPIRED_TOKEN', message: EXPIRED_MESSAGE, reconnect: true });
  }
}
