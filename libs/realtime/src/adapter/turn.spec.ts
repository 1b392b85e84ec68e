/** Turns of writing: one for all who are given something in a turn of the event loop, in parts where they are very many. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { Turn } from './turn';

class Line {
  writes = 0;

  flush(): void {
    this.writes++;
  }
}

const lines = (count: number): Line[] => Array.from({ length: count }, () => new Line());
const written = (all: readonly Line[]): number => all.filter(({ writes }) => writes > 0).length;

it('ends with the turn of the event loop', async () => {
  const turn = new Turn();
  const few = lines(50);
  for (const line of few) turn.atTheEnd(line);
  expect(written(few)).toBe(0);
  await turnOfTheLoop();
  expect(written(few)).toBe(50);
});

it('lets others have their turn between the parts of a broadcast to very many, and writes to each once', async () => {
  const turn = new Turn();
  const many = lines(1_000);
  for (const line of many) turn.atTheEnd(line);
  const seen: number[] = [];
  while (seen.at(-1) !== 1_000) {
    await turnOfTheLoop();
    seen.push(written(many));
  }
  expect(seen).toEqual([256, 512, 768, 1_000]);
  expect(many.every(({ writes }) => writes === 1)).toBe(true);
});

it('writes what may wait after a while', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  const turn = new Turn();
  const [line] = lines(1) as [Line];
  turn.whenever(line);
  await turnOfTheLoop();
  expect(line.writes).toBe(0);
  jest.advanceTimersByTime(100);
  expect(line.writes).toBe(1);
  jest.useRealTimers();
});
