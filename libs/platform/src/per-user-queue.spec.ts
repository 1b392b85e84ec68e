/** The order of expensive work: of one user, of many users, and after work that fails. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { PerUserQueue } from './per-user-queue';

function stage(queue: PerUserQueue) {
  const begun: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const run = (userId: string, name: string): Promise<string> =>
    queue.run(userId, () => {
      begun.push(name);
      return new Promise((resolve, reject) =>
        ends.set(name, (error) => (error ? reject(error) : resolve(`done: ${name}`))),
      );
    });
  const end = async (name: string, error?: Error): Promise<void> => {
    ends.get(name)?.(error);
    await nextTurn();
  };
  return { begun, run, end };
}

it('work of one user: runs one after the other, and is refused where too much waits', async () => {
  const { begun, run, end } = stage(new PerUserQueue(1));
  const both = [run('anna', '1'), run('anna', '2')];
  await expect(run('anna', '3')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  await nextTurn();
  expect(begun).toEqual(['1']);
  await end('1');
  expect(begun).toEqual(['1', '2']);
  await end('2');
  expect(await Promise.all(both)).toEqual(['done: 1', 'done: 2']);
});

it('work of many users: runs a portion at a time, in the order in which users asked', async () => {
  const { begun, run, end } = stage(new PerUserQueue(1, 2));
  const all = ['anna', 'ben', 'cleo', 'dan'].map((name) => run(name, name));
  await nextTurn();
  expect(begun).toEqual(['anna', 'ben']);
  await end('ben');
  expect(begun).toEqual(['anna', 'ben', 'cleo']);
  await end('anna');
  await end('cleo');
  await end('dan');
  expect(await Promise.all(all)).toHaveLength(4);
});

it('work that fails: its place is free again, for the user and for all others', async () => {
  const { begun, run, end } = stage(new PerUserQueue(1, 1));
  const failing = run('anna', 'fails');
  const next = run('ben', 'next');
  await nextTurn();
  const outcome = expect(failing).rejects.toThrow('broken');
  await end('fails', new Error('broken'));
  await outcome;
  expect(begun).toEqual(['fails', 'next']);
  await end('next');
  expect(await next).toBe('done: next');
  const last = run('anna', 'last');
  await nextTurn();
  await end('last');
  expect(await last).toBe('done: last');
});
