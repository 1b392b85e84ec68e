/** Copies payload values in the way in which class-transformer copies values without a declared type. */

const EMPTY_OBJECT = {};

/** Returned for a value that is left to class-transformer; a copied value is never undefined. */
export const UNCOPIED = undefined;

/** @returns the copy, or UNCOPIED for values that no decoder produces and keys that class-transformer treats specially. */
export function plainCopy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Buffer.isBuffer(value)) return Buffer.from(value);
  if (Array.isArray(value)) return listCopy(value, plainCopy);
  return isPlainRecord(value) ? recordCopy(value) : UNCOPIED;
}

export function listCopy(list: readonly unknown[], copyItem: (item: unknown) => unknown): unknown[] | undefined {
  const copies: unknown[] = [];
  for (let index = 0; index < list.length; index++) {
    const copy = copyItem(list[index]);
    if (copy === UNCOPIED) return UNCOPIED;
    copies.push(copy);
  }
  return copies;
}

export function isPlainRecord(value: object): value is Record<string, unknown> {
  return Object.getPrototypeOf(value) === Object.prototype;
}

function recordCopy(record: Record<string, unknown>): Record<string, unknown> | undefined {
  const copies: Record<string, unknown> = {};
  for (const key of Object.keys(record)) {
    if (key in EMPTY_OBJECT) return UNCOPIED;
    const copy = plainCopy(record[key]);
    if (copy === UNCOPIED) return UNCOPIED;
    copies[key] = copy;
  }
  return copies;
}
