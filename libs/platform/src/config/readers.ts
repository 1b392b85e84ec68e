/** Parsers of environment variables: each converts a text to a value, or throws an error that names the expected format. */
import { createPublicKey } from 'node:crypto';
import { isIP } from 'node:net';

export interface EnvironmentVariable<T = unknown, Fallback extends T | undefined = T | undefined> {
  readonly section: string;
  readonly name: string;
  readonly read: Reader<T>;
  /** The value if the variable is unset. */
  readonly fallback: Fallback;
  readonly doc: string;
  /** Shown in `.env.example` instead of the fallback. */
  readonly example?: string;
  /** The value is never printed in messages. */
  readonly secret?: true;
}

/** @throws an Error whose message completes "NAME must be …". */
type Reader<T> = (value: string) => T;

const expectedError = (what: string): Error => new Error(what);

export const text: Reader<string> = (value) => value;

/** Also accepts a PEM on one line with `\n` as two characters, as many dashboards store it. */
export const publicKey: Reader<string> = (value) => {
  const pem = value.replaceAll('\\n', '\n');
  try {
    createPublicKey(pem);
  } catch {
    throw expectedError('a public key in PEM');
  }
  return pem;
};

export const list: Reader<readonly string[]> = (value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

export const boolean: Reader<boolean> = (value) => {
  if (['true', '1', 'yes', 'on'].includes(value.toLowerCase())) return true;
  if (['false', '0', 'no', 'off'].includes(value.toLowerCase())) return false;
  throw expectedError('true or false');
};

export const integer =
  (min: number, max: number): Reader<number> =>
  (value) => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < min || number > max)
      throw expectedError(`a whole number from ${min} to ${max}`);
    return number;
  };

const PROXY_KEYWORDS = ['loopback', 'linklocal', 'uniquelocal'];

/** A number of proxies, or a list of their addresses, their subnets and the keywords above. */
export const proxies: Reader<number | readonly string[]> = (value) => {
  if (/^\d+$/.test(value)) return integer(0, 16)(value);
  const listed = list(value);
  if (listed.length === 0 || !listed.every((proxy) => PROXY_KEYWORDS.includes(proxy) || isNetwork(proxy)))
    throw expectedError(`a number from 0 to 16, or a list of addresses, subnets and ${PROXY_KEYWORDS.join(', ')}`);
  return listed;
};

function isNetwork(value: string): boolean {
  const [address = '', bits, ...rest] = value.split('/');
  const version = isIP(address);
  if (version === 0 || address.includes('%') || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

export const milliseconds = (min: number): Reader<number> => integer(min, 2 ** 31 - 1);

const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Ten years, in days: an expiry that is computed from a far longer duration is no valid date. */
const MAX_DURATION_DAYS = 3_650;

/** Reads `900`, `900s`, `15m`, `12h` or `30d`; returns milliseconds. A number without a unit means seconds. */
export const duration: Reader<number> = (value) => {
  const match = /^(\d{1,9})([smhd])?$/.exec(value);
  const amount = Number(match?.[1]);
  if (!match || amount === 0) throw expectedError('a duration such as 30s, 15m, 12h or 30d');
  const ms = amount * UNITS[(match[2] ?? 's') as keyof typeof UNITS];
  if (ms > MAX_DURATION_DAYS * UNITS.d) throw expectedError(`a duration of at most ${MAX_DURATION_DAYS}d`);
  return ms;
};

export const choice =
  <const T extends string>(...allowed: readonly T[]): Reader<T> =>
  (value) => {
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) throw expectedError(`one of ${allowed.join(', ')}`);
    return found;
  };

export const url =
  (...protocols: readonly string[]): Reader<string> =>
  (value) => {
    const parsed = URL.canParse(value) ? new URL(value) : null;
    if (!parsed || !protocols.includes(parsed.protocol)) {
      throw expectedError(`an address that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`);
    }
    return value;
  };

/** @param section the heading above the variable in `.env.example`. */
export const variable = <T, Fallback extends T | undefined>(
  section: string,
  definition: Omit<EnvironmentVariable<T, Fallback>, 'section'>,
): EnvironmentVariable<T, Fallback> => ({ section, ...definition });
