/** Pings command connections: a connection can look open although Redis is frozen or the network is cut. */
import type { Redis } from 'ioredis';

const MISSED_BEFORE_RECONNECT = 2;

interface MonitoredClient {
  missed: number;
  readonly onResult: ((isAnswered: boolean, roundTripMs: number) => void) | undefined;
}

export class PingMonitor {
  private readonly clients = new Map<Redis, MonitoredClient>();

  /** @param onResult is called after each answered ping, and with false once two pings in a row had no answer. */
  add(client: Redis, onResult?: MonitoredClient['onResult']): void {
    this.clients.set(client, { missed: 0, onResult });
  }

  /** Call it once a second. A connection that misses two pings in a row is reopened. */
  pingAll(): void {
    for (const [client, monitored] of this.clients) if (client.status === 'ready') void this.ping(client, monitored);
  }

  private async ping(client: Redis, monitored: MonitoredClient): Promise<void> {
    const sentAt = performance.now();
    try {
      await client.ping();
      monitored.missed = 0;
      monitored.onResult?.(true, performance.now() - sentAt);
    } catch {
      if (++monitored.missed < MISSED_BEFORE_RECONNECT) return;
      monitored.missed = 0;
      monitored.onResult?.(false, performance.now() - sentAt);
      client.disconnect(true);
    }
  }
}
