/** Two nodes on one database and one Redis, or a single node, with users in conversations. */
import type { RunningServer } from '../../../apps/server/src/server';
import { closeClients } from '../clients/client';
import { createMigratedDatabase, type TestDatabase } from '../databases/postgres';
import { type RedisServer, startRedis } from '../redis/redis-server';
import { startTestServer } from '../servers/server';
import { ConversationUser } from './conversation-user';

interface ClusterOptions {
  readonly alone?: boolean;
  /** Settings in addition to those of every test node. */
  readonly settings?: Readonly<Record<string, string>>;
}

export class ConversationCluster {
  private constructor(
    readonly west: RunningServer,
    readonly east: RunningServer,
    readonly environment: Record<string, string>,
    private readonly database: TestDatabase,
    private readonly redis: RedisServer | undefined,
  ) {}

  static async open({ alone = false, settings = {} }: ClusterOptions = {}): Promise<ConversationCluster> {
    const [database, redis] = await Promise.all([createMigratedDatabase(), alone ? undefined : startRedis()]);
    const urls = { DATABASE_URL: database.url, ...(redis && { REDIS_URL: redis.url }) };
    const environment: Record<string, string> = { ...urls, LIMITS: 'off', ...settings };
    const start = (NODE_ID: string): Promise<RunningServer> => startTestServer({ ...environment, NODE_ID });
    const west = start('west');
    const east = alone ? west : start('east');
    return new ConversationCluster(await west, await east, environment, database, redis);
  }

  async close(): Promise<void> {
    await Promise.all([this.west.close(), this.east.close()]);
    await Promise.all([this.redis?.stop(), this.database.drop()]);
  }

  /** Connects users to the two nodes in turn. */
  async connectUsers(count: number): Promise<ConversationUser[]> {
    return Promise.all(
      Array.from({ length: count }, (_, n) => ConversationUser.connect((n % 2 ? this.east : this.west).url)),
    );
  }
}

export interface ConversationContext {
  cluster: ConversationCluster;
  anna: ConversationUser;
  ben: ConversationUser;
  cleo: ConversationUser;
}

/** For a suite: a private cluster, and three new users for each test, on the two nodes in turn. */
export function useConversationCluster(
  setContext: (context: ConversationContext) => unknown,
  options?: ClusterOptions,
): void {
  let cluster: ConversationCluster;
  beforeAll(async () => {
    cluster = await ConversationCluster.open(options);
  }, 60_000);
  beforeEach(async () => {
    const [anna, ben, cleo] = (await cluster.connectUsers(3)) as [ConversationUser, ConversationUser, ConversationUser];
    setContext({ cluster, anna, ben, cleo });
  });
  afterEach(closeClients);
  afterAll(() => cluster.close());
}

/** The numbers from 1 to `count`. */
export const numbersUpTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

/** The sequence numbers that remain when a client drops duplicates. */
export function increasingSeqs(seqs: readonly number[]): number[] {
  const increasing: number[] = [];
  for (const seq of seqs) if (seq > (increasing.at(-1) ?? 0)) increasing.push(seq);
  return increasing;
}
