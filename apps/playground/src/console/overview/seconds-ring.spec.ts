/** The ring keeps 15 minutes, has gaps where nothing was measured, and zero where a label did not occur. */
import { SECONDS, SecondsRing } from './seconds-ring';

const START = 1_905_249_600;

/** The last numbers of the line that ends with this second. */
const last = (ring: SecondsRing, name: string, end: number, count: number): (number | null)[] =>
  ring.read(name, end - SECONDS + 1).slice(-count);

it('a second that was not measured is a gap, and a second that comes late is ignored', () => {
  const ring = new SecondsRing();
  ring.record(START, [['users', 1]]);
  ring.record(START + 2, [['users', 3]]);
  ring.record(START + 1, [['users', 2]]);
  ring.record(START + 3, [['users', null]]);
  expect(last(ring, 'users', START + 3, 5)).toEqual([null, 1, null, 3, null]);
});

it('seconds of 15 minutes ago are forgotten, also after a long gap', () => {
  const ring = new SecondsRing();
  ring.record(START, [['users', 1]]);
  ring.record(START + SECONDS, [['users', 2]]);
  expect(ring.read('users', START + 1)).toEqual([...new Array<null>(SECONDS - 1).fill(null), 2]);
  ring.record(START + 10 * SECONDS, [['users', 3]]);
  expect(last(ring, 'users', START + 10 * SECONDS, 2)).toEqual([null, 3]);
});

it('a label that does not occur in a second counts as zero, from its first second on', () => {
  const ring = new SecondsRing();
  ring.record(START, [['users', 1]]);
  ring.record(START + 1, [['errors.TIMEOUT', 4]]);
  ring.record(START + 2, [['users', 1]]);
  expect(last(ring, 'errors.TIMEOUT', START + 2, 3)).toEqual([null, 4, 0]);
  expect(last(ring, 'users', START + 2, 3)).toEqual([1, null, 1]);
  expect(ring.names('errors.')).toEqual(['errors.TIMEOUT']);
});
