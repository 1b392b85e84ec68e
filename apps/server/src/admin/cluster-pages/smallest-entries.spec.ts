/** SmallestEntries: the same page as sorting everything would give, whatever the order of the entries. */
import fc from 'fast-check';
import { SmallestEntries } from './smallest-entries';

const KEYS = fc.array(fc.string({ minLength: 1, maxLength: 2 }), { maxLength: 60 });

const sum = (keys: readonly string[], limit: number, after?: string): [string, number][] => {
  const selected = new SmallestEntries<[string, number]>(limit, after);
  for (const key of keys) selected.put(key, (known) => [key, (known?.[1] ?? 0) + 1]);
  return selected.toArray();
};

it('selects the smallest keys after the cursor, each once with all that was put under it', () => {
  fc.assert(
    fc.property(KEYS, fc.integer({ min: 1, max: 8 }), fc.string({ maxLength: 1 }), (keys, limit, after) => {
      const counts = new Map<string, number>();
      for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
      const sorted = [...counts].filter(([key]) => key > after).toSorted(([a], [b]) => (a < b ? -1 : 1));
      expect(sum(keys, limit, after)).toEqual(sorted.slice(0, limit));
    }),
  );
});

it('pages that begin after the last key of the one before list every key once', () => {
  fc.assert(
    fc.property(KEYS, fc.integer({ min: 1, max: 8 }), (keys, limit) => {
      const listed: string[] = [];
      for (let page = sum(keys, limit); page.length > 0; page = sum(keys, limit, listed.at(-1)))
        listed.push(...page.map(([key]) => key));
      expect(listed).toEqual([...new Set(keys)].toSorted((a, b) => (a < b ? -1 : 1)));
    }),
  );
});
