/** Whisper delivery on a real database: which whispers are undelivered, claimed once and without read ones. */
import { randomUUID } from 'node:crypto';
import type { Database } from '@aeturnis/platform';
import { waitUntil } from '../../../../../test/support/clients/client';
import { openDatabases, type OpenDatabases } from '../../../../../test/support/databases/open-databases';
import { ChatRepository } from '../chat.repository';
import { WhisperDeliveryRepository } from './whisper-delivery.repository';
import { whisperScope } from './whisper-scope';

let storage: OpenDatabases;
let database: Database;
let messages: ChatRepository;
let deliveries: WhisperDeliveryRepository;

beforeAll(async () => {
  storage = await openDatabases();
  ({ database } = storage);
  messages = new ChatRepository(database);
  deliveries = new WhisperDeliveryRepository(database);
});
afterAll(() => storage.close());

const [anna, ben, cleo] = [randomUUID(), randomUUID(), randomUUID()];

async function whisper(from: string, to: string, text: string, awaitsDelivery = true): Promise<Date> {
  const scope = whisperScope(from, to);
  const sides = { from: { userId: from, name: 'from' }, to: { userId: to, name: 'to' } };
  const { createdAt } = await messages.insert({ channel: 'whisper', scope, text, awaitsDelivery, ...sides });
  return new Date(createdAt);
}
/** Inserts a whisper in a later millisecond than `before`. */
async function later(before: Date, text: string): Promise<Date> {
  await waitUntil(() => Date.now() > before.getTime() + 1, 'the clock has moved on');
  return whisper(anna, ben, text);
}
const taken = async (userId: string): Promise<string[]> =>
  (await deliveries.claimUndelivered([userId])).map(({ text }) => text);

it('claims undelivered whispers in order, and each once', async () => {
  await whisper(anna, ben, 'arrived', false);
  for (const text of ['one', 'two']) await whisper(anna, ben, text);
  await whisper(cleo, ben, 'three');
  await whisper(anna, cleo, 'to another');
  expect(await taken(ben)).toEqual(['one', 'two', 'three']);
  expect(await taken(ben)).toEqual([]);
  expect(await taken(cleo)).toEqual(['to another']);
});

it('claims no whisper in a delivered interval of its receiver', async () => {
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

it('claims the whisper at the exclusive end of a delivered interval', async () => {
  const at = await whisper(anna, ben, 'unanswered');
  await deliveries.markDelivered([{ userId: ben, from: 0, until: at.getTime() }]);
  expect(await taken(ben)).toEqual(['unanswered']);
});

it('claims no read whisper, and unread whispers of other senders', async () => {
  await whisper(anna, ben, 'read');
  await whisper(cleo, ben, 'unread');
  await deliveries.markRead(ben, anna);
  expect(await taken(ben)).toEqual(['unread']);
});

it('claims no whisper from or to a deleted account', async () => {
  const [deletedReceiver, deletedSender] = [randomUUID(), randomUUID()];
  await whisper(deletedSender, ben, 'of a deleted account');
  await whisper(anna, deletedReceiver, 'to a deleted account');
  for (const userId of [deletedSender, deletedReceiver]) await messages.deleteOrAnonymize(userId);
  expect([await taken(ben), await taken(deletedReceiver)]).toEqual([[], []]);
});
