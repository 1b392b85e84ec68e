/** Which whispers have not arrived, as the database knows: decided once, and not of those that were read. */
import { randomUUID } from 'node:crypto';
import { Database } from '@aeturnis/platform';
import { until } from '../../../../test/support/client';
import { createMigratedDatabase, type TestDatabase } from '../../../../test/support/postgres';
import { ChatRepository } from './chat.repository';
import { WhisperDeliveryRepository } from './whisper-delivery.repository';
import { pairOf } from './whisper-pair';

let storage: TestDatabase;
let database: Database;
let messages: ChatRepository;
let deliveries: WhisperDeliveryRepository;

beforeAll(async () => {
  storage = await createMigratedDatabase();
  database = new Database({ url: storage.url, dataDir: '', poolSize: 5, migrationsFolder: 'apps/server/migrations' });
  await database.open();
  messages = new ChatRepository(database);
  deliveries = new WhisperDeliveryRepository(database);
});
afterAll(async () => {
  await database.close();
  await storage.drop();
});

const [anna, ben, cleo] = [randomUUID(), randomUUID(), randomUUID()];

async function whisper(from: string, to: string, text: string, awaitsDelivery = true): Promise<Date> {
  const scope = pairOf(from, to);
  const sides = { from: { userId: from, name: 'from' }, to: { userId: to, name: 'to' } };
  const { createdAt } = await messages.insert({ channel: 'whisper', scope, text, awaitsDelivery, ...sides });
  return new Date(createdAt);
}
/** Made in another millisecond than what was made before. */
async function later(before: Date, text: string): Promise<Date> {
  await until(() => Date.now() > before.getTime() + 1, 'the clock has moved on');
  return whisper(anna, ben, text);
}
const taken = async (userId: string): Promise<string[]> =>
  (await deliveries.takeUndelivered([userId])).map(({ text }) => text);

it('takes those that have not arrived, in their order and once', async () => {
  await whisper(anna, ben, 'arrived', false);
  for (const text of ['one', 'two']) await whisper(anna, ben, text);
  await whisper(cleo, ben, 'three');
  await whisper(anna, cleo, 'to another');
  expect(await taken(ben)).toEqual(['one', 'two', 'three']);
  expect(await taken(ben)).toEqual([]);
  expect(await taken(cleo)).toEqual(['to another']);
});

it('takes none that is known to have arrived: of each user the whispers of their own range', async () => {
  const before = await whisper(anna, ben, 'before');
  const first = await later(before, 'first');
  const last = await later(first, 'last');
  const after = await later(last, 'after');
  await whisper(anna, cleo, 'to another');
  const from = first.getTime();
  await deliveries.markDelivered([
    { userId: ben, from, until: last.getTime() + 1 },
    { userId: cleo, from: 0, until: from },
  ]);
  expect(after.getTime()).toBeGreaterThan(last.getTime());
  expect(await taken(ben)).toEqual(['before', 'after']);
  expect(await taken(cleo)).toEqual(['to another']);
});

it('takes the whisper at which a range ends, whose delivery is not known', async () => {
  const at = await whisper(anna, ben, 'unanswered');
  await deliveries.markDelivered([{ userId: ben, from: 0, until: at.getTime() }]);
  expect(await taken(ben)).toEqual(['unanswered']);
});

it('takes none that was read, and those of others', async () => {
  await whisper(anna, ben, 'read');
  await whisper(cleo, ben, 'unread');
  await deliveries.markRead(ben, anna);
  expect(await taken(ben)).toEqual(['unread']);
});

it('takes none of or to an account that was deleted', async () => {
  const [gone, deleted] = [randomUUID(), randomUUID()];
  await whisper(deleted, ben, 'of a deleted account');
  await whisper(anna, gone, 'to a deleted account');
  for (const userId of [deleted, gone]) await messages.forget(userId);
  expect([await taken(ben), await taken(gone)]).toEqual([[], []]);
});
