/** LoadingCache: shared loads, invalidation, expiry, eviction by number and by weight. */
import { LoadingCache } from './loading-cache';

describe('LoadingCache', () => {
  let now: number;
  let cache: LoadingCache<string | null>;
  let loads: string[];

  const get = (key: string, value: string | null = key): Promise<string | null> =>
    cache.get(key, async () => {
      loads.push(key);
      return value;
    });

  /** A load that completes when the test calls `finish`. */
  function slowLoad(): { load: () => Promise<string | null>; finish: (value: string) => void } {
    let finish: (value: string) => void = () => undefined;
    const loading = new Promise<string | null>((resolve) => (finish = resolve));
    return { load: () => loading, finish };
  }

  beforeEach(() => {
    now = 1_000;
    loads = [];
    cache = new LoadingCache<string | null>({
      maxEntries: 100,
      maxAgeMs: 60_000,
      clock: { now: () => now },
      isCacheable: (value) => value !== null,
      maxWeight: 200,
      weightOf: (value) => value?.length ?? 0,
    });
  });

  it('loads a value once for concurrent and later readers', async () => {
    expect(await Promise.all([get('ann'), get('ann')])).toEqual(['ann', 'ann']);
    expect(await get('ann', 'other')).toBe('ann');
    expect(loads).toEqual(['ann']);
  });

  it('loads a value again after its invalidation', async () => {
    await get('ann');
    cache.invalidate('ann');
    expect(await get('ann', 'new')).toBe('new');
  });

  it('does not cache the result of a load during which the key was invalidated', async () => {
    const { load, finish } = slowLoad();
    const outdated = cache.get('ann', load);
    cache.invalidate('ann');
    const fresh = get('ann', 'new');
    finish('old');
    expect(await outdated).toBe('old');
    expect(await fresh).toBe('new');
    expect(await get('ann', 'newer')).toBe('new');
  });

  it('getCurrent: loads again if the key is invalidated during the load, however long that takes', async () => {
    const { load, finish } = slowLoad();
    let calls = 0;
    const reading = cache.getCurrent('ann', () => (++calls === 1 ? load() : Promise.resolve('new')));
    now += 60_001;
    for (const key of cache.keys()) cache.invalidate(key);
    finish('old');
    expect(await reading).toBe('new');
    expect(calls).toBe(2);
  });

  it('counts the age of a value from the start of its load', async () => {
    const { load, finish } = slowLoad();
    const reading = cache.get('ann', load);
    now += 40_000;
    finish('ann');
    await reading;
    now += 20_000;
    await get('ann');
    expect(loads).toEqual([]);
    now += 1;
    expect(cache.has('ann')).toBe(false);
    await get('ann');
    expect(loads).toEqual(['ann']);
  });

  it('caches neither a failed load nor a value that is not cacheable', async () => {
    expect(await get('ann', null)).toBeNull();
    await expect(cache.get('ann', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await get('ann')).toBe('ann');
  });

  it('evicts the least recently used value when it is full', async () => {
    for (let index = 0; index < 100; index++) await get(`c${index % 100}`, '');
    await get('c0');
    await get('one too many', '');
    expect([cache.has('c0'), cache.has('c1')]).toEqual([true, false]);
  });

  it('evicts the least recently used values until the weight is within its bound', async () => {
    for (const key of ['ann', 'ben', 'cat']) await get(key, 'x'.repeat(60));
    await get('dan', 'x'.repeat(100));
    expect(cache.keys().toSorted()).toEqual(['cat', 'dan']);
    expect(cache.weight).toBe(160);
    cache.set('dan', Promise.resolve('short'));
    expect(cache.weight).toBe(60);
    await get('dan');
    expect(cache.weight).toBe(65);
    cache.invalidate('cat');
    expect(cache.weight).toBe(5);
  });
});
