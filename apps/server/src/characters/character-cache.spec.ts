/** CharacterCache: what it caches, for how long, and its invalidation through the bus. */
import type { Character } from './character';
import { CharacterCache } from './character-cache';
import { singleNodeBus } from '../../../../test/support/servers/single-node-bus';

const character = (level: number): Character => ({
  id: 'ann',
  accountId: 'account',
  name: 'ann',
  class: 'mage',
  level,
  experience: 0,
  stats: { health: 1, maxHealth: 1, attack: 1, defense: 1 },
});

describe('CharacterCache', () => {
  let now: number;
  let cache: CharacterCache;

  const levelAfterLoading = async (level: number): Promise<number | undefined> =>
    (await cache.get('ann', async () => character(level)))?.level;

  beforeEach(() => {
    now = 1_000;
    cache = new CharacterCache(singleNodeBus(), { now: () => now });
  });

  it('loads a character again after its invalidation', async () => {
    expect([await levelAfterLoading(1), await levelAfterLoading(2)]).toEqual([1, 1]);
    cache.invalidate('ann');
    expect(await levelAfterLoading(2)).toBe(2);
  });

  it('loads a character again after a minute', async () => {
    await levelAfterLoading(1);
    now += 60_000;
    expect(await levelAfterLoading(2)).toBe(1);
    now += 1;
    expect(await levelAfterLoading(2)).toBe(2);
  });

  it('does not cache that a character is missing', async () => {
    expect(await cache.get('ann', async () => null)).toBeNull();
    expect(await levelAfterLoading(1)).toBe(1);
  });
});
