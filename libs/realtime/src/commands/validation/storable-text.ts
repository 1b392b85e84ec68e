/** Texts that no database stores as they are: with NUL characters, or with halves of characters. */

/** NUL, which PostgreSQL refuses, and unpaired surrogates, which become other characters in UTF-8. */
const UNSTORABLE = /[\0\p{Cs}]/u;
/** Finds all of these, and paired surrogates too. Most texts have neither, which takes less time to find out. */
const SUSPICIOUS = /[\0\ud800-\udfff]/;

const isUnstorable = (text: string): boolean => SUSPICIOUS.test(text) && UNSTORABLE.test(text);

/**
 * The path of the first property that holds such a text, or has one as its name; undefined where there is none.
 *
 * @param dto has no other properties than those that are declared: only names further inside may be the client's.
 */
export const unstorableField = (dto: object): string | undefined => search(dto, false);

/** Every command passes here: nothing is allocated for what can be stored. */
function search(value: object, isNamedByClient: boolean): string | undefined {
  for (const name in value) {
    if (!Object.hasOwn(value, name)) continue;
    if (isNamedByClient && isUnstorable(name)) return name;
    const item = (value as Record<string, unknown>)[name];
    if (typeof item === 'string') {
      if (isUnstorable(item)) return name;
    } else if (typeof item === 'object' && item !== null && !Buffer.isBuffer(item)) {
      const inner = search(item, true);
      if (inner !== undefined) return `${name}.${inner}`;
    }
  }
  return undefined;
}
