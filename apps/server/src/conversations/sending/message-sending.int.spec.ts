/** Messages that are stored together: in order, each once, and each failing alone. */
import { randomUUID } from 'node:crypto';
import { ConversationStorage } from '../../../../../test/support/conversation-storage';

let west: ConversationStorage;
let east: ConversationStorage;
let close: () => Promise<void>;

beforeAll(async () => {
  const opened = await ConversationStorage.open(2);
  [west, east] = opened.nodes as [ConversationStorage, ConversationStorage];
  close = opened.close;
});
afterAll(() => close());

const upTo = (count: number, from = 1): number[] => Array.from({ length: count }, (_, index) => from + index);

it('have their numbers in the order in which they were sent, in each of many conversations', async () => {
  const anna = randomUUID();
  const groups = await Promise.all(upTo(10).map(() => west.group(anna)));
  const sent = await Promise.all(upTo(300).map((n) => west.send(groups[n % 10] ?? '', anna)));
  for (const [offset, group] of groups.entries()) {
    const mine = sent.filter((_, index) => (index + 1) % 10 === offset);
    expect(mine.map(({ message }) => message?.seq)).toEqual(upTo(30, 2));
    expect(await west.seqs(group)).toEqual(upTo(31));
  }
});

it('share a transaction where they wait at the same time', async () => {
  const anna = randomUUID();
  const group = await west.group(anna);
  const sent = await Promise.all(upTo(60).map(() => west.send(group, anna)));
  const moments = new Set(sent.map(({ message }) => message?.at.getTime()));
  expect(moments.size).toBeLessThan(10);
});

it('are one under one tempId, also where they wait together, on two nodes', async () => {
  const anna = randomUUID();
  const group = await west.group(anna);
  const sent = await Promise.all(upTo(40).map((n) => (n % 2 ? west : east).send(group, anna, `draft ${n % 4}`)));
  expect(sent.filter(({ message }) => message?.duplicate === false)).toHaveLength(4);
  expect(new Set(sent.map(({ message }) => message?.id)).size).toBe(4);
  expect(await west.seqs(group)).toEqual(upTo(5));
});

it('fail alone: one that PostgreSQL cannot take, and one of somebody who is no member', async () => {
  const [anna, stranger] = [randomUUID(), randomUUID()];
  const [group, other] = [await west.group(anna), await west.group(anna)];
  const sent = await Promise.allSettled([
    west.send(group, anna, null, 'first'),
    west.send(group, anna, null, 'a byte that no text holds: \0'),
    west.send(other, anna, null, 'elsewhere'),
    west.send(group, stranger, null, 'not for me'),
    west.send(randomUUID(), anna, null, 'nowhere'),
    west.send(group, anna, null, 'last'),
  ]);
  expect(sent.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ]);
  const said = (await west.log.entries(group, 1, 100, 100)).map(({ content }) => content);
  expect(said).toEqual(['first', 'last']);
  expect(await west.seqs(other)).toEqual([1, 2]);
  expect(sent.slice(3, 5)).toMatchObject([{ value: { member: undefined } }, { value: { member: undefined } }]);
});

it('do not wait for a conversation that somebody else is changing', async () => {
  const anna = randomUUID();
  const [held, free] = [await west.group(anna), await west.group(anna)];
  const order: string[] = [];
  let waiting: Promise<unknown>[] = [];
  await east.database.transaction(async () => {
    await east.log.lock(held);
    waiting = upTo(8).map(() => west.send(held, anna).then(() => order.push('held')));
    // Also what comes in one batch with them.
    await Promise.all(upTo(8).map(() => west.send(free, anna)));
    order.push('free');
  });
  await Promise.all(waiting);
  expect(order[0]).toBe('free');
  expect([await west.seqs(held), await west.seqs(free)]).toEqual([upTo(9), upTo(9)]);
});

it('are refused for now where too many wait in one conversation', async () => {
  const anna = randomUUID();
  const group = await west.group(anna);
  let sent: Promise<PromiseSettledResult<unknown>[]> = Promise.resolve([]);
  await east.database.transaction(async () => {
    await east.log.lock(group);
    sent = Promise.allSettled(upTo(1_100).map(() => west.send(group, anna)));
    // Those that are refused are refused at once.
    await expect(west.send(group, anna)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
  const stored = (await sent).filter(({ status }) => status === 'fulfilled');
  expect(stored.length).toBeGreaterThanOrEqual(1_000);
  expect(await west.seqs(group)).toEqual(upTo(stored.length + 1));
});
