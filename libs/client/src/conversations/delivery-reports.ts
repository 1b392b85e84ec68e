/** Reports the messages that have arrived on this device: their senders see them as delivered. */
import { type ClientClock, sleep } from '../base/clock';
import { SingleRun } from '../base/single-run';
import type { RequestError } from '../base/request-error';
import type { Requests } from '../requests/requests';

const BATCH_MS = 250;

export class DeliveryReports {
  /** By conversation: the latest message, which covers all before it. */
  private readonly arrived = new Map<string, string>();
  private readonly reporting = new SingleRun(() => this.reportAll());

  constructor(
    private readonly clock: ClientClock,
    private readonly requests: Requests,
    private readonly isLive: () => boolean,
  ) {}

  add(conversationId: string, messageId: string): void {
    this.arrived.set(conversationId, messageId);
    this.resume();
  }

  /** Reports what a lost connection has left. */
  resume(): void {
    void this.reporting.wake();
  }

  /** Another user is connected. */
  clear(): void {
    this.arrived.clear();
  }

  /** One batch after the other: what arrives meanwhile is one report. */
  private async reportAll(): Promise<void> {
    while (this.arrived.size > 0 && this.isLive()) {
      await sleep(this.clock, BATCH_MS);
      const batch = [...this.arrived];
      this.arrived.clear();
      await Promise.all(batch.map(([conversationId, messageId]) => this.report(conversationId, messageId)));
    }
  }

  private async report(conversationId: string, messageId: string): Promise<void> {
    try {
      // A repetition changes nothing.
      await this.requests.request('message:delivered', { conversationId, messageIds: [messageId] }, { isResent: true });
    } catch (error) {
      if (!(error as RequestError).retryable) return;
      if (!this.arrived.has(conversationId)) this.arrived.set(conversationId, messageId);
      await sleep(this.clock, (error as RequestError).retryAfterMs ?? BATCH_MS);
    }
  }
}
