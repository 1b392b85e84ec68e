/** Buckets by a field of the payload: as many as there are things, and not as many as there are spellings of them. */
import { rate } from '@aeturnis/contracts';
import { bucketKey } from './operation-limits';

const policy = rate(1, 2, { per: ['conversationId', 'channel'] });
const ID = '0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11';

it('one id has one bucket, in whatever case it is written', () => {
  const spellings = [ID, ID.toUpperCase(), ID.replace('b9b', 'B9b')];
  expect(new Set(spellings.map((conversationId) => bucketKey(policy, { conversationId })))).toEqual(
    new Set([`${ID}:`]),
  );
});

it.each([{}, { conversationId: 1 }, { conversationId: 'x'.repeat(65) }, { conversationId: null }, 'text', null])(
  'what will be refused shares one bucket: %j',
  (payload) => expect(bucketKey(policy, payload).replace(':', '')).toBe(''),
);
