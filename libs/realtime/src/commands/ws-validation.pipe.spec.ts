/** What the pipe answers is the same whether a DTO has a plan or not. */
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
import { validated, WsValidationPipe } from './ws-validation.pipe';

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

const read = (dto: Constructor<object>, payload: object): object =>
  new WsValidationPipe().transform(payload, { type: 'body', metatype: dto });

function error(work: () => unknown): unknown {
  try {
    return work();
  } catch (thrown) {
    return thrown;
  }
}

it.each([
  ['a good one', Planned, { text: 'ab', items: [{ n: 1 }] }],
  ['a good one that is transformed', Unplanned, { text: 'ab', items: [], word: ' a ' }],
  ['nothing', Planned, {}],
  ['what is wrong in several ways', Planned, { text: '', items: [{ n: 'x' }, { n: 4, more: 1 }, null], extra: true }],
  ['the same without a plan', Unplanned, { text: '', items: [{ n: 'x' }, { n: 4, more: 1 }, null], extra: true }],
])('%s', (_, dto, payload) => {
  const answers = [error(() => read(dto, payload)), error(() => validated(dto, payload))];
  expect(answers[0]).toStrictEqual(answers[1]);
  expect((answers[0] as { details?: unknown }).details).toStrictEqual((answers[1] as { details?: unknown }).details);
});

it('says field by field what is wrong', () => {
  expect(error(() => read(Planned, { text: '', items: [{ n: 4 }], extra: 1 }))).toMatchObject({
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
  ['where no field is taken', Empty],
])('repeats no more of an unknown field than one needs to know it: %s', (_, dto) => {
  const refusal = error(() => read(dto, { ['f'.repeat(60_000)]: 1 })) as AppError;
  expect(Buffer.byteLength(JSON.stringify(refusal.toWire()))).toBeLessThan(1_000);
  expect(refusal.details).toEqual(
    expect.arrayContaining([
      { field: `${'f'.repeat(64)}…`, problems: [expect.stringMatching(/^property f{100,200}…$/)] },
    ]),
  );
});

it('names no more problems than help, however many there are in one list', () => {
  const refusal = error(() => read(Listed, { items: Array.from({ length: 900 }, () => ({ n: 'x' })) })) as AppError;
  expect(refusal.details).toHaveLength(20);
});

it('a DTO without a plan is told once, with the reason', () => {
  const pipe = new WsValidationPipe();
  for (let times = 0; times < 2; times++) for (const dto of [Planned, Unplanned]) pipe.readerOf(dto);
  expect(lines).toEqual([expect.objectContaining({ dto: 'Unplanned', reason: expect.stringContaining("'word'") })]);
});

it.each<[string, unknown, string]>([
  ['a text where a number is due', { n: '1' }, 'n must be an integer number'],
  ['nothing at all', {}, 'n must be an integer number'],
  ['a number that is too large', { n: 4 }, 'n must not be greater than 3'],
])('says of %s what it is before what it may be', (_, payload, problem) => {
  const refusal = error(() => read(Item, payload as object)) as AppError;
  expect(refusal.message).toBe(`Invalid: ${problem}`);
});

class Texts {
  @IsString() name: string;
  @IsOptional() @IsArray() list?: unknown[];
  @IsOptional() @IsObject() tree?: object;
}

it.each<[string, object, string]>([
  ['a NUL', { name: 'a\0' }, 'name'],
  ['half a character', { name: '\ud83d' }, 'name'],
  ['the other half', { name: 'a\udc00b' }, 'name'],
  ['one in a list', { name: 'a', list: ['b', 'c\0'] }, 'list.1'],
  ['one deeper', { name: 'a', tree: { b: { c: '\ud800' } } }, 'tree.b.c'],
  ['one in a name', { name: 'a', tree: { 'b\0': 1 } }, 'tree.b\0'],
])('refuses what no database stores: %s', (_, payload, field) => {
  expect(error(() => read(Texts, payload))).toMatchObject({ code: 'VALIDATION', details: [{ field }] });
});

it('takes whole characters of any plane', () => {
  const payload = { name: '\u{1F600}\u00e9', list: ['\u{10FFFF}'], tree: { a: [1, null, true] } };
  expect({ ...read(Texts, payload) }).toEqual(payload);
});
