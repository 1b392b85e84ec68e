/** What a node has said is known when it is said again, and only then. */
import { Latest } from './latest';

it('knows what was heard before, of each source by itself', () => {
  const latest = new Latest();
  const heard = [
    { source: 'west', seq: 1 },
    { source: 'east', seq: 1 },
    { source: 'west', seq: 4 },
    { source: 'west', seq: 4 },
    { source: 'west', seq: 2 },
    { source: 'east', seq: 2 },
    { source: 'west', seq: 5 },
  ];
  expect(heard.map((entry) => latest.repeats(entry))).toEqual([false, false, false, true, true, false, false]);
});

it('forgets those that have been silent for longest', () => {
  const latest = new Latest();
  latest.repeats({ source: 'silent', seq: 7 });
  latest.repeats({ source: 'busy', seq: 7 });
  for (let n = 0; n < 999; n++) {
    latest.repeats({ source: `node ${n}`, seq: 1 });
    latest.repeats({ source: 'busy', seq: 8 + n });
  }
  expect(latest.repeats({ source: 'silent', seq: 7 })).toBe(false);
  expect(latest.repeats({ source: 'busy', seq: 8 })).toBe(true);
});
