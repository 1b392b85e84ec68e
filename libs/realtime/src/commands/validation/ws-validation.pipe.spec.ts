/** WsValidationPipe: gives the same answers for DTOs with and without a plan. */
import { Logger } from '@nestjs/common';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Max,
  ValidateNested,
} from 'class-validator';
import type { AppError, Constructor } from '@aeturnis/contracts';
import { validateDto, WsValidationPipe } from './ws-validation.pipe';

class Item {
  @IsInt() @Max(3) n: number;
}
class Planned {
  @IsString() @Length(2, 3) text: string;
  @ArrayMaxSize(2) @ValidateNested({ each: true }) @Type(() => Item) items: Item[];
}
class Listed {
  @ValidateNested({ each: true }) @Type(() => Item) items: Item[];
}
class Empty {}
class Unplanned extends Planned {
  @IsString() @Type(() => String) @Transform(({ value }: { value: string }) => value.trim()) word: string;
}

const lines: unknown[] = [];
beforeAll(() => Logger.overrideLogger({ log() {}, warn() {}, error() {}, debug: (line: unknown) => lines.push(line) }));
beforeEach(() => (lines.length = 0));
afterAll(() => Logger.overrideLogger(false));

const parse = (dto: Constructor<object>, payload: object): object =>
  new WsValidationPipe().transform(payload, { type: 'body', metatype: dto });

function outcome(action: () => unknown): unknown {
  try {
    return action();
  } catch (thrown) {
    return thrown;
  }
}

it.each([
  ['a valid payload', Planned, { text: 'ab', items: [{ n: 1 }] }],
  ['a valid payload that is transformed', Unplanned, { text: 'ab', items: [], word: ' a ' }],
  ['an empty payload', Planned, {}],
  ['a payload with several problems', Planned, { text: '', items: [{ n: 'x' }, { n: 4, more: 1 }, null], extra: true }],
  ['the same without a plan', Unplanned, { text: '', items: [{ n: 'x' }, { n: 4, more: 1 }, null], extra: true }],
])('answers like class-validator: %s', (_, dto, payload) => {
  const answers = [outcome(() => parse(dto, payload)), outcome(() => validateDto(dto, payload))];
  expect(answers[0]).toStrictEqual(answers[1]);
  expect((answers[0] as { details?: unknown }).details).toStrictEqual((answers[1] as { details?: unknown }).details);
});

it('lists the problems of each field', () => {
  expect(outcome(() => parse(Planned, { text: '', items: [{ n: 4 }], extra: 1 }))).toMatchObject({
    code: 'VALIDATION',
    message: 'Invalid: property extra should not exist',
    details: [
      { field: 'extra', problems: ['property extra should not exist'] },
      { field: 'text', problems: ['text must be longer than or equal to 2 characters'] },
      { field: 'items.0.n', problems: ['n must not be greater than 3'] },
    ],
  });
});

it.each([
  ['in a DTO', Planned],
  ['in a DTO without fields', Empty],
])('truncates the name of an unknown field: %s', (_, dto) => {
  const refusal = outcome(() => parse(dto, { ['f'.repeat(60_000)]: 1 })) as AppError;
  expect(Buffer.byteLength(JSON.stringify(refusal.toWire()))).toBeLessThan(1_000);
  expect(refusal.details).toEqual(
    expect.arrayContaining([
      { field: `${'f'.repeat(64)}…`, problems: [expect.stringMatching(/^property f{100,200}…$/)] },
    ]),
  );
});

it('lists at most 20 problems of a list', () => {
  const refusal = outcome(() => parse(Listed, { items: Array.from({ length: 900 }, () => ({ n: 'x' })) })) as AppError;
  expect(refusal.details).toHaveLength(20);
});

it('logs a DTO without a plan once, with the reason', () => {
  const pipe = new WsValidationPipe();
  for (let times = 0; times < 2; times++) for (const dto of [Planned, Unplanned]) pipe.parserFor(dto);
  expect(lines).toEqual([expect.objectContaining({ dto: 'Unplanned', reason: expect.stringContaining("'word'") })]);
});

it.each<[string, unknown, string]>([
  ['a text instead of a number', { n: '1' }, 'n must be an integer number'],
  ['a missing value', {}, 'n must be an integer number'],
  ['a number that is too large', { n: 4 }, 'n must not be greater than 3'],
])('reports a wrong type before other problems: %s', (_, payload, problem) => {
  const refusal = outcome(() => parse(Item, payload as object)) as AppError;
  expect(refusal.message).toBe(`Invalid: ${problem}`);
});

class Texts {
  @IsString() name: string;
  @IsOptional() @IsArray() list?: unknown[];
  @IsOptional() @IsObject() tree?: object;
}

it.each<[string, object, string]>([
  ['a NUL', { name: 'a\0' }, 'name'],
  ['an unpaired high surrogate', { name: '\ud83d' }, 'name'],
  ['an unpaired low surrogate', { name: 'a\udc00b' }, 'name'],
  ['an unstorable text in a list', { name: 'a', list: ['b', 'c\0'] }, 'list.1'],
  ['an unstorable text in a nested object', { name: 'a', tree: { b: { c: '\ud800' } } }, 'tree.b.c'],
  ['an unstorable key', { name: 'a', tree: { 'b\0': 1 } }, 'tree.b\0'],
])('refuses texts that the database cannot store: %s', (_, payload, field) => {
  expect(outcome(() => parse(Texts, payload))).toMatchObject({ code: 'VALIDATION', details: [{ field }] });
});

it('accepts characters of any plane', () => {
  const payload = { name: '\u{1F600}\u00e9', list: ['\u{10FFFF}'], tree: { a: [1, null, true] } };
  expect({ ...parse(Texts, payload) }).toEqual(payload);
});
