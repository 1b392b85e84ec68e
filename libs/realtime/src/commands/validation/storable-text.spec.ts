/** findUnstorableField: finds texts that the database cannot store unchanged. */
import { findUnstorableField } from './storable-text';

it.each([
  ['a NUL character', 'a\0b'],
  ['an unpaired high surrogate', 'a\ud83d'],
  ['an unpaired low surrogate', '\ude00b'],
])('finds %s in a text, in a list and in a record', (_, text) => {
  expect(findUnstorableField({ fine: 'x', text })).toBe('text');
  expect(findUnstorableField({ list: ['x', text] })).toBe('list.1');
  expect(findUnstorableField({ record: { inner: text } })).toBe('record.inner');
});

it.each([['a text'], [7], [null]])('finds an unstorable key in a record, whose value is %j', (value) => {
  expect(findUnstorableField({ record: { 'a\0b': value } })).toBe('record.a\0b');
});

it('accepts characters of all planes, numbers, binary data, null and undefined', () => {
  expect(
    findUnstorableField({ text: 'héllo 😀', number: 1, none: null, absent: undefined, data: Buffer.from([0]) }),
  ).toBe(undefined);
});
