/** Which requests begin in which turn of the event loop, and in which order. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { RequestTurns } from './request-turns';

const begun: string[] = [];
const gone = new Set<string>();
beforeEach(() => {
  begun.length = 0;
  gone.clear();
});

function ask(turns: RequestTurns, address: string, name: string): void {
  turns.run(address, { isGone: () => gone.has(name), begin: () => void begun.push(name) });
}

/** @returns how many requests began in each turn of the event loop until all had. */
async function beginsPerTurn(): Promise<number[]> {
  const counts = [begun.length];
  for (let before = begun.length; ; before = begun.length) {
    await nextTurn();
    if (begun.length === before) return counts;
    counts.push(begun.length - before);
  }
}

it('many requests at once: four begin at once, four in each later turn', async () => {
  const turns = new RequestTurns();
  const names = Array.from({ length: 10 }, (_, n) => String(n));
  for (const name of names) ask(turns, 'a', name);
  expect(begun).toEqual(names.slice(0, 4));
  expect(await beginsPerTurn()).toEqual([4, 4, 2]);
  expect(begun).toEqual(names);
});

it('a crowd of one address: a request of another address waits for one of them, not for all', async () => {
  const turns = new RequestTurns();
  for (let n = 0; n < 50; n++) ask(turns, 'crowd', `crowd ${n}`);
  ask(turns, 'other', 'other');
  await beginsPerTurn();
  expect(begun.indexOf('other')).toBeLessThanOrEqual(5);
  expect(begun).toHaveLength(51);
});

it('clients that have gone: their requests never begin, and cost no turn', async () => {
  const turns = new RequestTurns();
  for (let n = 0; n < 50; n++) ask(turns, `address ${n}`, `request ${n}`);
  for (let n = 4; n < 49; n++) gone.add(`request ${n}`);
  expect(await beginsPerTurn()).toEqual([4, 1]);
  expect(begun).toEqual(['request 0', 'request 1', 'request 2', 'request 3', 'request 49']);
});

it('a request that throws when it begins: the next one still does', async () => {
  const turns = new RequestTurns();
  const throws = (): void =>
    turns.run('a', {
      isGone: () => false,
      begin: () => {
        throw new Error('broken');
      },
    });
  expect(throws).toThrow('broken');
  ask(turns, 'a', 'next');
  await beginsPerTurn();
  expect(begun).toEqual(['next']);
});
