/** The cluster of a scenario: nodes on one PostgreSQL and one Redis, a gate in front of each, and players. */
import { Redis } from 'ioredis';
import { connect, playAsGuest, type TestClient, waitUntil } from '../../support/clients/client';
import { Gate } from '../../support/faults/gate';
import { createMigratedDatabase, type TestDatabase } from '../../support/databases/postgres';
import { type RedisServer, startRedis } from '../../support/redis/redis-server';
import { type NodeApplication, ChaosNode } from './chaos-node';
import { ScenarioRandom } from './scenario-random';

export interface ChaosGuest {
  id: string;
  name: string;
  accessToken: string;
}
export interface ConnectedGuest extends ChaosGuest {
  client: TestClient;
}

let serial = 0;

export class ChaosCluster {
  private readonly gates: Gate[] = [];
  private readonly formerRedis: RedisServer[] = [];

  private constructor(
    readonly nodes: readonly ChaosNode[],
    public redis: RedisServer,
    /** A connection to Redis that bypasses all gates. */
    public probe: Redis,
    readonly postgresGate: Gate,
    readonly random: ScenarioRandom,
    readonly database: TestDatabase,
    private readonly application: NodeApplication,
  ) {}

  static async open(
    title: string,
    names: readonly string[],
    environment: Record<string, string>,
    application: NodeApplication = 'server',
    isUngated = false,
  ): Promise<ChaosCluster> {
    const [database, redis] = await Promise.all([createMigratedDatabase(), startRedis()]);
    const postgresGate = await Gate.openInFrontOf(database.url);
    const shared = {
      LIMITS: 'off',
      ADMIN_USERS: 'boss',
      ...environment,
      DATABASE_URL: isUngated ? database.url : postgresGate.url,
    };
    const nodes = await Promise.all(names.map((name) => ChaosNode.start(name, redis.url, shared, application)));
    return new ChaosCluster(
      nodes,
      redis,
      connectProbe(redis),
      postgresGate,
      new ScenarioRandom(title),
      database,
      application,
    );
  }

  node(index: number): ChaosNode {
    const node = this.nodes[index];
    if (!node) throw new Error(`the cluster has no node ${index}`);
    return node;
  }

  get runningNodes(): ChaosNode[] {
    return this.nodes.filter(({ isRunning }) => isRunning);
  }

  async createGuests(count: number, node = this.node(0)): Promise<ChaosGuest[]> {
    return Promise.all(Array.from({ length: count }, async () => this.createGuest(node)));
  }

  private async createGuest({ url }: ChaosNode): Promise<ChaosGuest> {
    return this.application === 'raid' ? createRaidGuest() : playAsGuest(url);
  }

  async connectGuest(node: ChaosNode, options: Parameters<typeof connect>[2] = {}): Promise<ConnectedGuest> {
    const guest = await this.createGuest(node);
    return { ...guest, client: await connect(node.url, guest.accessToken, options) };
  }

  connectGuests(node: ChaosNode, count: number): Promise<ConnectedGuest[]> {
    return Promise.all(Array.from({ length: count }, () => this.connectGuest(node)));
  }

  /** An open gate in front of a node, closed with this cluster. */
  async openGate(url: string): Promise<Gate> {
    const gate = await Gate.openInFrontOf(url);
    this.gates.push(gate);
    return gate;
  }

  /** A second Redis that replicates the first one. */
  async startStandby(): Promise<RedisServer> {
    const standby = await startRedis();
    this.formerRedis.push(standby);
    const replica = connectProbe(standby);
    // Diskless replication leaves no files behind.
    await this.probe.config('SET', 'repl-diskless-sync', 'yes');
    await this.probe.config('SET', 'repl-diskless-sync-delay', '0');
    await replica.config('SET', 'repl-diskless-load', 'on-empty-db');
    await replica.replicaof('127.0.0.1', this.redis.port);
    await waitUntil(async () => (await replica.info('replication')).includes('master_link_status:up'), 'a standby');
    replica.disconnect();
    return standby;
  }

  /** Promotes the standby to primary and redirects new connections of the nodes to it. */
  async promote(standby: RedisServer): Promise<void> {
    this.formerRedis.push(this.redis);
    this.probe.disconnect();
    this.redis = standby;
    this.probe = connectProbe(standby);
    await this.probe.call('REPLICAOF', 'NO', 'ONE');
    for (const { redisGate } of this.nodes) redisGate.redirectTo(standby.url);
  }

  async close(): Promise<void> {
    this.probe.disconnect();
    await Promise.all(this.nodes.map((node) => node.kill()));
    await Promise.all(this.gates.map((gate) => gate.close()));
    await Promise.all([this.postgresGate.close(), ...this.nodes.map(({ redisGate }) => redisGate.close())]);
    await Promise.all([this.redis, ...this.formerRedis].map((redis) => redis.stop()));
    await this.database.drop();
  }
}

function connectProbe(redis: RedisServer): Redis {
  const probe = new Redis(redis.url, { retryStrategy: () => 50 });
  probe.on('error', () => undefined);
  return probe;
}

/** The raid application accepts any name as a token; this one expires after an hour. */
function createRaidGuest(): ChaosGuest {
  const name = `stranger${++serial}`;
  return { id: name, name, accessToken: `${name}:3600000` };
}
