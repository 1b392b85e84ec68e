/** MemoryQuotaStore: the map of buckets stays bounded. */
import { MemoryQuotaStore } from './memory-quota-store';

const POLICY = { limit: 10, windowMs: 1_000, burst: 5 };

describe('MemoryQuotaStore', () => {
  let now = 0;
  const clock = (): number => now;

  beforeEach(() => (now = 1_800_000_000_000));

  it('removes refilled buckets as new ones are added', async () => {
    const store = new MemoryQuotaStore(clock);
    for (let i = 0; i < 1_000; i++) await store.take(`old ${i}`, POLICY);
    now += POLICY.windowMs;
    await store.take('slow', { limit: 1, windowMs: 3_600_000, burst: 1 });
    for (let i = 0; i < 1_000; i++) await store.take(`new ${i}`, POLICY);
    expect(store.size).toBe(1_001);
    expect((await store.take('slow', { limit: 1, windowMs: 3_600_000, burst: 1 })).allowed).toBe(false);
  });

  it('evicts the least recently used bucket when it exceeds its maximum of keys', async () => {
    const store = new MemoryQuotaStore(clock, 3);
    for (const key of ['a', 'b', 'c', 'a', 'd']) await store.take(key, POLICY, 4);
    expect(store.size).toBe(3);
    expect((await store.take('a', POLICY, 2)).allowed).toBe(false);
    expect((await store.take('b', POLICY, 5)).allowed).toBe(true);
    expect(store.size).toBe(3);
  });
});
