/** A private Redis with a user whose ACL rules a test changes, and nodes that connect as that user. */
import { Redis } from 'ioredis';
import { waitUntil } from '../clients/client';
import type { ServerEnvironment } from '../environment';
import { createMigratedDatabase, type TestDatabase } from '../databases/postgres';
import { type RedisServer, startRedis } from './redis-server';
import { type ServerProcess, startServerProcess, stopServerProcesses } from '../servers/server';

const USER = 'weak';
const PASSWORD = 'weak-password';

interface RedisHealth {
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
    await redis.setAclRules('on', `>${PASSWORD}`, '~*', '&*', '+@all');
    return redis;
  }

  /** Also stops every server process of the suite. */
  async stop(): Promise<void> {
    await stopServerProcesses();
    await this.close();
  }

  async close(): Promise<void> {
    this.operator.disconnect();
    await this.server.stop();
    await this.database.drop();
  }

  /** The URL with the restricted user. */
  get url(): string {
    return this.urlFor(`${USER}:${PASSWORD}`);
  }

  startNode(environment: ServerEnvironment = {}, user = `${USER}:${PASSWORD}`): Promise<ServerProcess> {
    const url = this.urlFor(user);
    return startServerProcess({ DATABASE_URL: this.database.url, REDIS_URL: url, LOG_FORMAT: 'json', ...environment });
  }

  setAclRules(...rules: string[]): Promise<unknown> {
    return this.operator.call('ACL', 'SETUSER', USER, ...rules);
  }

  /** Also kills the pub/sub connections, because revoked rights apply to new subscriptions only. */
  async setAclRulesAndReconnect(...rules: string[]): Promise<void> {
    await this.setAclRules(...rules);
    await this.operator.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
  }

  private urlFor(user: string): string {
    return this.server.url.replace('//', `//${user}@`);
  }
}

/** Waits until the server reports this status, and a Redis reason that matches. */
export async function waitForReadiness(server: ServerProcess, status: string, reason?: RegExp): Promise<void> {
  await waitUntil(
    async () => {
      const health = (await (await fetch(`${server.url}/health/ready`)).json()) as RedisHealth;
      return health.status === status && (!reason || reason.test(health.details.redis.reason ?? ''));
    },
    `readiness ${status} ${String(reason)}`,
    20_000,
  );
}

export const redisErrorsOf = (server: ServerProcess): string[] =>
  server
    .output()
    .split('\n')
    .filter((line) => line.includes('"context":"Redis"') && line.includes('"level":"error"'));
