/** QuotaThrottlerStorage: how the HTTP throttler sees a token bucket. */
import { MemoryQuotaStore } from './memory-quota-store';
import { QuotaThrottlerStorage } from './quota-throttler-storage';

describe('QuotaThrottlerStorage', () => {
  it('counts hits up to the limit, then blocks until a token is refilled', async () => {
    let now = 1_800_000_000_000;
    const storage = new QuotaThrottlerStorage(new MemoryQuotaStore(() => now));
    const hit = (name = 'default') => storage.increment('key', 60_000, 3, 60_000, name);
    const hits = [await hit(), await hit(), await hit(), await hit()];
    expect(hits.map(({ totalHits }) => totalHits)).toEqual([1, 2, 3, 4]);
    expect(hits.map(({ isBlocked }) => isBlocked)).toEqual([false, false, false, true]);
    expect(hits[0]).toEqual({ totalHits: 1, timeToExpire: 20, isBlocked: false, timeToBlockExpire: 0 });
    expect(hits[3]).toEqual({ totalHits: 4, timeToExpire: 60, isBlocked: true, timeToBlockExpire: 20 });
    expect((await hit('other')).isBlocked).toBe(false);
    now += 20_000;
    expect((await hit()).isBlocked).toBe(false);
    expect((await hit()).isBlocked).toBe(true);
  });
});
