/** `DuplicateFilter` recognises repeated entries of a source, for a bounded number of sources. */
import { DuplicateFilter } from './received-entries';

it('recognises a repeated or older entry, per source', () => {
  const filter = new DuplicateFilter();
  const input = [
    { source: 'west', seq: 1 },
    { source: 'east', seq: 1 },
    { source: 'west', seq: 4 },
    { source: 'west', seq: 4 },
    { source: 'west', seq: 2 },
    { source: 'east', seq: 2 },
    { source: 'west', seq: 5 },
  ];
  expect(input.map((entry) => filter.checkAndRecord(entry))).toEqual([false, false, false, true, true, false, false]);
});

it('evicts the least recently used source', () => {
  const filter = new DuplicateFilter();
  filter.checkAndRecord({ source: 'silent', seq: 7 });
  filter.checkAndRecord({ source: 'busy', seq: 7 });
  for (let n = 0; n < 999; n++) {
    filter.checkAndRecord({ source: `node ${n}`, seq: 1 });
    filter.checkAndRecord({ source: 'busy', seq: 8 + n });
  }
  expect(filter.checkAndRecord({ source: 'silent', seq: 7 })).toBe(false);
  expect(filter.checkAndRecord({ source: 'busy', seq: 8 })).toBe(true);
});
