/** Stock clients behind their own gate, which a scenario cuts off or redirects; they reconnect by themselves. */
import { connect, type TestClient, waitUntil } from '../../../support/clients/client';
import { Gate } from '../../../support/faults/gate';
import type { ChaosNode } from '../chaos-node';
import type { ChaosGuest, ChaosCluster } from '../chaos-cluster';

export type TestConnectOptions = NonNullable<Parameters<typeof connect>[2]>;

const RECONNECT_OPTIONS = { reconnection: true, reconnectionDelay: 100, reconnectionDelayMax: 300 } as const;
/** An address on which no server listens. */
const UNREACHABLE_URL = 'http://127.0.0.1:1';

export interface ReconnectingClient extends ChaosGuest {
  readonly client: TestClient;
  /** The value of `recovered` at each connection after the first. */
  readonly reconnects: boolean[];
}

export class ClientGroup {
  private constructor(
    readonly gate: Gate,
    readonly members: readonly ReconnectingClient[],
  ) {}

  /** Connects new guests. The cluster closes the gate. */
  static async connectGuests(
    cluster: ChaosCluster,
    node: ChaosNode,
    count: number,
    options?: TestConnectOptions,
  ): Promise<ClientGroup> {
    return ClientGroup.connectPlayers(cluster, node, await cluster.createGuests(count, node), options);
  }

  /** Connects new guests to every node, a group each. */
  static connectOnEachNode(cluster: ChaosCluster, count: number): Promise<ClientGroup[]> {
    return Promise.all(cluster.nodes.map((node) => ClientGroup.connectGuests(cluster, node, count)));
  }

  /** Connects existing accounts. */
  static async connectPlayers(
    cluster: ChaosCluster,
    node: ChaosNode,
    guests: readonly ChaosGuest[],
    options: TestConnectOptions = {},
  ): Promise<ClientGroup> {
    const gate = await cluster.openGate(node.url);
    const members = guests.map(async (guest) => {
      const client = await connect(gate.url, guest.accessToken, { ...RECONNECT_OPTIONS, ...options });
      const reconnects: boolean[] = [];
      client.socket.on('connect', () => reconnects.push(client.socket.recovered));
      return { ...guest, client, reconnects };
    });
    return new ClientGroup(gate, await Promise.all(members));
  }

  /** Directs new connections to this node. */
  redirectTo(node: ChaosNode): void {
    this.gate.redirectTo(node.url);
  }

  /** Cuts all clients off; they cannot reconnect until `redirectTo`. */
  disconnectAll(options: { halfOpen?: boolean } = {}): void {
    this.gate.redirectTo(UNREACHABLE_URL);
    this.gate.resetConnections(options);
  }

  /** Resolves when each client has reconnected at least this often. */
  waitForReconnects(times = 1): Promise<void> {
    return waitUntil(
      () => this.members.every(({ reconnects }) => reconnects.length >= times),
      `all have reconnected ${times} times`,
      30_000,
    );
  }

  /**
   * Every client has received exactly these texts in this order. `reconnects`: the expected `recovered` of each reconnect;
   * without it, each client must have reconnected at least once and resumed each time.
   */
  async expectReceived(texts: readonly string[], reconnects?: readonly boolean[]): Promise<void> {
    const last = texts.at(-1);
    for (const { client } of this.members) {
      if (last !== undefined) await client.waitForEvent('chat:message', ({ text }) => text === last, 30_000);
      await client.roundTrip();
    }
    for (const member of this.members) {
      expect(receivedTexts(member)).toEqual(texts);
      expect(member.reconnects).toEqual(reconnects ?? [true, ...member.reconnects.slice(1).map(() => true)]);
    }
  }
}

export const receivedTexts = ({ client }: Pick<ReconnectingClient, 'client'>): string[] =>
  client.eventsNamed('chat:message').map(({ text }) => text);

/** @returns a function that waits until each client has received one more `system:recoverable` than now. */
export function watchRecoverable(members: readonly Pick<ReconnectingClient, 'client'>[]): () => Promise<void> {
  const times = (): number[] => members.map(({ client }) => client.eventsNamed('system:recoverable').length);
  const before = times();
  return () => waitUntil(() => times().every((now, index) => now > (before[index] ?? 0)), 'recoverable again', 30_000);
}

/** The session id and offset with which a stock client resumes. */
export const resumeTokenOf = ({ client }: Pick<ReconnectingClient, 'client'>): { pid: string; offset: string } => ({
  pid: client.eventsNamed('system:connected').at(-1)?.pid ?? '',
  offset: (client.socket as unknown as { _lastOffset: string })._lastOffset,
});
