/** Texts with the most bytes that bounds in characters allow. */

/** Four bytes in UTF-8, two UTF-16 units, and one character for the rules. */
const WIDE = '𝔞';

/** Three bytes in UTF-8 and one UTF-16 unit: the most bytes that a bound in units allows. */
export const WIDE_UNIT = '界';

/** A text of this many characters, each with the most bytes. */
export const wide = (characters: number): string => WIDE.repeat(characters);

/** The same text, made unique by its number. */
export const wideNumbered = (characters: number, number: number): string => {
  const suffix = String(number);
  return `${wide(characters - suffix.length)}${suffix}`;
};

/** A unique name for each number, with the most bytes that a name may have. */
export const wideName = (number: number): string =>
  Array.from(String(number).padStart(20, '0'), (digit) => String.fromCodePoint(0x1d51e + Number(digit))).join('');

/** The same name in SQL, for a numeric expression. */
export const wideNameOf = (number: string): string =>
  `translate(lpad((${number})::text, 20, '0'), '0123456789', '${Array.from({ length: 10 }, (_, digit) => String.fromCodePoint(0x1d51e + digit)).join('')}')`;

export const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
