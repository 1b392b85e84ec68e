/** One at a time per user, in order, with a bounded number waiting. */
import { PerUserQueue } from './per-user-queue';

function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

it('runs the work of one user in order, one at a time, and that of others beside it', async () => {
  const queue = new PerUserQueue(2);
  const log: string[] = [];
  const held = gate();
  const first = queue.run('anna', async () => {
    log.push('first');
    await held.opened;
  });
  const second = queue.run('anna', async () => log.push('second'));
  await queue.run('ben', async () => log.push('ben'));
  expect(log).toEqual(['first', 'ben']);
  held.open();
  await Promise.all([first, second]);
  expect(log).toEqual(['first', 'ben', 'second']);
});

it('refuses one more than may wait, and accepts again once that is over', async () => {
  const queue = new PerUserQueue(1);
  const held = gate();
  const running = queue.run('anna', () => held.opened);
  const waiting = queue.run('anna', async () => 'waited');
  await expect(queue.run('anna', async () => 'refused')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  held.open();
  await running;
  expect(await waiting).toBe('waited');
  expect(await queue.run('anna', async () => 'accepted')).toBe('accepted');
});

it('goes on after a failure, which only its own caller gets', async () => {
  const queue = new PerUserQueue(1);
  const failing = queue.run('anna', () => Promise.reject(new Error('no')));
  const next = queue.run('anna', async () => 'done');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('done');
});
