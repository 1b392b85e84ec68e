/** The contract of the quota store, for memory and Redis alike. */
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { COMMAND_OPTIONS } from '../../libs/platform/src/redis/redis-options';
import { MemoryQuotaStore } from '../../libs/realtime/src/quota/memory-quota-store';
import type { QuotaStore } from '../../libs/realtime/src/quota/quota-store';
import { RedisQuotaStore } from '../../libs/realtime/src/quota/redis-quota-store';
import { TokenBucket } from '../../libs/realtime/src/quota/token-bucket';
import { pollUntil } from './membership-clusters';
import { commonRedisUrl } from '../support/service-urls';

const clients: Redis[] = [];

function connect(): Redis {
  const client = new Redis(commonRedisUrl(), { ...COMMAND_OPTIONS, enableOfflineQueue: true });
  clients.push(client.on('error', () => undefined));
  return client;
}

/** Two stores on the same buckets, as on two nodes. */
const KINDS: [string, () => [QuotaStore, QuotaStore]][] = [
  [
    'memory',
    () => {
      const store = new MemoryQuotaStore(() => Date.now());
      return [store, store];
    },
  ],
  [
    'Redis',
    () => {
      const prefix = `test:${randomUUID()}`;
      return [new RedisQuotaStore(connect(), prefix), new RedisQuotaStore(connect(), prefix)];
    },
  ],
];

afterEach(() => {
  for (const client of clients.splice(0)) client.disconnect();
});

describe.each(KINDS)('quotas in %s', (_kind, create) => {
  /** So slow that no token is refilled while a test runs. */
  const slow = { limit: 1, windowMs: 3_600_000, burst: 7 };
  let stores: [QuotaStore, QuotaStore];

  beforeEach(() => (stores = create()));

  it('grant the burst and not one more when two nodes take tokens at once', async () => {
    const attempts = Array.from({ length: 50 }, (_, i) => stores[i % 2]!.take('k', slow));
    const answers = await Promise.all(attempts);
    const granted = answers.filter(({ allowed }) => allowed);
    expect(granted.map(({ remaining }) => remaining).sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    for (const { allowed, remaining, retryAfterMs } of answers.filter((answer) => !answer.allowed)) {
      expect([allowed, remaining]).toEqual([false, 0]);
      expect(retryAfterMs).toBeGreaterThan(slow.windowMs - 60_000);
      expect(retryAfterMs).toBeLessThanOrEqual(slow.windowMs);
    }
  });

  it('take the whole cost or nothing', async () => {
    const [store] = stores;
    expect(await store.take('k', slow, 5)).toEqual({ allowed: true, remaining: 2, retryAfterMs: 0 });
    expect(await store.take('k', slow, 3)).toMatchObject({ allowed: false, remaining: 2 });
    expect(await store.take('k', slow, 2)).toMatchObject({ allowed: true, remaining: 0 });
    expect(await store.take('other', slow, 7)).toMatchObject({ allowed: true, remaining: 0 });
  });

  it('refill tokens over time, for every node', async () => {
    const fast = { limit: 20, windowMs: 1_000, burst: 3 };
    const [store, other] = stores;
    await store.take('k', fast, 3);
    const refused = await store.take('k', fast);
    expect(refused.allowed).toBe(false);
    expect(refused.retryAfterMs).toBeGreaterThan(0);
    expect(refused.retryAfterMs).toBeLessThanOrEqual(50);
    await pollUntil(() => other.take('k', fast), { allowed: true });
  });

  it('agree with the local bucket, token for token', async () => {
    for (const burst of [1, 2, 13, 60]) {
      const policy = { limit: 7, windowMs: 3_600_000, burst };
      const bucket = new TokenBucket();
      for (let i = 0; i < burst + 2; i++) {
        const { allowed, remaining } = bucket.take(policy, 0);
        expect(await stores[i % 2]!.take(`k${burst}`, policy)).toMatchObject({ allowed, remaining });
      }
    }
  });
});

describe('quotas in Redis', () => {
  it('delete full buckets, and survive the loss of scripts', async () => {
    const redis = connect();
    const prefix = `test:${randomUUID()}`;
    const store = new RedisQuotaStore(redis, prefix);
    await store.take('k', { limit: 10, windowMs: 1_000, burst: 5 }, 2);
    expect(await redis.pttl(`${prefix}:quota:k`)).toBeLessThanOrEqual(200);
    await redis.script('FLUSH');
    expect((await store.take('k', { limit: 10, windowMs: 1_000, burst: 5 })).allowed).toBe(true);
    await pollUntil(() => redis.exists(`${prefix}:quota:k`), 0);
  });
});
