/**
 * Cache of loaded values by key. Concurrent readers of a key share one load, and the least recently used entries are evicted.
 * An invalidation may get lost between nodes: the maximum age bounds how long an outdated value is used.
 */
import { LRUCache } from 'lru-cache';

interface Entry<Value> {
  readonly load: Promise<Value>;
  /** Added to the total when the value is loaded. */
  weight: number;
  isInvalidated: boolean;
}

interface LoadingCacheOptions<Value> {
  readonly maxEntries: number;
  /** Counted from the start of the load. */
  readonly maxAgeMs: number;
  readonly clock: { now(): number };
  /** Values for which this is false are returned but not cached. Default: all are cached. Failures never are. */
  readonly isCacheable?: (value: Value) => boolean;
  /** The sum of `weightOf` over all entries. Default: unlimited. */
  readonly maxWeight?: number;
  readonly weightOf?: (value: Value) => number;
}

export class LoadingCache<Value> {
  private readonly entries: LRUCache<string, Entry<Value>>;
  private totalWeight = 0;

  constructor(private readonly options: LoadingCacheOptions<Value>) {
    this.entries = new LRUCache({
      max: options.maxEntries,
      ttl: options.maxAgeMs,
      ttlResolution: 0,
      perf: options.clock,
      dispose: ({ weight }) => (this.totalWeight -= weight),
    });
  }

  get weight(): number {
    return this.totalWeight;
  }

  has(key: string): boolean {
    return this.entries.has(key);
  }

  /** Includes the keys whose values are being loaded. */
  keys(): string[] {
    return [...this.entries.keys()];
  }

  /** The cached value, or else the result of `load`, which may be older than an invalidation during the load. */
  get(key: string, load: () => Promise<Value>): Promise<Value> {
    return (this.entries.get(key) ?? this.add(key, load())).load;
  }

  /** As `get`, but loads again if the key is invalidated during the load. */
  async getCurrent(key: string, load: () => Promise<Value>): Promise<Value> {
    for (;;) {
      const entry = this.entries.get(key) ?? this.add(key, load());
      const value = await entry.load;
      if (!entry.isInvalidated) return value;
    }
  }

  /** Replaces the entry with a load that has been started. */
  set(key: string, load: Promise<Value>): void {
    this.add(key, load);
  }

  /** Call it after the value has changed. The result of a load in progress will not be cached. */
  invalidate(key: string): void {
    const entry = this.entries.peek(key);
    if (entry) entry.isInvalidated = true;
    this.entries.delete(key);
  }

  private add(key: string, load: Promise<Value>): Entry<Value> {
    const start = this.options.clock.now();
    const entry = { load, weight: 0, isInvalidated: false };
    // Without expiry until it is loaded, because an invalidation must reach a load in progress, however long it takes.
    this.entries.set(key, entry, { ttl: 0 });
    load.then(
      (value) => this.isCurrent(key, entry) && this.onLoaded(key, entry, value, start),
      () => this.isCurrent(key, entry) && this.entries.delete(key),
    );
    return entry;
  }

  private onLoaded(key: string, entry: Entry<Value>, value: Value, start: number): void {
    const { isCacheable, weightOf, maxWeight = Infinity } = this.options;
    if (isCacheable?.(value) === false) return void this.entries.delete(key);
    this.entries.set(key, entry, { start });
    entry.weight = weightOf?.(value) ?? 0;
    this.totalWeight += entry.weight;
    while (this.totalWeight > maxWeight) this.entries.pop();
  }

  private isCurrent(key: string, entry: Entry<Value>): boolean {
    return this.entries.peek(key) === entry;
  }
}
