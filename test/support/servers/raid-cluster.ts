/** Up to two nodes of the raid application in this process, with gates in front of Redis and of clients. */
import { RealtimeService } from '@aeturnis/realtime';
import { type RaidApp, startRaidApp } from '../../other-app/raid-app';
import { closeClients, connect, type TestClient, waitUntil } from '../clients/client';
import { Gate } from '../faults/gate';
import { type RedisServer, startRedis } from '../redis/redis-server';

type Environment = Record<string, string>;

/** A stock client, which connects through a gate of its own. */
export class RaidClient {
  /** The value of `recovered` at each connection after the first. */
  readonly reconnects: boolean[] = [];

  constructor(
    readonly name: string,
    readonly client: TestClient,
    readonly gate: Gate,
  ) {
    const { socket } = client;
    socket.on('connect', () => this.reconnects.push(socket.recovered));
  }

  waitForDisconnect(): Promise<void> {
    return waitUntil(() => !this.client.socket.connected, 'the client notices the disconnect');
  }

  waitForReconnect(times = 1): Promise<void> {
    return waitUntil(() => this.reconnects.length === times, 'the client has reconnected');
  }
}

export class RaidCluster {
  redis: RedisServer;
  private readonly nodes: RaidApp[] = [];
  private readonly gates: Gate[] = [];

  /** Starts two nodes; only the first reaches Redis through the gate. */
  async startTwoNodes(environment: Environment = {}): Promise<{ west: RaidApp; east: RaidApp; redisGate: Gate }> {
    const redisGate = await this.openGate(this.redis.url);
    const [west, east] = await Promise.all([
      this.start({ REDIS_URL: redisGate.url, NODE_ID: 'west', ...environment }),
      this.start({ REDIS_URL: this.redis.url, NODE_ID: 'east', ...environment }),
    ]);
    return { west, east, redisGate };
  }

  /** Starts one node and returns it as both. */
  async startSingleNode(environment: Environment = {}): Promise<{ west: RaidApp; east: RaidApp }> {
    const node = await this.start(environment);
    return { west: node, east: node };
  }

  /** Connects a stock client through its own gate. */
  async connectThroughGate(node: RaidApp, name = numberedName('anna')): Promise<RaidClient> {
    const gate = await this.openGate(node.url);
    const client = await connect(gate.url, name, {
      reconnection: true,
      reconnectionDelay: 50,
      reconnectionDelayMax: 100,
    });
    return new RaidClient(name, client, gate);
  }

  /** Closes nodes and gates; Redis stays for the next test. */
  async closeNodes(): Promise<void> {
    closeClients();
    // A node needs Redis for its shutdown, so the gates close after the nodes.
    await Promise.all(this.nodes.splice(0).map((node) => node.close()));
    await Promise.all(this.gates.splice(0).map((gate) => gate.close()));
  }

  private async start(environment: Environment): Promise<RaidApp> {
    const node = await startRaidApp({ NODE_ENV: 'development', LIMITS: 'off', ...environment });
    this.nodes.push(node);
    return node;
  }

  /** Opens a gate, which `closeNodes` closes. */
  async openGate(url: string): Promise<Gate> {
    const gate = await Gate.openInFrontOf(url);
    this.gates.push(gate);
    return gate;
  }
}

/** For a suite: a cluster with one Redis for all its tests; nodes, gates and clients are closed after each test. */
export function useRaidCluster(): RaidCluster {
  const cluster = new RaidCluster();
  beforeAll(async () => {
    cluster.redis = await startRedis();
  });
  afterEach(() => cluster.closeNodes());
  afterAll(() => cluster.redis.stop());
  return cluster;
}

/** For a suite: one application for all its tests; the clients are closed after each test. */
export function useRaidApp(environment?: Environment): RaidApp {
  let running: RaidApp;
  beforeAll(async () => {
    running = await startRaidApp(environment);
  });
  afterEach(closeClients);
  afterAll(() => running.close());
  return {
    get app() {
      return running.app;
    },
    get url() {
      return running.url;
    },
    close: () => running.close(),
  };
}

let serial = 0;
export const numberedName = (kind: string): string => `${kind}${++serial}`;

/** The senders of the horns that a client has received, in order. */
export const receivedHorns = (client: TestClient): string[] => client.eventsNamed('raid:horn').map(({ by }) => by);
export const emitHorn = (node: RaidApp, room: string, by: string): void =>
  node.app.get(RealtimeService).emitToRoom(room, 'raid:horn', { by });
export const broadcastHorn = (node: RaidApp, by: string): void =>
  node.app.get(RealtimeService).broadcastToAll('raid:horn', { by });
