/** The longest request of the contract fits into the limit of every transport, in any JSON encoding. */
import 'reflect-metadata';
import { getMetadataStorage, validateSync } from 'class-validator';
import { COMMANDS } from './catalogue';
import type { Constructor } from './contract';
import { MAX_CHARACTER_BYTES, MAX_REQUEST_BYTES } from './payload-size';

/** As Python's `json.dumps` writes it: everything that is not ASCII is escaped. */
const escaped = (value: unknown): string =>
  JSON.stringify(value).replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

const WIDE = '\u{1F600}';
/** Longer than any text that the contract accepts. */
const TOO_LONG = 50_000;
const NAME_AND_ACK = '42999999999["conversation:member_added",]'.length;

function isAccepted(dto: Constructor<object>, field: string, value: unknown): boolean {
  const instance = Object.assign(new dto(), { [field]: value });
  return validateSync(instance).every(({ property }) => property !== field);
}

/** The length of the longest text of this character that the field accepts; 0 if it accepts none. */
function longestLength(dto: Constructor<object>, field: string, character: string): number {
  let [accepted, refused] = [0, TOO_LONG];
  // A field may have a minimum length, which is far below its maximum.
  if (![1, 2, 3, 20].some((length) => isAccepted(dto, field, character.repeat(length)))) return 0;
  while (refused - accepted > 1) {
    const middle = Math.floor((accepted + refused) / 2);
    if (isAccepted(dto, field, character.repeat(middle))) accepted = middle;
    else refused = middle;
  }
  return accepted;
}

const ID = '0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11';

/** The size of a field's largest value in bytes of JSON, in its worst encoding. */
function largestBytes(dto: Constructor<object>, field: string): number {
  const texts = [WIDE, '\u00e9', 'a'].map(
    (character) => escaped(character.repeat(longestLength(dto, field, character))).length,
  );
  const lists = [1, 10, 100, 1_000].map((length) => Array<string>(length).fill(ID));
  const cursors = Object.fromEntries(
    Array.from({ length: 64 }, (_, n) => [`${ID.slice(0, -2)}${n + 10}`, Number.MAX_SAFE_INTEGER]),
  );
  const others = [...lists, cursors, Number.MAX_SAFE_INTEGER].filter((value) => isAccepted(dto, field, value));
  return Math.max(...texts, ...others.map((value) => escaped(value).length));
}

const commands = COMMANDS.map(({ name, payload }) => [name, payload as Constructor<object>] as const);

it.each(commands)('%s fits into the request limit in its worst encoding', (_, dto) => {
  const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
  const fields = [...new Set(rules.map(({ propertyName }) => propertyName))];
  const bytes = fields.reduce((sum, field) => sum + `"${field}":,`.length + largestBytes(dto, field), NAME_AND_ACK);
  expect(bytes).toBeLessThanOrEqual(MAX_REQUEST_BYTES);
});

it('no character takes more than MAX_CHARACTER_BYTES bytes', () => {
  for (const character of ['a', '"', '\n', '\u007f', '\u00e9', '\u4e16', WIDE, '\u{10FFFF}'])
    expect(escaped(character).length - 2).toBeLessThanOrEqual(MAX_CHARACTER_BYTES);
});

it('message:send accepts 10,000 characters beyond the basic plane', () => {
  const send = COMMANDS.find(({ name }) => name === 'message:send')!.payload as Constructor<object>;
  expect(longestLength(send, 'content', WIDE)).toBe(10_000);
  expect(largestBytes(send, 'content')).toBe(10_000 * MAX_CHARACTER_BYTES + 2);
});
