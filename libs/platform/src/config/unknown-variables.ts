/** Finds environment variables that look like misspelled settings of this server, which would otherwise be ignored silently. */
import { VARIABLES } from './variables';

const NAMES = Object.values(VARIABLES).map(({ name }) => name);
const KNOWN = new Set(NAMES);
/** First parts of setting names that other programs use as well. */
const GENERIC = new Set(['NODE', 'DATA', 'LOG', 'MAX', 'REDIS', 'COMMAND']);
const PREFIXES = new Set([
  'AETURNIS',
  ...NAMES.filter((name) => name.includes('_'))
    .map((name) => name.slice(0, name.indexOf('_')))
    .filter((prefix) => !GENERIC.has(prefix)),
]);
/** Container platforms set variables of this form for every service, derived from its name. */
const SERVICE_VARIABLE = /_(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT(?:_\d+_(?:TCP|UDP)(?:_\w+)?)?)$/;
/** Variables of other programs that differ from a setting by one letter. */
const FOREIGN_VARIABLES = new Set(['NODE_IP', 'HOSTS', 'POST', 'PORTS']);
/** The value that container platforms give a variable that ends in `_PORT`. */
const SERVICE_ADDRESS = /^[a-z]+:\/\//;
const LONG_NAME_LENGTH = 8;

/** @returns one sentence per variable. It never contains the value, which may be a secret. */
export function findUnknownVariables(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string[] {
  return Object.entries(environment)
    .filter(([name]) => !KNOWN.has(name) && !FOREIGN_VARIABLES.has(name))
    .flatMap(([name, value]) => {
      const isServiceVariable = SERVICE_VARIABLE.test(name);
      if (isServiceVariable && (SERVICE_ADDRESS.test(value ?? '') || !isNearSetting(name))) return [];
      const nearest = findNearest(name);
      if (nearest !== undefined)
        return [`${name} is not a setting of this server and is ignored: did you mean ${nearest}?`];
      const [prefix = ''] = name.split('_', 1);
      if (!name.includes('_') || !PREFIXES.has(prefix)) return [];
      return [`${name} is not a setting of this server and is ignored: .env.example lists all settings`];
    });
}

/** Of names that look like a service port, only one wrong letter after the first means a misspelling: `ROCKET_PORT` is none. */
const isNearSetting = (name: string): boolean =>
  NAMES.some((known) => known[0] === name[0] && editDistance(normalise(name), normalise(known)) === 1);

/** Whether a setting has exactly this name. */
export const isSetting = (name: string): boolean => KNOWN.has(name);

/** The setting that this name probably misspells. */
export function findNearest(name: string): string | undefined {
  const plain = normalise(name);
  const candidates = NAMES.map((known) => ({ known, distance: editDistance(plain, normalise(known)) }));
  const [best] = candidates.sort((left, right) => left.distance - right.distance);
  if (!best) return undefined;
  const allowed = Math.min(plain.length, best.known.length) < LONG_NAME_LENGTH ? 1 : 2;
  return best.distance <= allowed ? best.known : undefined;
}

/** Ignores case and separators. */
const normalise = (name: string): string => name.toUpperCase().replace(/[_\-.\s]/g, '');

/** Number of letters that are missing, added, wrong or swapped with the next one (optimal string alignment distance). */
function editDistance(left: string, right: string): number {
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
