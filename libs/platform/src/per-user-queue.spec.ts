/** PerUserQueue: the order of the tasks of one user, of many users, and after a failed task. */
import { setImmediate as nextIteration } from 'node:timers/promises';
import { PerUserQueue } from './per-user-queue';

function stage(queue: PerUserQueue) {
  const started: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const run = (userId: string, name: string): Promise<string> =>
    queue.run(userId, () => {
      started.push(name);
      return new Promise((resolve, reject) =>
        ends.set(name, (error) => (error ? reject(error) : resolve(`done: ${name}`))),
      );
    });
  const end = async (name: string, error?: Error): Promise<void> => {
    ends.get(name)?.(error);
    await nextIteration();
  };
  return { started, run, end };
}

it('tasks of one user: run one after the other, and are refused if too many wait', async () => {
  const { started, run, end } = stage(new PerUserQueue(1));
  const both = [run('anna', '1'), run('anna', '2')];
  await expect(run('anna', '3')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  await nextIteration();
  expect(started).toEqual(['1']);
  await end('1');
  expect(started).toEqual(['1', '2']);
  await end('2');
  expect(await Promise.all(both)).toEqual(['done: 1', 'done: 2']);
});

it('tasks of many users: run up to the limit concurrently, in order of arrival', async () => {
  const { started, run, end } = stage(new PerUserQueue(1, 2));
  const all = ['anna', 'ben', 'cleo', 'dan'].map((name) => run(name, name));
  await nextIteration();
  expect(started).toEqual(['anna', 'ben']);
  await end('ben');
  expect(started).toEqual(['anna', 'ben', 'cleo']);
  await end('anna');
  await end('cleo');
  await end('dan');
  expect(await Promise.all(all)).toHaveLength(4);
});

it('a failed task: makes room for the next task of its user and of all others', async () => {
  const { started, run, end } = stage(new PerUserQueue(1, 1));
  const failing = run('anna', 'fails');
  const next = run('ben', 'next');
  await nextIteration();
  const outcome = expect(failing).rejects.toThrow('broken');
  await end('fails', new Error('broken'));
  await outcome;
  expect(started).toEqual(['fails', 'next']);
  await end('next');
  expect(await next).toBe('done: next');
  const last = run('anna', 'last');
  await nextIteration();
  await end('last');
  expect(await last).toBe('done: last');
});
