/** A player that sends numbered messages to the global channel at a steady rate; all must be acknowledged. */
import { setTimeout as delay } from 'node:timers/promises';
import { type TestClient, waitUntil } from '../../../support/clients/client';
import type { ChaosNode } from '../chaos-node';
import type { ConnectedGuest, ChaosCluster } from '../chaos-cluster';

const MAX_UNACKNOWLEDGED = 80;

let serial = 0;

export class SteadySender {
  /** In the order sent, which is the order in which every client must receive them. */
  readonly sent: string[] = [];
  private readonly prefix = `speech${++serial}`;
  private readonly acks: ReturnType<TestClient['send']>[] = [];
  private readonly stopping = new AbortController();
  private acknowledgedCount = 0;
  private sendLoopDone: Promise<void> = Promise.resolve();

  private constructor(
    readonly player: ConnectedGuest,
    private readonly paceMs: number,
  ) {}

  /** Starts to send at once; 200 messages a second by default. */
  static async start(cluster: ChaosCluster, node: ChaosNode, paceMs = 5): Promise<SteadySender> {
    const sender = new SteadySender(await cluster.connectGuest(node), paceMs);
    sender.sendLoopDone = sender.sendLoop();
    return sender;
  }

  /** Waits until `count` more messages are sent. */
  async waitForMore(count: number): Promise<void> {
    const goal = this.sent.length + count;
    await waitUntil(() => this.sent.length >= goal, `${goal} messages sent`, 60_000);
  }

  /** Stops, and asserts that every message was acknowledged. @returns the sent texts. */
  async stop(): Promise<readonly string[]> {
    this.stopping.abort();
    await this.sendLoopDone;
    for (const { success, error } of await Promise.all(this.acks))
      expect({ success, error }).toEqual({ success: true });
    return this.sent;
  }

  private async sendLoop(): Promise<void> {
    const startedAt = Date.now();
    while (!this.stopping.signal.aborted && this.player.client.socket.connected) {
      const text = `${this.prefix} ${this.sent.length}`;
      this.sent.push(text);
      const ack = this.player.client.send('chat:message', { channel: 'global', text });
      // `stop` checks the acks; this keeps a rejection from being unhandled if the scenario fails earlier.
      ack.then(
        () => this.acknowledgedCount++,
        () => this.stopping.abort(),
      );
      this.acks.push(ack);
      // Stays below the server's limit of pending commands; a slow machine reduces the rate instead.
      const pendingCount = (): number => (this.stopping.signal.aborted ? 0 : this.sent.length - this.acknowledgedCount);
      await waitUntil(() => pendingCount() < MAX_UNACKNOWLEDGED, 'acknowledgements', 60_000);
      // Scheduled from the start time, so that late timers do not reduce the rate.
      await delay(Math.max(0, startedAt + this.sent.length * this.paceMs - Date.now()));
    }
  }
}
