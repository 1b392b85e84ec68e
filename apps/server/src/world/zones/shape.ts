/** Describes what a value from a file must look like, and reads it: every problem is told, with the field it is in. */

/** Told with the path of the field, such as `exits[1].to`; an empty path is the whole file. */
export type Complain = (path: string, problem: string) => void;
/** What is read is only of use where nothing was complained about. */
export type Shape<T> = (value: unknown, path: string, complain: Complain) => T;
type Read<S> = S extends Shape<infer T> ? T : never;

const told = (value: unknown): string => (value === undefined ? 'is missing' : `is ${JSON.stringify(value)}`);

export function number(min: number, max: number, { whole = false } = {}): Shape<number> {
  const wanted = `${whole ? 'a whole number' : 'a number'} from ${min} to ${max}`;
  return (value, path, complain) => {
    const fits = typeof value === 'number' && value >= min && value <= max && (!whole || Number.isInteger(value));
    if (!fits) complain(path, `must be ${wanted}, ${told(value)}`);
    return value as number;
  };
}

export function text(pattern: RegExp, wanted: string): Shape<string> {
  return (value, path, complain) => {
    if (typeof value !== 'string' || !pattern.test(value)) complain(path, `must be ${wanted}, ${told(value)}`);
    return value as string;
  };
}

export function oneOf<const T extends string>(...choices: readonly T[]): Shape<T> {
  return (value, path, complain) => {
    if (!choices.includes(value as T)) complain(path, `must be ${choices.join(' or ')}, ${told(value)}`);
    return value as T;
  };
}

export function list<T>(each: Shape<T>, { min = 0 } = {}): Shape<readonly T[]> {
  return (value, path, complain) => {
    if (!Array.isArray(value) || value.length < min) {
      complain(path, `must be a list${min > 0 ? ` of at least ${min}` : ''}, ${told(value)}`);
      return [];
    }
    return value.map((entry, index) => each(entry, `${path}[${index}]`, complain));
  };
}

/** No other fields than these, and all of them. */
export function object<const Fields extends Record<string, Shape<unknown>>>(
  fields: Fields,
): Shape<{ readonly [Name in keyof Fields]: Read<Fields[Name]> }> {
  return (value, path, complain) => {
    const within = (name: string): string => (path === '' ? name : `${path}.${name}`);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (!isObject) complain(path, `must be an object, ${told(value)}`);
    const given: Record<string, unknown> = isObject ? { ...value } : {};
    for (const name of Object.keys(given)) if (!(name in fields)) complain(within(name), 'is not a field of this');
    const read = Object.entries(fields).map(([name, shape]) => [
      name,
      isObject ? shape(given[name], within(name), complain) : undefined,
    ]);
    return Object.fromEntries(read) as { readonly [Name in keyof Fields]: Read<Fields[Name]> };
  };
}
