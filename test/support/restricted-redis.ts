/** A Redis of its own with a user whose rights a test takes away and gives back, and nodes that use it as that user. */
import { Redis } from 'ioredis';
import { until } from './client';
import type { ServerEnvironment } from './environment';
import { createMigratedDatabase, type TestDatabase } from './postgres';
import { type RedisServer, startRedis } from './redis-server';
import { type ServerProcess, startServerProcess, stopServerProcesses } from './server';

const USER = 'weak';
const PASSWORD = 'weak-password';

interface Health {
  status: string;
  details: { redis: { status: string; reason?: string } };
}

export class RestrictedRedis {
  private constructor(
    readonly server: RedisServer,
    readonly operator: Redis,
    private readonly database: TestDatabase,
  ) {}

  static async start(): Promise<RestrictedRedis> {
    const [database, server] = await Promise.all([createMigratedDatabase(), startRedis()]);
    const redis = new RestrictedRedis(server, new Redis(server.url), database);
    await redis.permit('on', `>${PASSWORD}`, '~*', '&*', '+@all');
    return redis;
  }

  /** Ends every server process of the suite as well. */
  async stop(): Promise<void> {
    await stopServerProcesses();
    await this.close();
  }

  async close(): Promise<void> {
    this.operator.disconnect();
    await this.server.stop();
    await this.database.drop();
  }

  /** With the user whose rights change. */
  get url(): string {
    return this.urlFor(`${USER}:${PASSWORD}`);
  }

  startNode(environment: ServerEnvironment = {}, user = `${USER}:${PASSWORD}`): Promise<ServerProcess> {
    const url = this.urlFor(user);
    return startServerProcess({ DATABASE_URL: this.database.url, REDIS_URL: url, LOG_FORMAT: 'json', ...environment });
  }

  permit(...rules: string[]): Promise<unknown> {
    return this.operator.call('ACL', 'SETUSER', USER, ...rules);
  }

  /** Connections for subscriptions are made anew: only then do rights count that were taken away meanwhile. */
  async permitAnew(...rules: string[]): Promise<void> {
    await this.permit(...rules);
    await this.operator.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
  }

  private urlFor(user: string): string {
    return this.server.url.replace('//', `//${user}@`);
  }
}

/** Waits until readiness says this, and of Redis that. */
export async function untilReady(server: ServerProcess, status: string, reason?: RegExp): Promise<void> {
  await until(
    async () => {
      const health = (await (await fetch(`${server.url}/health/ready`)).json()) as Health;
      return health.status === status && (!reason || reason.test(health.details.redis.reason ?? ''));
    },
    `it is ${status} ${String(reason)}`,
    20_000,
  );
}

export const redisErrorsOf = (server: ServerProcess): string[] =>
  server
    .output()
    .split('\n')
    .filter((line) => line.includes('"context":"Redis"') && line.includes('"level":"error"'));
