/** Which whispers have not arrived, as the database knows: decided once, and not of those that were read. */
import { randomUUID } from 'node:crypto';
import { Database } from '@aeturnis/platform';
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
const LONG_AGO = new Date(0);

async function whisper(from: string, to: string, text: string, awaitsDelivery = true): Promise<Date> {
  const scope = pairOf(from, to);
  const sides = { from: { userId: from, name: 'from' }, to: { userId: to, name: 'to' } };
  const { createdAt } = await messages.insert({ channel: 'whisper', scope, text, awaitsDelivery, ...sides });
  return new Date(createdAt);
}
const taken = async (userId: string, confirmedUntil = LONG_AGO): Promise<string[]> =>
  (await deliveries.takeUndelivered([{ userId, confirmedUntil }])).map(({ text }) => text);

it('takes those that have not arrived, in their order and once', async () => {
  await whisper(anna, ben, 'arrived', false);
  for (const text of ['one', 'two']) await whisper(anna, ben, text);
  await whisper(cleo, ben, 'three');
  await whisper(anna, cleo, 'to another');
  expect(await taken(ben)).toEqual(['one', 'two', 'three']);
  expect(await taken(ben)).toEqual([]);
  expect(await taken(cleo)).toEqual(['to another']);
});

it('takes none that is known to have arrived, and decides about it as well', async () => {
  const at = await whisper(anna, ben, 'arrived');
  expect(await taken(ben, new Date(at.getTime() + 1_000))).toEqual([]);
  expect(await taken(ben)).toEqual([]);
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
