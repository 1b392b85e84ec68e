/** The latest version of each key, for the memory store of a single node. */
import { VERSION_KEEP_MS, type VersionedEvent } from './recovery-store';

/** Past it, the key whose version was recorded longest ago is evicted. */
const MAX_KEYS = 100_000;

interface Latest {
  version: number;
  dedupKey: string | undefined;
  expiresAt: number;
}

export class LatestVersions {
  private readonly latest = new Map<string, Latest>();

  constructor(private readonly maxKeys = MAX_KEYS) {}

  get size(): number {
    return this.latest.size;
  }

  /** Records the event unless a later version is known. @returns whether the event is superseded or a duplicate. */
  checkAndRecord({ key, version, dedupKey, keepMs = VERSION_KEEP_MS }: VersionedEvent, now: number): boolean {
    const known = this.latest.get(key);
    const last = known && known.expiresAt > now ? known : undefined;
    if (last && version < last.version) return true;
    const isDuplicate =
      dedupKey !== undefined && last !== undefined && (version === last.version || dedupKey === last.dedupKey);
    // Set anew, it becomes the last in the order of eviction.
    this.latest.delete(key);
    this.latest.set(key, { version, dedupKey: dedupKey ?? last?.dedupKey, expiresAt: now + keepMs });
    if (this.latest.size > this.maxKeys) this.evictOldest();
    return isDuplicate;
  }

  private evictOldest(): void {
    const [oldest] = this.latest.keys();
    if (oldest !== undefined) this.latest.delete(oldest);
  }

  removeExpired(now: number): void {
    for (const [key, { expiresAt }] of this.latest) if (expiresAt <= now) this.latest.delete(key);
  }
}
