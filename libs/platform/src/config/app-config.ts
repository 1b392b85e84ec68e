/** The validated configuration: read from the environment once, at boot, or refused with one message that names every fault. */
import { hostname } from 'node:os';
import type { Variable } from './readers';
import { estimatedBits } from './secret-strength';
import { VARIABLES } from './variables';

type Variables = typeof VARIABLES;
type ReadValue<K extends keyof Variables> = ReturnType<Variables[K]['read']>;
type Values = {
  [K in keyof Variables]: Variables[K]['fallback'] extends undefined ? ReadValue<K> | undefined : ReadValue<K>;
};

export type AppConfig = Readonly<
  Omit<Values, 'nodeId' | 'logFormat' | 'docs'> & {
    nodeId: string;
    logFormat: 'pretty' | 'json';
    production: boolean;
    limitsOn: boolean;
    docsOn: boolean;
    /** Where accounts are kept: here, or by whoever signs the tokens. */
    issuer: 'own' | 'outside';
  }
>;

/** Injection token of the configuration. */
export const APP_CONFIG = Symbol('APP_CONFIG');

export type Environment = Readonly<Record<string, string | undefined>>;

export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

const WEAK_SECRETS = /^(secret|changeme|change-me|password|default|development)/i;
export const MIN_SECRET_LENGTH = 32;
/** Out of reach of anybody who tries secrets on a token at home. */
const MIN_SECRET_BITS = 80;
/** Out of reach of anybody who tries them on this server. */
const MIN_TOKEN_BITS = 40;
/** The shortest prefixes of networks that may belong to one operator. */
const MIN_PROXY_BITS = { ipv4: 8, ipv6: 16 };
/** Unique local and link-local addresses, which no client on the internet has. */
const INTERNAL_IPV6 = [
  { prefix: /^f[cd][\da-f]{2}:/i, bits: 7 },
  { prefix: /^fe[89ab][\da-f]:/i, bits: 10 },
];

/** Reads the process' environment, or the one given. @throws ConfigError naming every variable that is wrong. */
export function loadConfig(environment: Environment = process.env): AppConfig {
  const problems: string[] = [];
  const entries = Object.entries<Variable>(VARIABLES).map(([key, variable]) => [
    key,
    valueOf(variable, environment, problems),
  ]);
  const values = Object.fromEntries(entries) as Values;
  const production = values.nodeEnv === 'production';
  problems.push(...conflicts(values, production));
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze({
    ...values,
    databaseUrl: databaseUrlOf(values),
    nodeId: values.nodeId ?? `${hostname()}-${process.pid}`,
    logFormat: values.logFormat ?? (production ? 'json' : 'pretty'),
    production,
    limitsOn: values.limits === 'on',
    docsOn: values.docs === undefined ? !production : values.docs === 'on',
    issuer: values.jwtPublicKey !== undefined || values.jwtJwksUrl !== undefined ? 'outside' : 'own',
  });
}

function valueOf(variable: Variable, environment: Environment, problems: string[]): unknown {
  const raw = environment[variable.name]?.trim();
  if (raw === undefined || raw === '') return variable.fallback;
  try {
    return variable.read(raw);
  } catch (error) {
    const shown = variable.secret ? '' : `, not '${raw}'`;
    problems.push(`${variable.name} must be ${(error as Error).message}${shown}`);
    return variable.fallback;
  }
}

function conflicts(values: Values, production: boolean): string[] {
  const found: string[] = [];
  const check = (wrong: boolean, problem: string): void => {
    if (wrong) found.push(problem);
  };
  const outside = values.jwtPublicKey !== undefined || values.jwtJwksUrl !== undefined;
  check(
    values.jwtPublicKey !== undefined && values.jwtJwksUrl !== undefined,
    'JWT_PUBLIC_KEY and JWT_JWKS_URL exclude each other',
  );
  check(
    values.redisUrl !== undefined && values.databaseUrl === undefined && values.nodeEnv !== 'development',
    'REDIS_URL without DATABASE_URL: several nodes need one PostgreSQL, set DATABASE_URL',
  );
  check(
    values.databasePassword !== undefined && (values.databaseUrl === undefined || hasPassword(values.databaseUrl)),
    'DATABASE_PASSWORD needs a DATABASE_URL that holds no password itself',
  );
  check(
    values.jwtSecret !== undefined && values.jwtSecret.length < MIN_SECRET_LENGTH,
    `JWT_SECRET must have at least ${MIN_SECRET_LENGTH} characters`,
  );
  for (const origin of values.corsOrigins) {
    check(
      !isOrigin(origin),
      `SOCKET_CORS_ORIGIN must list origins such as https://play.example.com or capacitor://localhost, not '${origin}'`,
    );
  }
  if (production) {
    check(values.jwtSecret === undefined && !outside, 'JWT_SECRET must be set in production');
    check(WEAK_SECRETS.test(values.jwtSecret ?? ''), 'JWT_SECRET must not be a default one in production');
    check(
      values.jwtSecret !== undefined && estimatedBits(values.jwtSecret) < MIN_SECRET_BITS,
      'JWT_SECRET is easy to guess: set a random one in production, such as `openssl rand -hex 32` makes',
    );
    check(
      values.metricsToken !== undefined && estimatedBits(values.metricsToken) < MIN_TOKEN_BITS,
      'METRICS_TOKEN is easy to guess: set a random one in production, such as `openssl rand -hex 16` makes',
    );
    check(
      values.jwtJwksUrl !== undefined && new URL(values.jwtJwksUrl).protocol !== 'https:',
      'JWT_JWKS_URL must start with https:// in production: whoever can change the keys on their way can sign tokens',
    );
    check(values.corsOrigins.includes('*'), 'SOCKET_CORS_ORIGIN must not be * in production');
    const tooWide = tooWideNetworks(values.trustedProxies);
    check(
      tooWide.length > 0,
      `TRUSTED_PROXIES trusts much of the internet by ${tooWide.join(', ')}: list the proxies' own networks in production, IPv4 from /${MIN_PROXY_BITS.ipv4} and IPv6 from /${MIN_PROXY_BITS.ipv6}`,
    );
    check(values.limits === 'off', 'LIMITS must be on in production');
    check(
      values.databaseUrl === undefined && !values.allowEmbeddedDatabase,
      'DATABASE_URL must be set in production (or ALLOW_EMBEDDED_DATABASE=true)',
    );
  }
  return found;
}

/** A client whose own address is listed chooses by X-Forwarded-For the address that limits and logs use. */
const tooWideNetworks = (proxies: Values['trustedProxies']): readonly string[] =>
  typeof proxies === 'number' ? [] : proxies.filter(isTooWide);

function isTooWide(proxy: string): boolean {
  const [address = '', bits] = proxy.split('/');
  if (bits === undefined) return false;
  const internal = INTERNAL_IPV6.find(({ prefix }) => prefix.test(address));
  if (internal) return Number(bits) < internal.bits;
  return Number(bits) < (address.includes(':') ? MIN_PROXY_BITS.ipv6 : MIN_PROXY_BITS.ipv4);
}

const hasPassword = (address: string): boolean => new URL(address).password !== '';

/** The address with the password that was given apart from it. */
function databaseUrlOf({ databaseUrl, databasePassword }: Values): string | undefined {
  if (databaseUrl === undefined || databasePassword === undefined) return databaseUrl;
  const url = new URL(databaseUrl);
  // The setter leaves a percent sign as it is, which would then read as the beginning of an encoded character.
  url.password = encodeURIComponent(databasePassword);
  return url.href;
}

const WEB_SCHEME = /^(https?):\/\//i;
/** Schemes that a page can have, but no browser sends as an origin. */
const NO_PAGE_SCHEME = /^(wss?|ftp|data|blob|javascript|about):/i;
/** The web views of apps: `capacitor://localhost`, `ionic://app.example`, `chrome-extension://id`, `file://`. */
const APP_ORIGIN = /^(?:file:\/\/|[a-z][a-z\d+.-]*:\/\/[\w~.-]+(?::\d{1,5})?)$/;

/** As browsers write it into the header `Origin`, since the two are compared as they are. */
function isOrigin(origin: string): boolean {
  if (origin === '*') return true;
  if (WEB_SCHEME.test(origin))
    return URL.canParse(origin) && new URL(origin).origin === origin && !origin.includes('*');
  return APP_ORIGIN.test(origin) && !NO_PAGE_SCHEME.test(origin);
}
