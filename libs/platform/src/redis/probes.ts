/** Asks connections for commands whether they are alive: one may look open while the other side is frozen or cut off. */
import type { Redis } from 'ioredis';

const MISSED_BEFORE_RECONNECT = 2;

interface Probed {
  missed: number;
  readonly tell: ((answers: boolean, roundTripMs: number) => void) | undefined;
}

export class Probes {
  private readonly clients = new Map<Redis, Probed>();

  /**
   * `tell` hears after each question whether the connection answers, and after how long; of silence only once that is
   * certain.
   */
  add(client: Redis, tell?: Probed['tell']): void {
    this.clients.set(client, { missed: 0, tell });
  }

  /** To be called once a second. Who does not answer connects anew. */
  askAll(): void {
    for (const [client, probed] of this.clients) if (client.status === 'ready') void this.ask(client, probed);
  }

  private async ask(client: Redis, probed: Probed): Promise<void> {
    const askedAt = performance.now();
    try {
      await client.ping();
      probed.missed = 0;
      probed.tell?.(true, performance.now() - askedAt);
    } catch {
      if (++probed.missed < MISSED_BEFORE_RECONNECT) return;
      probed.missed = 0;
      probed.tell?.(false, performance.now() - askedAt);
      client.disconnect(true);
    }
  }
}
