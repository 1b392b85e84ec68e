/** The contract of the quota store, kept by memory and Redis alike. */
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { COMMAND_OPTIONS } from '../../libs/platform/src/redis/redis-options';
import { MemoryQuotaStore } from '../../libs/realtime/src/quota/memory-quota-store';
import type { QuotaStore } from '../../libs/realtime/src/quota/quota-store';
import { RedisQuotaStore } from '../../libs/realtime/src/quota/redis-quota-store';
import { TokenBucket } from '../../libs/realtime/src/quota/token-bucket';
import { until } from './membership-clusters';
import { commonRedisUrl } from '../support/service-urls';

const clients: Redis[] = [];

function connect(): Redis {
  const client = new Redis(commonRedisUrl(), { ...COMMAND_OPTIONS, enableOfflineQueue: true });
  clients.push(client.on('error', () => undefined));
  return client;
}

/** Two ways into the same buckets. */
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
  /** So slow that nothing comes back while a test runs. */
  const slow = { limit: 1, windowMs: 3_600_000, burst: 7 };
  let stores: [QuotaStore, QuotaStore];

  beforeEach(() => (stores = create()));

  it('grants the burst and not one more, however many ask on two nodes at once', async () => {
    const asked = Array.from({ length: 50 }, (_, i) => stores[i % 2]!.take('k', slow));
    const answers = await Promise.all(asked);
    const granted = answers.filter(({ allowed }) => allowed);
    expect(granted.map(({ remaining }) => remaining).sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    for (const { allowed, remaining, retryAfterMs } of answers.filter((answer) => !answer.allowed)) {
      expect([allowed, remaining]).toEqual([false, 0]);
      expect(retryAfterMs).toBeGreaterThan(slow.windowMs - 60_000);
      expect(retryAfterMs).toBeLessThanOrEqual(slow.windowMs);
    }
  });

  it('takes all of a cost or nothing', async () => {
    const [store] = stores;
    expect(await store.take('k', slow, 5)).toEqual({ allowed: true, remaining: 2, retryAfterMs: 0 });
    expect(await store.take('k', slow, 3)).toMatchObject({ allowed: false, remaining: 2 });
    expect(await store.take('k', slow, 2)).toMatchObject({ allowed: true, remaining: 0 });
    expect(await store.take('other', slow, 7)).toMatchObject({ allowed: true, remaining: 0 });
  });

  it('gives tokens back in time, to any node', async () => {
    const quick = { limit: 20, windowMs: 1_000, burst: 3 };
    const [store, other] = stores;
    await store.take('k', quick, 3);
    const refused = await store.take('k', quick);
    expect(refused.allowed).toBe(false);
    expect(refused.retryAfterMs).toBeGreaterThan(0);
    expect(refused.retryAfterMs).toBeLessThanOrEqual(50);
    await until(
      () => other.take('k', quick),
      ({ allowed }) => allowed,
    );
  });

  it('agrees with the local bucket, token for token', async () => {
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
  it('leave nothing behind once they are full again, and survive the loss of scripts', async () => {
    const redis = connect();
    const prefix = `test:${randomUUID()}`;
    const store = new RedisQuotaStore(redis, prefix);
    await store.take('k', { limit: 10, windowMs: 1_000, burst: 5 }, 2);
    expect(await redis.pttl(`${prefix}:quota:k`)).toBeLessThanOrEqual(200);
    await redis.script('FLUSH');
    expect((await store.take('k', { limit: 10, windowMs: 1_000, burst: 5 })).allowed).toBe(true);
    await until(
      () => redis.exists(`${prefix}:quota:k`),
      (found) => found === 0,
    );
  });
});
