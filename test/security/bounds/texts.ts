/** Texts that are as large as their bounds in characters allow. */

/** Four bytes on the wire, two units in a string, and one character for the rules. */
const WIDE = '𝔞';

/** Three bytes on the wire, and one unit in a string: the most bytes that a bound in units allows. */
export const WIDE_UNIT = '界';

/** A text of so many characters, with the most bytes that characters have. */
export const wide = (characters: number): string => WIDE.repeat(characters);

/** The same, told apart from others by its number. */
export const wideNumbered = (characters: number, number: number): string => {
  const suffix = String(number);
  return `${wide(characters - suffix.length)}${suffix}`;
};

/** A name of its own for each number, with the most bytes that a name may have. */
export const wideName = (number: number): string =>
  Array.from(String(number).padStart(20, '0'), (digit) => String.fromCodePoint(0x1d51e + Number(digit))).join('');

/** The same in SQL, of an expression that is a number. */
export const wideNameOf = (number: string): string =>
  `translate(lpad((${number})::text, 20, '0'), '0123456789', '${Array.from({ length: 10 }, (_, digit) => String.fromCodePoint(0x1d51e + digit)).join('')}')`;

export const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
