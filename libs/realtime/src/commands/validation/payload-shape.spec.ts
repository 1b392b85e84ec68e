/** payloadOf: the first check of a payload, before it is converted to a DTO. */
import { payloadOf } from './payload-shape';

const nested = (depth: number): object => (depth === 1 ? {} : { inner: nested(depth - 1) });

describe('payloadOf', () => {
  it.each([
    [[], {}],
    [[{ a: 1 }], { a: 1 }],
    [[{ bytes: Buffer.from('x') }], { bytes: Buffer.from('x') }],
    [[nested(8)], nested(8)],
  ])('accepts %j', (args, payload) => expect(payloadOf(args)).toEqual(payload));

  it.each([
    ['two arguments', [{}, {}]],
    ['a text', ['x']],
    ['a number', [1]],
    ['null', [null]],
    ['a list', [[]]],
    ['bytes', [Buffer.from('x')]],
    ['nine levels of nesting', [nested(9)]],
    ['65 keys', [Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`k${index}`, 1]))]],
    ['a list of 1,001 items', [{ list: Array(1_001).fill(0) }]],
    ['a key __proto__', [JSON.parse('{"__proto__":{"admin":true}}')]],
    ['a key that objects inherit', [{ toString: 1 }]],
    ['an inner key that objects inherit', [{ cursors: { hasOwnProperty: 1 } }]],
    ['an inner key constructor', [JSON.parse('{"a":[{"constructor":{}}]}')]],
  ])('refuses %s', (_, args: unknown[]) =>
    expect(() => payloadOf(args)).toThrow(expect.objectContaining({ code: 'VALIDATION' })),
  );

  it('refuses 20,000 levels of nesting without a stack overflow', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`) as object;
    expect(() => payloadOf([deep])).toThrow('nested deeper');
  });
});
