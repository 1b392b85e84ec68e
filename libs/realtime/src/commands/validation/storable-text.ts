/** Texts that no database stores as they are: with NUL characters, or with halves of characters. */

/** NUL, which PostgreSQL refuses, and unpaired surrogates, which become other characters in UTF-8. */
const UNSTORABLE = /[\0\p{Cs}]/u;

/** The path of the first property that holds such a text, or has one as its name; undefined where there is none. */
export function unstorableField(value: object): string | undefined {
  for (const [name, item] of Object.entries(value) as [string, unknown][]) {
    if (typeof item === 'string' ? UNSTORABLE.test(item) : UNSTORABLE.test(name)) return name;
    if (typeof item !== 'object' || item === null || Buffer.isBuffer(item)) continue;
    const inner = unstorableField(item);
    if (inner !== undefined) return `${name}.${inner}`;
  }
  return undefined;
}
