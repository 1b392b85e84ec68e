/** Which texts are refused because no database stores them as they are. */
import { unstorableField } from './storable-text';

it.each([
  ['a NUL character', 'a\0b'],
  ['a leading half of a character', 'a\ud83d'],
  ['a trailing half of a character', '\ude00b'],
])('finds %s in a text, in a list and in a record', (_what, text) => {
  expect(unstorableField({ fine: 'x', text })).toBe('text');
  expect(unstorableField({ list: ['x', text] })).toBe('list.1');
  expect(unstorableField({ record: { inner: text } })).toBe('record.inner');
});

it.each([['a text'], [7], [null]])('finds an unstorable name in a record, whose value is %j', (value) => {
  expect(unstorableField({ record: { 'a\0b': value } })).toBe('record.a\0b');
});

it('passes whole characters of all planes, numbers, binary data and nothing', () => {
  expect(unstorableField({ text: 'héllo 😀', number: 1, none: null, absent: undefined, data: Buffer.from([0]) })).toBe(
    undefined,
  );
});
