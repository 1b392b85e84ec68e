/** Keys of buckets split by a payload field: one bucket per target, however its id is written. */
import { rate } from '@aeturnis/contracts';
import { bucketKey } from './operation-limits';

const policy = rate(1, 2, { per: ['conversationId', 'channel'] });
const ID = '0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11';

it('bucketKey: all spellings of an id in upper and lower case have one key', () => {
  const spellings = [ID, ID.toUpperCase(), ID.replace('b9b', 'B9b')];
  expect(new Set(spellings.map((conversationId) => bucketKey(policy, { conversationId })))).toEqual(
    new Set([`${ID}:`]),
  );
});

it.each([{}, { conversationId: 1 }, { conversationId: 'x'.repeat(65) }, { conversationId: null }, 'text', null])(
  'bucketKey: payloads that validation will refuse share one key: %j',
  (payload) => expect(bucketKey(policy, payload).replace(':', '')).toBe(''),
);
