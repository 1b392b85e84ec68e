/** Ends connections whose token has run out: one look a second over all of them, instead of a timer each. */
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../clock';
import { Connections } from '../connections/connections';

const LOOK_MS = 1_000;
const MESSAGE = 'The token has expired';

@Injectable()
export class TokenExpiry implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly connections: Connections,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.endExpired(), LOOK_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Clients are told and closed in the way after which stock clients come back, with a fresh token if they have one. */
  endExpired(): void {
    const now = this.clock.now();
    for (const connection of this.connections.all()) {
      if (connection.principal.expiresAt > now) continue;
      connection.reply('auth:error', { code: 'EXPIRED_TOKEN', message: MESSAGE });
      connection.close({ code: 'EXPIRED_TOKEN', message: MESSAGE, reconnect: true });
    }
  }
}
