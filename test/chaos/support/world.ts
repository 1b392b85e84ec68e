/** What a scenario plays with: nodes on one PostgreSQL and one Redis, gates before both, and players. */
import { Redis } from 'ioredis';
import { connect, playAsGuest, type TestClient } from '../../support/client';
import { Gate } from '../../support/gate';
import { createMigratedDatabase, type TestDatabase } from '../../support/postgres';
import { type RedisServer, startRedis } from '../../support/redis-server';
import { ChaosNode } from './node';
import { Chance } from './seed';

export interface Guest {
  id: string;
  name: string;
  accessToken: string;
}
export interface Joined extends Guest {
  client: TestClient;
}

export class World {
  private readonly doors: Gate[] = [];

  private constructor(
    readonly nodes: readonly ChaosNode[],
    readonly redis: RedisServer,
    /** A look into Redis, past all gates. */
    readonly probe: Redis,
    readonly postgresGate: Gate,
    readonly chance: Chance,
    private readonly database: TestDatabase,
  ) {}

  static async open(title: string, names: readonly string[], environment: Record<string, string>): Promise<World> {
    const [database, redis] = await Promise.all([createMigratedDatabase(), startRedis()]);
    const postgresGate = await Gate.before(database.url);
    await postgresGate.open();
    const shared = { LIMITS: 'off', ADMIN_USERS: 'boss', ...environment, DATABASE_URL: postgresGate.url };
    const nodes = await Promise.all(names.map((name) => ChaosNode.start(name, redis.url, shared)));
    const probe = new Redis(redis.url, { retryStrategy: () => 50 });
    probe.on('error', () => undefined);
    return new World(nodes, redis, probe, postgresGate, new Chance(title), database);
  }

  node(index: number): ChaosNode {
    const node = this.nodes[index];
    if (!node) throw new Error(`there is no node ${index}`);
    return node;
  }

  get running(): ChaosNode[] {
    return this.nodes.filter(({ running }) => running);
  }

  guests(count: number, { url } = this.node(0)): Promise<Guest[]> {
    return Promise.all(Array.from({ length: count }, () => playAsGuest(url)));
  }

  async join(node: ChaosNode, options: Parameters<typeof connect>[2] = {}): Promise<Joined> {
    const guest = await playAsGuest(node.url);
    return { ...guest, client: await connect(node.url, guest.accessToken, options) };
  }

  joinMany(node: ChaosNode, count: number): Promise<Joined[]> {
    return Promise.all(Array.from({ length: count }, () => this.join(node)));
  }

  /** An open door before a node, until the end of this world. */
  async door(url: string): Promise<Gate> {
    const gate = await Gate.before(url);
    await gate.open();
    this.doors.push(gate);
    return gate;
  }

  async close(): Promise<void> {
    this.probe.disconnect();
    await Promise.all(this.doors.map((door) => door.shut()));
    await Promise.all([this.postgresGate.shut(), ...this.nodes.map(({ redisGate }) => redisGate.shut())]);
    await Promise.all([this.redis.stop(), this.database.drop()]);
  }
}
