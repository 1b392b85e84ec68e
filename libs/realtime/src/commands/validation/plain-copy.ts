/** Copies what a client sent the way class-transformer copies values without a declared type. */

const EVERY_OBJECT = {};

/** Stands for a value that is better left to class-transformer; none that can be copied is undefined. */
export const UNCOPIED = undefined;

/** @returns the copy, or UNCOPIED for what no decoder of the wire makes and for keys that class-transformer treats apart. */
export function plainCopy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Buffer.isBuffer(value)) return Buffer.from(value);
  if (Array.isArray(value)) return listCopy(value, plainCopy);
  return isPlain(value) ? recordCopy(value) : UNCOPIED;
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

export function isPlain(value: object): value is Record<string, unknown> {
  return Object.getPrototypeOf(value) === Object.prototype;
}

function recordCopy(record: Record<string, unknown>): Record<string, unknown> | undefined {
  const copies: Record<string, unknown> = {};
  for (const key of Object.keys(record)) {
    if (key in EVERY_OBJECT) return UNCOPIED;
    const copy = plainCopy(record[key]);
    if (copy === UNCOPIED) return UNCOPIED;
    copies[key] = copy;
  }
  return copies;
}
