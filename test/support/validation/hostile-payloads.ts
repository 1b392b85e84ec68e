/** Generates valid and hostile payloads for property-based tests. */
import { fc } from '../properties';

const UUID = '6f1f3d0e-8c0e-4a57-9b0c-0d8f4f3a2b1c';

class ForeignClass {
  text = 'hello';
}

const textOfLength = (length: number): string => 'a'.repeat(length);
const NUMBERS = [0, -0, 1, -1, 1.5, 7, -7, 7.0001, 100, 101, 1e6, 1e6 + 0.5, -1e6 - 1, 2 ** 53 - 1, 2 ** 53, 1e308];
const TEXTS = [0, 1, 18, 19, 20, 21, 32, 33, 64, 65, 80, 81, 500, 501, 8192, 8193].map(textOfLength);
const WORDS = ['zone', 'global', 'wave', 'busy', '12', '-1', '1.5', ' ', '\n', 'a\nb', '\u202e', '😀', '\ud800', UUID];

/** Every kind of value that JSON with attachments can represent. */
export const wireValues = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<unknown>(...NUMBERS, ...TEXTS, ...WORDS, null, true, false) },
  fc.constantFrom<unknown>([], {}, [[]], [null], { a: { b: [1, 'x'] } }, { toString: 1 }, { length: 1 }),
  fc.constantFrom([UUID], [UUID, 'x'], [[UUID]], Array(100).fill(UUID), Array(101).fill(UUID)),
  fc.constantFrom(Buffer.from('zone'), [Buffer.from(UUID)], { a: Buffer.alloc(2) }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Values that only code can create. */
const inProcessValues = fc.oneof(
  fc.constantFrom<unknown>(undefined, NaN, Infinity, 10n, Symbol('x'), () => 'zone', new Date(0), new ForeignClass()),
  fc.constantFrom<unknown>(new Map([['a', 1]]), new Set([UUID]), Object.create(null), Object.create({ a: 1 })),
  // Sparse arrays, and objects that resemble arrays or promises.
  fc.constantFrom<unknown>(new Array(2), [UUID, undefined], { length: 1, 0: UUID, push: 1 }, { then: 1 }),
  fc.constantFrom<unknown>(new String('zone'), new Number(1), new Uint8Array(2), new Error('x')),
);

const ODD_NAMES = ['surprise', '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', '', '0'];

type PayloadMutation = (payload: Record<string, unknown>) => void;

function mutationsOf(names: readonly string[], values: fc.Arbitrary<unknown>): fc.Arbitrary<PayloadMutation> {
  const set = (name: string, value: unknown): PayloadMutation => {
    return (payload) =>
      void Object.defineProperty(payload, name, { value, writable: true, enumerable: true, configurable: true });
  };
  return fc.oneof(
    { weight: 4, arbitrary: fc.tuple(fc.constantFrom(...names), values).map(([name, value]) => set(name, value)) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...ODD_NAMES), values).map(([name, value]) => set(name, value)) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(...names).map(
        (name): PayloadMutation =>
          (payload) =>
            void Reflect.deleteProperty(payload, name),
      ),
    },
  );
}

/** Mutations of the examples that can arrive over the wire. */
export function wirePayloads(examples: readonly object[]): fc.Arbitrary<object> {
  return mutatedPayloads(examples, wireValues);
}

/** Mutations of the examples that only code can create; some are not plain objects. */
export function inProcessPayloads(examples: readonly object[]): fc.Arbitrary<object> {
  const shapes: ((payload: object) => object)[] = [
    (payload) => payload,
    (payload) => Object.assign(Object.create(null) as object, payload),
    // Defined, not assigned: the class may have a read-only property of that name.
    (payload) => Object.defineProperties(new ForeignClass(), Object.getOwnPropertyDescriptors(payload)),
    (payload) => Object.create(payload) as object,
    (payload) => Object.assign([], payload),
  ];
  return fc
    .tuple(mutatedPayloads(examples, fc.oneof(wireValues, inProcessValues)), fc.constantFrom(...shapes))
    .map(([payload, shape]) => shape(payload));
}

function mutatedPayloads(examples: readonly object[], values: fc.Arbitrary<unknown>): fc.Arbitrary<object> {
  const names = [...new Set(examples.flatMap((example) => Object.keys(example)))];
  return fc
    .tuple(fc.constantFrom(...examples), fc.array(mutationsOf(names, values), { maxLength: 3 }))
    .map(([example, steps]) => {
      const payload = jsonCloneOf(example);
      for (const step of steps) step(payload);
      return payload;
    });
}

// Created by this realm's JSON, so that prototypes are those of the test.
const jsonCloneOf = (example: object): Record<string, unknown> =>
  JSON.parse(JSON.stringify(example)) as Record<string, unknown>;
