/** Log lines of one piece of work find together, at once and later. */
import { setTimeout as delay } from 'node:timers/promises';
import {
  causedBy,
  type Correlation,
  correlation,
  correlationId,
  forEverybody,
  inBackground,
  inItsCorrelation,
  withCorrelation,
} from './correlation';

it.each([
  ['withCorrelation', <T>(own: Correlation, work: () => T): T => withCorrelation(own, work)],
  ['inItsCorrelation', <T>(own: Correlation, work: () => T): T => inItsCorrelation(own, work)],
])('%s holds at once, after awaiting, and for what nobody awaits, and ends there', async (_, follow) => {
  const seen: unknown[] = [];
  const look = (): void => void seen.push(correlation()?.event, correlationId());
  const work = (event: string): Promise<void> =>
    follow({ event, userId: 'anna' }, async () => {
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
  expect(correlation()).toBeUndefined();
});

it('hands work that is its own correlation over to itself', () => {
  const work = { event: 'one', steps: 0 };
  expect(inItsCorrelation(work, (given) => given === work && correlation() === work)).toBe(true);
});

it('work for everybody is caused by nobody, and its log lines are found with what began it', async () => {
  expect(causedBy()).toBeUndefined();
  await withCorrelation({ event: 'one', userId: 'anna', address: '192.0.2.1' }, async () => {
    const id = correlationId();
    await forEverybody(async () => {
      await delay(1);
      expect([causedBy(), correlationId(), correlation()?.event]).toEqual([undefined, id, 'one']);
    });
    expect(causedBy()).toBe('anna');
  });
  withCorrelation({ address: '192.0.2.1' }, () => expect(causedBy()).toBe('192.0.2.1'));
  expect(forEverybody(() => correlation())).toBeUndefined();
});

it('work in the background has a name and no user, and does not take over what began it', async () => {
  await withCorrelation({ event: 'one', userId: 'anna' }, async () => {
    const id = correlationId();
    await inBackground('nodes', async () => {
      await delay(1);
      expect([causedBy(), correlation()?.event]).toEqual([undefined, 'nodes']);
      expect(correlationId()).not.toBe(id);
    });
    expect([causedBy(), correlation()?.event, correlationId()]).toEqual(['anna', 'one', id]);
  });
});
