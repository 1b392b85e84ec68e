/** The cache of characters: one load for many readers, and never an answer from before a change. */
import type { Character } from './character';
import { CharacterCache } from './character-cache';
import { aloneBus } from '../../../../test/support/bus';

const character = (id: string, level = 1): Character => ({
  id,
  accountId: 'account',
  name: id,
  class: 'mage',
  level,
  experience: 0,
  stats: { health: 1, maxHealth: 1, attack: 1, defense: 1 },
});

describe('CharacterCache', () => {
  let now: number;
  let cache: CharacterCache;
  let loads: string[];

  const get = (id: string, level = 1): Promise<Character | null> =>
    cache.get(id, async () => {
      loads.push(id);
      return character(id, level);
    });

  beforeEach(() => {
    now = 0;
    loads = [];
    cache = new CharacterCache(aloneBus(), { now: () => now });
  });

  it('loads a character once, also for readers who come together', async () => {
    const [first, second] = await Promise.all([get('ann'), get('ann')]);
    expect(first).toBe(second);
    expect(await get('ann')).toBe(first);
    expect(loads).toEqual(['ann']);
  });

  it('loads it again after a change', async () => {
    await get('ann');
    cache.changed('ann');
    expect(await get('ann', 2)).toMatchObject({ level: 2 });
  });

  it('does not keep what was being read while it changed', async () => {
    let finish: (found: Character) => void = () => undefined;
    const stale = cache.get('ann', () => new Promise((resolve) => (finish = resolve)));
    cache.changed('ann');
    const fresh = get('ann', 2);
    finish(character('ann', 1));
    await stale;
    expect(await fresh).toMatchObject({ level: 2 });
    expect(await get('ann', 3)).toMatchObject({ level: 2 });
  });

  it('does not trust an entry for longer than a minute', async () => {
    await get('ann');
    now = 59_999;
    await get('ann');
    now = 60_000;
    await get('ann');
    expect(loads).toEqual(['ann', 'ann']);
  });

  it('does not keep that there is none, nor a failure', async () => {
    expect(await cache.get('ann', async () => null)).toBeNull();
    await expect(cache.get('ann', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await get('ann')).toMatchObject({ id: 'ann' });
  });

  it('forgets the one not asked for the longest when it is full', async () => {
    for (let index = 0; index < 10_000; index++) await get(`c${index}`);
    await get('c0');
    await get('one too many');
    loads = [];
    await get('c0');
    await get('c1');
    expect(loads).toEqual(['c1']);
  });
});
