/** Asks the server for a sign of life every two seconds: for the latency that is shown, and to notice a black hole soon. */
import type { Client } from '@aeturnis/client';
import { signal } from '@preact/signals';

const INTERVAL_MS = 2_000;
/** An answer that takes longer makes the client probe its connection. */
const TIMEOUT_MS = 1_500;

export class Heartbeat {
  readonly latencyMs = signal<number | undefined>(undefined);
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(private readonly client: Client) {
    this.timer = setInterval(() => void this.beat(), INTERVAL_MS);
    void this.beat();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async beat(): Promise<void> {
    if (this.client.state.get().phase !== 'live') return;
    const sentAt = performance.now();
    try {
      await this.client.request('system:ping', {}, { timeoutMs: TIMEOUT_MS });
      this.latencyMs.value = Math.max(1, Math.round(performance.now() - sentAt));
    } catch {
      this.latencyMs.value = undefined;
    }
  }
}
