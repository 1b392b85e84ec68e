/** Reports the messages that have arrived on this device: their senders see them as delivered. */
import type { ClientClock } from '../base/clock';
import type { Requests } from '../requests/requests';

const BATCH_MS = 250;

export class DeliveryReports {
  /** By conversation: the latest message, which covers all before it. */
  private readonly arrived = new Map<string, string>();

  constructor(
    private readonly clock: ClientClock,
    private readonly requests: Requests,
  ) {}

  add(conversationId: string, messageId: string): void {
    if (this.arrived.size === 0) this.clock.after(BATCH_MS, () => this.send());
    this.arrived.set(conversationId, messageId);
  }

  private send(): void {
    for (const [conversationId, id] of this.arrived)
      // The next report of this conversation makes up for one that fails.
      this.requests.request('message:delivered', { conversationId, messageIds: [id] }).catch(() => undefined);
    this.arrived.clear();
  }
}
