/** Finds variables that were meant as settings of this server and are none: misspelled ones would be ignored silently. */
import { VARIABLES } from './variables';

const NAMES = Object.values(VARIABLES).map(({ name }) => name);
const KNOWN = new Set(NAMES);
/** First words of settings that other programs use as well. */
const GENERIC = new Set(['NODE', 'DATA', 'LOG', 'MAX', 'REDIS', 'COMMAND']);
const PREFIXES = new Set([
  'AETURNIS',
  ...NAMES.filter((name) => name.includes('_'))
    .map((name) => name.slice(0, name.indexOf('_')))
    .filter((word) => !GENERIC.has(word)),
]);
/** What container platforms set for each service they know, whatever it is called. */
const SERVICE = /_(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT(?:_\d+_(?:TCP|UDP)(?:_\w+)?)?)$/;
/** Set by other programs, and a letter away from a setting. */
const OTHERS = new Set(['NODE_IP', 'HOSTS', 'POST', 'PORTS']);
/** What they set it to, where it ends in `_PORT` alone. */
const SERVICE_ADDRESS = /^[a-z]+:\/\//;
const LONG_NAME = 8;

/** One sentence per variable. Values are not shown: they may be secrets. */
export function unknownVariables(environment: Readonly<Record<string, string | undefined>> = process.env): string[] {
  return Object.entries(environment)
    .filter(([name]) => !KNOWN.has(name) && !OTHERS.has(name))
    .flatMap(([name, value]) => {
      const isOfService = SERVICE.test(name);
      if (isOfService && (SERVICE_ADDRESS.test(value ?? '') || !isNearAnother(name))) return [];
      const meant = nearest(name);
      if (meant !== undefined)
        return [`${name} is not a setting of this server and is ignored: did you mean ${meant}?`];
      const [prefix = ''] = name.split('_', 1);
      if (!name.includes('_') || !PREFIXES.has(prefix)) return [];
      return [`${name} is not a setting of this server and is ignored: .env.example lists all settings`];
    });
}

/** What looks like the port of a service is a misspelled setting where one letter inside is wrong: `ROCKET_PORT` is none. */
const isNearAnother = (name: string): boolean =>
  NAMES.some((known) => known[0] === name[0] && distance(normalised(name), normalised(known)) === 1);

function nearest(name: string): string | undefined {
  const plain = normalised(name);
  const candidates = NAMES.map((known) => ({ known, distance: distance(plain, normalised(known)) }));
  const [best] = candidates.sort((left, right) => left.distance - right.distance);
  if (!best) return undefined;
  const allowed = Math.min(plain.length, best.known.length) < LONG_NAME ? 1 : 2;
  return best.distance <= allowed ? best.known : undefined;
}

/** Case and separators aside. */
const normalised = (name: string): string => name.toUpperCase().replace(/[_\-.\s]/g, '');

/** How many letters are missing, added, wrong or exchanged with the next one (optimal string alignment). */
function distance(left: string, right: string): number {
  if (Math.abs(left.length - right.length) > 2) return Infinity;
  let [before, current]: [number[], number[]] = [[], Array.from({ length: right.length + 1 }, (_, index) => index)];
  for (let row = 1; row <= left.length; row++) {
    const next = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      const exchanged =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      next[column] = Math.min(
        (current[column] ?? Infinity) + 1,
        (next[column - 1] ?? Infinity) + 1,
        (current[column - 1] ?? Infinity) + (same ? 0 : 1),
        exchanged ? (before[column - 2] ?? Infinity) + 1 : Infinity,
      );
    }
    [before, current] = [current, next];
  }
  return current[right.length] ?? Infinity;
}
