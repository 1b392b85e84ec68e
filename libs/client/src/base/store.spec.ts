/** Stores whose listeners change them. */
import { Store } from './store';

it('store: a value that a listener sets supersedes the one before, for all later listeners', () => {
  const store = new Store(0);
  const seen: number[][] = [[], []];
  store.subscribe((value) => {
    seen[0]?.push(value);
    if (value === 1) store.set(2);
  });
  store.subscribe((value) => seen[1]?.push(value));
  store.set(1);
  expect(seen).toEqual([
    [0, 1, 2],
    [0, 2],
  ]);
});
