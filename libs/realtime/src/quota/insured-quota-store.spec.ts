/** When the net under the shared quotas is used, and for how long. */
import { InsuredQuotaStore } from './insured-quota-store';
import { MemoryQuotaStore } from './memory-quota-store';
import type { QuotaOutcome, QuotaStore } from './quota-store';

const POLICY = { limit: 1, windowMs: 60_000, burst: 2 };

describe('InsuredQuotaStore', () => {
  const causes: unknown[] = [];
  let answer: (take: () => Promise<QuotaOutcome>) => Promise<QuotaOutcome>;
  let asked = 0;
  let insured: InsuredQuotaStore;

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    const now = (): number => Date.now();
    const inner = new MemoryQuotaStore(now);
    const shared: QuotaStore = {
      take: (...args) => {
        asked++;
        return answer(() => inner.take(...args));
      },
    };
    asked = causes.length = 0;
    answer = (take) => take();
    insured = new InsuredQuotaStore(shared, new MemoryQuotaStore(now), now, (cause) => causes.push(cause));
  });
  afterEach(() => jest.useRealTimers());

  it('asks the shared store while that answers', async () => {
    const remaining = [await insured.take('k', POLICY), await insured.take('k', POLICY)].map(
      (outcome) => outcome.remaining,
    );
    expect(remaining).toEqual([1, 0]);
    expect((await insured.take('k', POLICY)).allowed).toBe(false);
    expect(causes).toEqual([]);
  });

  it('counts for itself after a failure, for a while without asking', async () => {
    const failure = new Error('away');
    answer = () => Promise.reject(failure);
    const allowed = [];
    for (let i = 0; i < 3; i++) allowed.push((await insured.take('k', POLICY)).allowed);
    expect(allowed).toEqual([true, true, false]);
    expect(causes).toEqual([failure, null, null]);
    expect(asked).toBe(1);
    answer = (take) => take();
    jest.advanceTimersByTime(1_000);
    expect(await insured.take('k', POLICY)).toMatchObject({ allowed: true, remaining: 1 });
    expect(causes).toHaveLength(3);
  });

  it('does not wait for an answer that takes long, nor mind how it ends', async () => {
    let fail: (cause: Error) => void = () => undefined;
    answer = () => new Promise((_, reject) => (fail = reject));
    const taken = insured.take('k', POLICY);
    await jest.advanceTimersByTimeAsync(100);
    expect((await taken).allowed).toBe(true);
    expect(String(causes[0])).toContain('100 ms');
    fail(new Error('late'));
    expect(jest.getTimerCount()).toBe(0);
  });
});
