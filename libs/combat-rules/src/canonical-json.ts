/** JSON text that is equal for equal values: the keys of objects are sorted. Digests of rule data and fights are taken of it. */

/** For plain JSON values: texts, finite numbers, booleans, null, arrays and objects. Fields that are undefined are left out. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = value as Record<string, unknown>;
  const names = Object.keys(fields).filter((name) => fields[name] !== undefined);
  // Without a comparison function, names are sorted by code unit, as on every platform.
  return `{${names
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(fields[name])}`)
    .join(',')}}`;
}
