/** Message batcher on a real database: order, deduplication, and failures of single messages. */
import { randomUUID } from 'node:crypto';
import {
  type ConversationStorage,
  useConversationStorage,
} from '../../../../../test/support/domains/conversation-storage';

let west: ConversationStorage;
let east: ConversationStorage;

useConversationStorage(2, (...nodes) => ([west, east] = nodes));

const upTo = (count: number, from = 1): number[] => Array.from({ length: count }, (_, index) => from + index);

it('numbers the messages of each conversation in the order in which they were sent', async () => {
  const anna = randomUUID();
  const groups = await Promise.all(upTo(10).map(() => west.createGroup(anna)));
  const sent = await Promise.all(upTo(300).map((n) => west.send(groups[n % 10] ?? '', anna)));
  for (const [offset, group] of groups.entries()) {
    const mine = sent.filter((_, index) => (index + 1) % 10 === offset);
    expect(mine.map(({ message }) => message?.seq)).toEqual(upTo(30, 2));
    expect(await west.storedSeqs(group)).toEqual(upTo(31));
  }
});

it('stores messages that wait at the same time in shared transactions', async () => {
  const anna = randomUUID();
  const group = await west.createGroup(anna);
  const sent = await Promise.all(upTo(60).map(() => west.send(group, anna)));
  const moments = new Set(sent.map(({ message }) => message?.at.getTime()));
  expect(moments.size).toBeLessThan(10);
});

it('stores one message per tempId, also when duplicates wait together on two nodes', async () => {
  const anna = randomUUID();
  const group = await west.createGroup(anna);
  const sent = await Promise.all(upTo(40).map((n) => (n % 2 ? west : east).send(group, anna, `draft ${n % 4}`)));
  expect(sent.filter(({ message }) => message?.duplicate === false)).toHaveLength(4);
  expect(new Set(sent.map(({ message }) => message?.id)).size).toBe(4);
  expect(await west.storedSeqs(group)).toEqual(upTo(5));
});

it('a message that PostgreSQL rejects, or whose sender is no member, fails without failing its batch', async () => {
  const [anna, stranger] = [randomUUID(), randomUUID()];
  const [group, other] = [await west.createGroup(anna), await west.createGroup(anna)];
  const sent = await Promise.allSettled([
    west.send(group, anna, null, 'first'),
    west.send(group, anna, null, 'a byte that no text holds: \0'),
    west.send(other, anna, null, 'elsewhere'),
    west.send(group, stranger, null, 'not for me'),
    west.send(randomUUID(), anna, null, 'nowhere'),
    west.send(group, anna, null, 'last'),
  ]);
  expect(sent.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))).toEqual([1]);
  const contents = (await west.log.entriesBetween(group, 1, 100, 100)).map(({ content }) => content);
  expect(contents).toEqual(['first', 'last']);
  expect(await west.storedSeqs(other)).toEqual([1, 2]);
  expect(sent.slice(3, 5)).toMatchObject([{ value: { member: undefined } }, { value: { member: undefined } }]);
});

it('stores messages of other conversations while one conversation is locked by another transaction', async () => {
  const anna = randomUUID();
  const [held, free] = [await west.createGroup(anna), await west.createGroup(anna)];
  const order: string[] = [];
  let waiting: Promise<unknown>[] = [];
  await east.database.transaction(async () => {
    await east.log.lock(held);
    waiting = upTo(8).map(() => west.send(held, anna).then(() => order.push('held')));
    // These may share a batch with messages of the locked conversation.
    await Promise.all(upTo(8).map(() => west.send(free, anna)));
    order.push('free');
  });
  await Promise.all(waiting);
  expect(order[0]).toBe('free');
  expect([await west.storedSeqs(held), await west.storedSeqs(free)]).toEqual([upTo(9), upTo(9)]);
});

it('refuses messages with UNAVAILABLE when too many wait in one conversation', async () => {
  const anna = randomUUID();
  const group = await west.createGroup(anna);
  let sent: Promise<PromiseSettledResult<unknown>[]> = Promise.resolve([]);
  await east.database.transaction(async () => {
    await east.log.lock(group);
    sent = Promise.allSettled(upTo(1_100).map(() => west.send(group, anna)));
    // A refusal does not wait for the lock.
    await expect(west.send(group, anna)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
  const stored = (await sent).filter(({ status }) => status === 'fulfilled');
  expect(stored.length).toBeGreaterThanOrEqual(1_000);
  expect(await west.storedSeqs(group)).toEqual(upTo(stored.length + 1));
});
