/** Canonical JSON: equal texts for equal values, and the same value when it is parsed. */
import { fc } from '../../../test/support/properties';
import { canonicalJson } from './canonical-json';

it('canonicalJson: sorts names at every depth and leaves out what is undefined', () => {
  expect(canonicalJson({ b: [{ d: 1, c: undefined }, null], a: 'ä"', B: true })).toBe(
    '{"B":true,"a":"ä\\"","b":[{"d":1},null]}',
  );
});

it('canonicalJson: does not depend on the order of fields, and parses to the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const text = canonicalJson(value);
      expect(canonicalJson(JSON.parse(text))).toBe(text);
      expect(canonicalJson(reversed(value))).toBe(text);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, field]) => [name, reversed(field)]),
  );
}
