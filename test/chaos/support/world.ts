/** What a scenario plays with: nodes on one PostgreSQL and one Redis, gates before both, and players. */
import { Redis } from 'ioredis';
import { connect, playAsGuest, type TestClient, until } from '../../support/client';
import { Gate } from '../../support/gate';
import { createMigratedDatabase, type TestDatabase } from '../../support/postgres';
import { type RedisServer, startRedis } from '../../support/redis-server';
import { type Application, ChaosNode } from './node';
import { Chance } from './seed';

export interface Guest {
  id: string;
  name: string;
  accessToken: string;
}
export interface Joined extends Guest {
  client: TestClient;
}

let serial = 0;

export class World {
  private readonly doors: Gate[] = [];
  private readonly formerRedis: RedisServer[] = [];

  private constructor(
    readonly nodes: readonly ChaosNode[],
    public redis: RedisServer,
    /** A look into Redis, past all gates. */
    public probe: Redis,
    readonly postgresGate: Gate,
    readonly chance: Chance,
    readonly database: TestDatabase,
    private readonly application: Application,
  ) {}

  static async open(
    title: string,
    names: readonly string[],
    environment: Record<string, string>,
    application: Application = 'server',
    ungated = false,
  ): Promise<World> {
    const [database, redis] = await Promise.all([createMigratedDatabase(), startRedis()]);
    const postgresGate = await Gate.before(database.url);
    await postgresGate.open();
    const shared = {
      LIMITS: 'off',
      ADMIN_USERS: 'boss',
      ...environment,
      DATABASE_URL: ungated ? database.url : postgresGate.url,
    };
    const nodes = await Promise.all(names.map((name) => ChaosNode.start(name, redis.url, shared, application)));
    return new World(nodes, redis, look(redis), postgresGate, new Chance(title), database, application);
  }

  node(index: number): ChaosNode {
    const node = this.nodes[index];
    if (!node) throw new Error(`there is no node ${index}`);
    return node;
  }

  get running(): ChaosNode[] {
    return this.nodes.filter(({ running }) => running);
  }

  async guests(count: number, node = this.node(0)): Promise<Guest[]> {
    return Promise.all(Array.from({ length: count }, async () => this.guest(node)));
  }

  private async guest({ url }: ChaosNode): Promise<Guest> {
    return this.application === 'raid' ? stranger() : playAsGuest(url);
  }

  async join(node: ChaosNode, options: Parameters<typeof connect>[2] = {}): Promise<Joined> {
    const guest = await this.guest(node);
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

  /** A second Redis that has everything the first one has, and follows it. */
  async standby(): Promise<RedisServer> {
    const standby = await startRedis();
    this.formerRedis.push(standby);
    const replica = look(standby);
    // Over the wire alone: no file is left behind.
    await this.probe.config('SET', 'repl-diskless-sync', 'yes');
    await this.probe.config('SET', 'repl-diskless-sync-delay', '0');
    await replica.config('SET', 'repl-diskless-load', 'on-empty-db');
    await replica.replicaof('127.0.0.1', this.redis.port);
    await until(async () => (await replica.info('replication')).includes('master_link_status:up'), 'a standby');
    replica.disconnect();
    return standby;
  }

  /** That Redis is nobody's standby any more, and is what all new connections of nodes lead to. */
  async promote(standby: RedisServer): Promise<void> {
    this.formerRedis.push(this.redis);
    this.probe.disconnect();
    this.redis = standby;
    this.probe = look(standby);
    await this.probe.call('REPLICAOF', 'NO', 'ONE');
    for (const { redisGate } of this.nodes) redisGate.lead(standby.url);
  }

  async close(): Promise<void> {
    this.probe.disconnect();
    await Promise.all(this.nodes.map((node) => node.kill()));
    await Promise.all(this.doors.map((door) => door.shut()));
    await Promise.all([this.postgresGate.shut(), ...this.nodes.map(({ redisGate }) => redisGate.shut())]);
    await Promise.all([this.redis, ...this.formerRedis].map((redis) => redis.stop()));
    await this.database.drop();
  }
}

function look(redis: RedisServer): Redis {
  const probe = new Redis(redis.url, { retryStrategy: () => 50 });
  probe.on('error', () => undefined);
  return probe;
}

/** The other application knows everybody by name, for as long as any scenario takes. */
function stranger(): Guest {
  const name = `stranger${++serial}`;
  return { id: name, name, accessToken: `${name}:3600000` };
}
