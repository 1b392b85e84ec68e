/** FallbackQuotaStore: when the local store replaces the shared one, and for how long. */
import { FallbackQuotaStore } from './fallback-quota-store';
import { MemoryQuotaStore } from './memory-quota-store';
import type { QuotaOutcome, QuotaStore } from './quota-store';

const POLICY = { limit: 1, windowMs: 60_000, burst: 2 };

describe('FallbackQuotaStore', () => {
  const causes: unknown[] = [];
  let answer: (take: () => Promise<QuotaOutcome>) => Promise<QuotaOutcome>;
  let sharedTakes = 0;
  let store: FallbackQuotaStore;

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    const now = (): number => Date.now();
    const inner = new MemoryQuotaStore(now);
    const shared: QuotaStore = {
      take: (...args) => {
        sharedTakes++;
        return answer(() => inner.take(...args));
      },
    };
    sharedTakes = causes.length = 0;
    answer = (take) => take();
    store = new FallbackQuotaStore(shared, new MemoryQuotaStore(now), now, (cause) => causes.push(cause));
  });
  afterEach(() => jest.useRealTimers());

  it('uses the shared store as long as that answers', async () => {
    const remaining = [await store.take('k', POLICY), await store.take('k', POLICY)].map(
      (outcome) => outcome.remaining,
    );
    expect(remaining).toEqual([1, 0]);
    expect((await store.take('k', POLICY)).allowed).toBe(false);
    expect(causes).toEqual([]);
  });

  it('uses the local store after a failure, and does not call the shared one for a second', async () => {
    const failure = new Error('away');
    answer = () => Promise.reject(failure);
    const allowed = [];
    for (let i = 0; i < 3; i++) allowed.push((await store.take('k', POLICY)).allowed);
    expect(allowed).toEqual([true, true, false]);
    expect(causes).toEqual([failure, null, null]);
    expect(sharedTakes).toBe(1);
    answer = (take) => take();
    jest.advanceTimersByTime(1_000);
    expect(await store.take('k', POLICY)).toMatchObject({ allowed: true, remaining: 1 });
    expect(causes).toHaveLength(3);
  });

  it('uses the local store after 100 ms without an answer, and ignores a late rejection', async () => {
    let fail: (cause: Error) => void = () => undefined;
    answer = () => new Promise((_, reject) => (fail = reject));
    const taken = store.take('k', POLICY);
    await jest.advanceTimersByTimeAsync(100);
    expect((await taken).allowed).toBe(true);
    expect(String(causes[0])).toContain('100 ms');
    fail(new Error('late'));
    expect(jest.getTimerCount()).toBe(0);
  });
});
