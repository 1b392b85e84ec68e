/** A small schema validator for zone files: reports each problem with the path of its field. */

/** Reports a problem of the field at `path`, such as `exits[1].to`; an empty path means the whole file. */
export type Complain = (path: string, problem: string) => void;
/** Parses a value. The result is valid only if no problem was reported. */
export type Shape<T> = (value: unknown, path: string, complain: Complain) => T;
type Parsed<S> = S extends Shape<infer T> ? T : never;

const describeValue = (value: unknown): string => (value === undefined ? 'is missing' : `is ${JSON.stringify(value)}`);

export function number(min: number, max: number, { whole = false } = {}): Shape<number> {
  const wanted = `${whole ? 'a whole number' : 'a number'} from ${min} to ${max}`;
  return (value, path, complain) => {
    const isValid = typeof value === 'number' && value >= min && value <= max && (!whole || Number.isInteger(value));
    if (!isValid) complain(path, `must be ${wanted}, ${describeValue(value)}`);
    return value as number;
  };
}

export function textShape(pattern: RegExp, wanted: string): Shape<string> {
  return (value, path, complain) => {
    if (typeof value !== 'string' || !pattern.test(value)) complain(path, `must be ${wanted}, ${describeValue(value)}`);
    return value as string;
  };
}

export function oneOf<const T extends string>(...choices: readonly T[]): Shape<T> {
  return (value, path, complain) => {
    if (!choices.includes(value as T)) complain(path, `must be ${choices.join(' or ')}, ${describeValue(value)}`);
    return value as T;
  };
}

export function listShape<T>(entryShape: Shape<T>, { min = 0 } = {}): Shape<readonly T[]> {
  return (value, path, complain) => {
    if (!Array.isArray(value) || value.length < min) {
      complain(path, `must be a list${min > 0 ? ` of at least ${min}` : ''}, ${describeValue(value)}`);
      return [];
    }
    return value.map((entry, index) => entryShape(entry, `${path}[${index}]`, complain));
  };
}

/** An object with exactly these fields. */
export function object<const Fields extends Record<string, Shape<unknown>>>(
  fields: Fields,
): Shape<{ readonly [Name in keyof Fields]: Parsed<Fields[Name]> }> {
  return (value, path, complain) => {
    const pathOf = (name: string): string => (path === '' ? name : `${path}.${name}`);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (!isObject) complain(path, `must be an object, ${describeValue(value)}`);
    const given: Record<string, unknown> = isObject ? { ...value } : {};
    for (const name of Object.keys(given)) if (!(name in fields)) complain(pathOf(name), 'is not a known field');
    const read = Object.entries(fields).map(([name, shape]) => [
      name,
      isObject ? shape(given[name], pathOf(name), complain) : undefined,
    ]);
    return Object.fromEntries(read) as { readonly [Name in keyof Fields]: Parsed<Fields[Name]> };
  };
}
