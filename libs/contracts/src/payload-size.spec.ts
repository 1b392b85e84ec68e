/** The longest request that the contract promises fits through every transport, however its client encodes it. */
import 'reflect-metadata';
import { getMetadataStorage, validateSync } from 'class-validator';
import { COMMANDS } from './catalogue';
import type { Constructor } from './contract';
import { MAX_CHARACTER_BYTES, MAX_REQUEST_BYTES } from './payload-size';

/** As Python's `json.dumps` writes it: everything that is not ASCII is escaped. */
const escaped = (value: unknown): string =>
  JSON.stringify(value).replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

const WIDE = '\u{1F600}';
/** Longer than any text of the contract. */
const TOO_LONG = 50_000;
const NAME_AND_ACK = '42999999999["conversation:member_added",]'.length;

function isTaken(dto: Constructor<object>, field: string, value: unknown): boolean {
  const instance = Object.assign(new dto(), { [field]: value });
  return validateSync(instance).every(({ property }) => property !== field);
}

/** The longest text of such characters that the field takes; 0 where it takes none. */
function longest(dto: Constructor<object>, field: string, character: string): number {
  let [taken, refused] = [0, TOO_LONG];
  // Fields with a shortest text as well: the limits are far above it.
  if (![1, 2, 3, 20].some((length) => isTaken(dto, field, character.repeat(length)))) return 0;
  while (refused - taken > 1) {
    const middle = Math.floor((taken + refused) / 2);
    if (isTaken(dto, field, character.repeat(middle))) taken = middle;
    else refused = middle;
  }
  return taken;
}

const ID = '0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11';

/** The largest value of a field in bytes of JSON, in its worst encoding. */
function largestBytes(dto: Constructor<object>, field: string): number {
  const texts = [WIDE, '\u00e9', 'a'].map(
    (character) => escaped(character.repeat(longest(dto, field, character))).length,
  );
  const lists = [1, 10, 100, 1_000].map((length) => Array<string>(length).fill(ID));
  const cursors = Object.fromEntries(
    Array.from({ length: 64 }, (_, n) => [`${ID.slice(0, -2)}${n + 10}`, Number.MAX_SAFE_INTEGER]),
  );
  const others = [...lists, cursors, Number.MAX_SAFE_INTEGER].filter((value) => isTaken(dto, field, value));
  return Math.max(...texts, ...others.map((value) => escaped(value).length));
}

const commands = COMMANDS.map(({ name, payload }) => [name, payload as Constructor<object>] as const);

it.each(commands)('%s fits in its worst encoding', (_, dto) => {
  const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
  const fields = [...new Set(rules.map(({ propertyName }) => propertyName))];
  const bytes = fields.reduce((sum, field) => sum + `"${field}":,`.length + largestBytes(dto, field), NAME_AND_ACK);
  expect(bytes).toBeLessThanOrEqual(MAX_REQUEST_BYTES);
});

it('a character takes at most so many bytes', () => {
  for (const character of ['a', '"', '\n', '\u007f', '\u00e9', '\u4e16', WIDE, '\u{10FFFF}'])
    expect(escaped(character).length - 2).toBeLessThanOrEqual(MAX_CHARACTER_BYTES);
});

it('a message of 10,000 characters beyond the basic plane is taken', () => {
  const send = COMMANDS.find(({ name }) => name === 'message:send')!.payload as Constructor<object>;
  expect(longest(send, 'content', WIDE)).toBe(10_000);
  expect(largestBytes(send, 'content')).toBe(10_000 * MAX_CHARACTER_BYTES + 2);
});
