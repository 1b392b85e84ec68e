/** Correlation: ids, events and users through asynchronous calls, shared work and background work. */
import { setTimeout as delay } from 'node:timers/promises';
import {
  currentInitiator,
  type Correlation,
  currentCorrelation,
  correlationId,
  runForAllUsers,
  runInBackground,
  runAsCorrelation,
  withCorrelation,
} from './correlation';

it.each([
  ['withCorrelation', <T>(own: Correlation, work: () => T): T => withCorrelation(own, work)],
  ['runAsCorrelation', <T>(own: Correlation, work: () => T): T => runAsCorrelation(own, work)],
])('%s: applies to awaited and unawaited calls, and ends with the work', async (_, run) => {
  const seen: unknown[] = [];
  const look = (): void => void seen.push(currentCorrelation()?.event, correlationId());
  const work = (event: string): Promise<void> =>
    run({ event, userId: 'anna' }, async () => {
      look();
      const unawaited = delay(2).then(look);
      await delay(1);
      look();
      await unawaited;
    });
  await Promise.all([work('one'), work('two')]);
  const ids = new Set(seen.filter((_each, index) => index % 2 === 1));
  expect(seen.filter((_each, index) => index % 2 === 0).toSorted()).toEqual(['one', 'one', 'one', 'two', 'two', 'two']);
  expect(ids.size).toBe(2);
  expect(currentCorrelation()).toBeUndefined();
});

it('runAsCorrelation: passes the work object to the callback, and makes it the current correlation', () => {
  const work = { event: 'one', steps: 0 };
  expect(runAsCorrelation(work, (given) => given === work && currentCorrelation() === work)).toBe(true);
});

it('runForAllUsers: has no initiator, and keeps the correlation id of the command that started it', async () => {
  expect(currentInitiator()).toBeUndefined();
  await withCorrelation({ event: 'one', userId: 'anna', address: '192.0.2.1' }, async () => {
    const id = correlationId();
    await runForAllUsers(async () => {
      await delay(1);
      expect([currentInitiator(), correlationId(), currentCorrelation()?.event]).toEqual([undefined, id, 'one']);
    });
    expect(currentInitiator()).toBe('anna');
  });
  withCorrelation({ address: '192.0.2.1' }, () => expect(currentInitiator()).toBe('192.0.2.1'));
  expect(runForAllUsers(() => currentCorrelation())).toBeUndefined();
});

it('runInBackground: has an event name, no user and a correlation id of its own', async () => {
  await withCorrelation({ event: 'one', userId: 'anna' }, async () => {
    const id = correlationId();
    await runInBackground('nodes', async () => {
      await delay(1);
      expect([currentInitiator(), currentCorrelation()?.event]).toEqual([undefined, 'nodes']);
      expect(correlationId()).not.toBe(id);
    });
    expect([currentInitiator(), currentCorrelation()?.event, correlationId()]).toEqual(['anna', 'one', id]);
  });
});
