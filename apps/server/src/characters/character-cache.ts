/** LRU cache of characters by id. Bounded; an entry is at most a minute old, even if its invalidation was lost. */
import { Injectable } from '@nestjs/common';
import { LoadingCache } from '@aeturnis/platform';
import { Clock, ClusterBus } from '@aeturnis/realtime';
import type { Character } from './character';

const CHANGED_TOPIC = 'characters:changed';
const MAX_ENTRIES = 10_000;
/** The bus delivers at most once: this bounds the age of entries whose invalidation was lost. */
const MAX_AGE_MS = 60_000;

@Injectable()
export class CharacterCache {
  private readonly cache: LoadingCache<Character | null>;

  constructor(
    private readonly bus: ClusterBus,
    clock: Clock,
  ) {
    const isCacheable = (character: Character | null): boolean => character !== null;
    this.cache = new LoadingCache({ maxEntries: MAX_ENTRIES, maxAgeMs: MAX_AGE_MS, clock, isCacheable });
    this.bus.subscribe<{ id: string }>(CHANGED_TOPIC, ({ id }) => this.cache.invalidate(id));
  }

  /** Returns the cached character, or loads it. Concurrent readers of a character share one load. */
  get(id: string, load: () => Promise<Character | null>): Promise<Character | null> {
    return this.cache.get(id, load);
  }

  /** Call it after the commit of a change. A node that receives the invalidation no longer returns the old state. */
  invalidate(id: string): void {
    this.bus.publish(CHANGED_TOPIC, { id });
  }
}
