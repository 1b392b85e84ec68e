/** Readers of environment variables: each turns a text into a value, or says in words what it should have been. */
import { createPublicKey } from 'node:crypto';
import { isIP } from 'node:net';

export interface Variable<T = unknown, Fallback extends T | undefined = T | undefined> {
  readonly section: string;
  readonly name: string;
  readonly read: Reader<T>;
  /** The value where the variable is unset. */
  readonly fallback: Fallback;
  readonly doc: string;
  /** Shown in the example file where there is no fallback worth showing. */
  readonly example?: string;
  /** Never shown in messages. */
  readonly secret?: true;
}

/** Throws an Error whose message completes "NAME must be …". */
export type Reader<T> = (value: string) => T;

const expected = (what: string): Error => new Error(what);

export const text: Reader<string> = (value) => value;

/** A PEM may come on one line with `\n` written out, as many dashboards store it. */
export const publicKey: Reader<string> = (value) => {
  const pem = value.replaceAll('\\n', '\n');
  try {
    createPublicKey(pem);
  } catch {
    throw expected('a public key in PEM');
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
  throw expected('true or false');
};

export const integer =
  (min: number, max: number): Reader<number> =>
  (value) => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < min || number > max) throw expected(`a whole number from ${min} to ${max}`);
    return number;
  };

const PROXY_KEYWORDS = ['loopback', 'linklocal', 'uniquelocal'];

/** A number of proxies, or a list of their addresses, subnets and the keywords above. */
export const proxies: Reader<number | readonly string[]> = (value) => {
  if (/^\d+$/.test(value)) return integer(0, 16)(value);
  const listed = list(value);
  if (listed.length === 0 || !listed.every((proxy) => PROXY_KEYWORDS.includes(proxy) || isNetwork(proxy)))
    throw expected(`a number from 0 to 16, or a list of addresses, subnets and ${PROXY_KEYWORDS.join(', ')}`);
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

/** `900`, `900s`, `15m`, `12h`, `30d`: milliseconds. */
export const duration: Reader<number> = (value) => {
  const match = /^(\d{1,9})([smhd])?$/.exec(value);
  const amount = Number(match?.[1]);
  if (!match || amount === 0) throw expected('a duration such as 30s, 15m, 12h or 30d');
  return amount * UNITS[(match[2] ?? 's') as keyof typeof UNITS];
};

export const choice =
  <const T extends string>(...allowed: readonly T[]): Reader<T> =>
  (value) => {
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) throw expected(`one of ${allowed.join(', ')}`);
    return found;
  };

export const url =
  (...protocols: readonly string[]): Reader<string> =>
  (value) => {
    const parsed = URL.canParse(value) ? new URL(value) : null;
    if (!parsed || !protocols.includes(parsed.protocol)) {
      throw expected(`an address that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`);
    }
    return value;
  };

/** Declares a variable under the heading by which the documentation finds it. */
export const variable = <T, Fallback extends T | undefined>(
  section: string,
  definition: Omit<Variable<T, Fallback>, 'section'>,
): Variable<T, Fallback> => ({ section, ...definition });
