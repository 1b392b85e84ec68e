/** Stock clients that whisper in pairs and broadcast at fixed rates, with a record of the messages due to each. */
import { setTimeout as delay } from 'node:timers/promises';
import { connect, playAsGuest, type TestClient, waitUntil } from '../../../support/clients/client';
import type { ScenarioRandom } from '../scenario-random';
import { TO_ALL, DirectedMessages } from './directed-messages';
import type { ChaosGuest, ChaosCluster } from '../chaos-cluster';

const RECONNECT_OPTIONS = { reconnection: true, reconnectionDelay: 100, reconnectionDelayMax: 1_000 } as const;
const CONNECT_CONCURRENCY = 20;

interface PairedClient extends ChaosGuest {
  readonly client: TestClient;
  /** The value of `recovered` at each connection after the first. */
  readonly reconnects: boolean[];
}

export class PairedChatLoad {
  private readonly messages = new DirectedMessages();
  private readonly pendingAcks: Promise<void>[] = [];
  private readonly stopping = new AbortController();
  private sendLoops: Promise<void>[] = [];
  private refusedCount = 0;

  private constructor(
    private readonly pairedClients: readonly PairedClient[],
    private readonly random: ScenarioRandom,
  ) {}

  /** Creates the accounts on the nodes in turn; `url` leads to all nodes. */
  static async connect(cluster: ChaosCluster, url: string, count: number): Promise<PairedChatLoad> {
    const pairedClients: PairedClient[] = [];
    let createdCount = 0;
    const connectLoop = async (): Promise<void> => {
      while (createdCount < count) {
        const guest = await playAsGuest(cluster.node(createdCount++ % cluster.nodes.length).url);
        const client = await connect(url, guest.accessToken, RECONNECT_OPTIONS);
        const reconnects: boolean[] = [];
        client.socket.on('connect', () => reconnects.push(client.socket.recovered));
        pairedClients.push({ ...guest, client, reconnects });
      }
    };
    await Promise.all(Array.from({ length: CONNECT_CONCURRENCY }, connectLoop));
    return new PairedChatLoad(pairedClients, cluster.random);
  }

  /** `recovered` of all reconnects of all clients. */
  get reconnects(): boolean[] {
    return this.pairedClients.flatMap(({ reconnects }) => reconnects);
  }

  get neverReconnectedCount(): number {
    return this.pairedClients.filter(({ reconnects }) => reconnects.length === 0).length;
  }

  /** Random clients whisper to their partner, and broadcast at the other rate. */
  start(whispersPerSecond: number, broadcastsPerSecond: number): void {
    this.sendLoops = [
      this.runAtRate(whispersPerSecond, (at) => {
        const partner = this.pairedClients[at ^ 1];
        if (partner) this.send(at, partner.id, 'chat:whisper', { toUserId: partner.id });
      }),
      this.runAtRate(broadcastsPerSecond, (at) => this.send(at, TO_ALL, 'chat:message', { channel: 'global' })),
    ];
  }

  /** Waits until `count` more messages are acknowledged. */
  async waitForMoreAcks(count: number): Promise<void> {
    const goal = this.messages.ackedCount + count;
    await waitUntil(() => this.messages.ackedCount >= goal, `${goal} acknowledged`, 60_000);
  }

  /** Stops sending. Resolves when every message is answered or has failed, and every client is connected. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all([...this.sendLoops, ...this.pendingAcks]);
    await waitUntil(
      () => this.pairedClients.every(({ client }) => client.socket.connected),
      'all clients are connected',
      60_000,
    );
    for (const { client } of this.pairedClients) await client.roundTrip();
  }

  /** Every client has received the messages due to it, and no others. */
  expectDelivered(): { sent: number; acked: number; refused: number; due: number } {
    const due = this.pairedClients.reduce((sum, { id, client }) => sum + this.messages.expectDelivered(id, client), 0);
    return { sent: this.messages.sentCount, acked: this.messages.ackedCount, refused: this.refusedCount, due };
  }

  // Scheduled from the start time, so that late timers do not reduce the rate.
  private async runAtRate(perSecond: number, action: (at: number) => void): Promise<void> {
    const startedAt = Date.now();
    for (let run = 1; !this.stopping.signal.aborted; run++) {
      action(this.random.nextInt(this.pairedClients.length));
      await delay(Math.max(0, startedAt + (run / perSecond) * 1_000 - Date.now()));
    }
  }

  private send(at: number, to: string, command: string, content: object): void {
    const sender = this.pairedClients[at];
    if (!sender) return;
    const message = this.messages.add(sender.id, to);
    // Without an ack the outcome is unknown. Chat has no idempotency key, so the message is not retried and is not due.
    const answered = sender.client.send(command, { ...content, text: message.text }).then(
      ({ success, error }) => {
        message.isAcked = success;
        if (!success) this.refusedCount++;
        if (!success) expect(error).toMatchObject({ retryable: true });
      },
      () => undefined,
    );
    this.pendingAcks.push(answered);
  }
}
