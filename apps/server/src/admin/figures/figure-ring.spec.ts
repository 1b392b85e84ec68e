/** FigureRing: the figures of the last 15 minutes, with gaps for seconds that were not measured, and its memory. */
import type { FiguresSample } from '@aeturnis/contracts';
import { FIGURE_NAMES, FigureRing, RING_SECONDS } from './figure-ring';

const START = 1_905_249_600;

function sampleOf(value: number, groups: Partial<FiguresSample> = {}): FiguresSample {
  const series = Object.fromEntries(FIGURE_NAMES.map((name) => [name, value]));
  return { ...series, recoveries: {}, errors: {}, movesRefused: {}, ...groups } as FiguresSample;
}
function ringOf(seconds: Record<number, FiguresSample>): FigureRing {
  const ring = new FigureRing();
  for (const [second, sample] of Object.entries(seconds)) ring.record(START + Number(second), sample);
  return ring;
}
const read = (ring: FigureRing, from: number, to: number) => ring.read(START + from, START + to);

it('figure ring: seconds that were skipped, or lie before the first or after the last, are null', () => {
  const ring = ringOf({ 0: sampleOf(1), 1: sampleOf(2), 4: sampleOf(5) });
  expect(read(ring, -1, 5).commands).toEqual([null, 1, 2, null, null, 5, null]);
});

it('figure ring: after a whole round the oldest second is replaced, and skipped seconds do not show the previous round', () => {
  const ring = ringOf({ 0: sampleOf(1), 1: sampleOf(2), [RING_SECONDS]: sampleOf(3), [RING_SECONDS + 2]: sampleOf(4) });
  expect(read(ring, 0, 2).commands).toEqual([null, null, null]);
  expect(read(ring, RING_SECONDS, RING_SECONDS + 2).commands).toEqual([3, null, 4]);
});

it('figure ring: a pause longer than the ring leaves only the newest second', () => {
  const far = 10 * RING_SECONDS + 7;
  const ring = ringOf({ 0: sampleOf(1), 1: sampleOf(2), [far]: sampleOf(3) });
  const { commands } = read(ring, far - RING_SECONDS + 1, far);
  expect(commands).toHaveLength(RING_SECONDS);
  expect(commands.filter((value) => value !== null)).toEqual([3]);
});

it('figure ring: a second that was recorded already is not changed', () => {
  const ring = ringOf({ 0: sampleOf(1) });
  ring.record(START, sampleOf(9));
  ring.record(START - 1, sampleOf(9));
  expect(read(ring, -1, 0).commands).toEqual([null, 1]);
});

it('figure ring: a label counts 0 in the seconds in which it did not occur, and is absent from a window without it', () => {
  const ring = ringOf({ 0: sampleOf(1), 1: sampleOf(1, { errors: { VALIDATION: 2 } }), 2: sampleOf(1) });
  expect(read(ring, 1, 2).errors).toEqual({ VALIDATION: [2, 0] });
  expect(read(ring, 2, 2).errors).toEqual({});
});

it('figure ring: keeps a bounded number of labels', () => {
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`CODE_${index}`, 1]));
  const { errors } = read(ringOf({ 0: sampleOf(1, { errors: many }) }), 0, 0);
  expect(Object.keys(errors)).toHaveLength(32);
});
