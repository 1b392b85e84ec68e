/** Finds texts that PostgreSQL cannot store unchanged: with NUL characters or unpaired surrogates. */

/** NUL, which PostgreSQL refuses, and unpaired surrogates, which become other characters in UTF-8. */
const UNSTORABLE = /[\0\p{Cs}]/u;
/** A faster check that matches all unstorable texts, and paired surrogates too; most texts have neither. */
const SUSPICIOUS = /[\0\ud800-\udfff]/;

const isUnstorable = (text: string): boolean => SUSPICIOUS.test(text) && UNSTORABLE.test(text);

/**
 * The path of the first property with an unstorable value or name; undefined if there is none.
 *
 * @param dto an instance whose own property names are declared; the client may choose the names in nested objects.
 */
export const findUnstorableField = (dto: object): string | undefined => findUnstorableIn(dto, false);

/** Runs for every command, so it allocates nothing for storable values. */
function findUnstorableIn(value: object, hasClientNames: boolean): string | undefined {
  for (const name in value) {
    if (!Object.hasOwn(value, name)) continue;
    if (hasClientNames && isUnstorable(name)) return name;
    const item = (value as Record<string, unknown>)[name];
    if (typeof item === 'string') {
      if (isUnstorable(item)) return name;
    } else if (typeof item === 'object' && item !== null && !Buffer.isBuffer(item)) {
      const inner = findUnstorableIn(item, true);
      if (inner !== undefined) return `${name}.${inner}`;
    }
  }
  return undefined;
}
