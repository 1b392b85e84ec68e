/** Nodes on one database and one Redis, both private to a suite. */
import type { RunningServer } from '../../../apps/server/src/server';
import { closeClients } from '../clients/client';
import { createMigratedDatabase, type TestDatabase } from '../databases/postgres';
import type { ServerEnvironment } from '../environment';
import { type RedisServer, startRedis } from '../redis/redis-server';
import { type ServerProcess, startServerProcess, startTestServer, stopServerProcesses } from './server';

export class NodeCluster {
  redis: RedisServer;
  private database: TestDatabase;
  private readonly nodes: RunningServer[] = [];

  constructor(private readonly settings: ServerEnvironment) {}

  async open(): Promise<void> {
    [this.database, this.redis] = await Promise.all([createMigratedDatabase(), startRedis()]);
  }

  /** Starts a node in this process. */
  async startNode(settings: ServerEnvironment = {}): Promise<RunningServer> {
    const node = await startTestServer(this.environment(settings));
    this.nodes.push(node);
    return node;
  }

  /** Starts a node as a process, which can be killed. */
  startProcess(settings: ServerEnvironment = {}): Promise<ServerProcess> {
    return startServerProcess(this.environment(settings));
  }

  async close(): Promise<void> {
    closeClients();
    await stopServerProcesses();
    await Promise.all(this.nodes.map((node) => node.close()));
    await Promise.all([this.redis.stop(), this.database.drop()]);
  }

  private environment(settings: ServerEnvironment): ServerEnvironment {
    return { DATABASE_URL: this.database.url, REDIS_URL: this.redis.url, ...this.settings, ...settings };
  }
}

/** For a suite: opens the cluster, without nodes, before its first test, and closes it with its nodes after the last. */
export function useNodeCluster(settings: ServerEnvironment = {}): NodeCluster {
  const cluster = new NodeCluster(settings);
  beforeAll(() => cluster.open());
  afterAll(() => cluster.close());
  return cluster;
}
