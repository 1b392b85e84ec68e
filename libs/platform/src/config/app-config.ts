/** Reads and validates the configuration once at boot. An invalid environment is refused with one message that lists every fault. */
import { hostname } from 'node:os';
import type { EnvironmentVariable } from './readers';
import { estimateEntropyBits } from './secret-strength';
import { VARIABLES } from './variables';

type Variables = typeof VARIABLES;
type ReadValue<K extends keyof Variables> = ReturnType<Variables[K]['read']>;
type Values = {
  [K in keyof Variables]: Variables[K]['fallback'] extends undefined ? ReadValue<K> | undefined : ReadValue<K>;
};

export type AppConfig = Readonly<
  Omit<Values, 'nodeId' | 'logFormat' | 'docs' | 'playground'> & {
    nodeId: string;
    logFormat: 'pretty' | 'json';
    isProduction: boolean;
    hasLimits: boolean;
    hasDocs: boolean;
    /** Never on a server whose sockets have a port of their own: the page connects to its own origin. */
    hasPlayground: boolean;
    /** Who signs tokens and keeps accounts: this server (`own`) or an external issuer (`outside`). */
    issuer: 'own' | 'outside';
  }
>;

/** Injection token of the configuration. */
export const APP_CONFIG = Symbol('APP_CONFIG');

export type ProcessEnvironment = Readonly<Record<string, string | undefined>>;

export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

const WEAK_SECRETS = /^(secret|changeme|change-me|password|default|development)/i;
const MIN_SECRET_LENGTH = 32;
/** Beyond an offline attack, which tests candidate secrets against a captured token. */
const MIN_SECRET_BITS = 80;
/** Beyond an online attack, which sends candidate tokens to this server. */
const MIN_TOKEN_BITS = 40;
/** The cheapest setting of scrypt that OWASP recommends for r = 8 and p = 3. */
const MIN_PASSWORD_HASH_COST = 15;
/** The shortest prefix lengths of a network that can belong to one operator. */
const MIN_PROXY_BITS = { ipv4: 8, ipv6: 16 };
/** Unique local and link-local ranges, in which no client on the internet has an address. */
const INTERNAL_IPV6 = [
  { prefix: /^f[cd][\da-f]{2}:/i, bits: 7 },
  { prefix: /^fe[89ab][\da-f]:/i, bits: 10 },
];

/** `realtime`: an application with its own tokens and its own storage, or none; nothing of either is required. */
export type ConfigScope = 'server' | 'realtime';

/** @throws ConfigError that names every variable that is wrong. */
export function loadConfig(environment: ProcessEnvironment = process.env, scope: ConfigScope = 'server'): AppConfig {
  const problems: string[] = [];
  const entries = Object.entries<EnvironmentVariable>(VARIABLES).map(([key, variable]) => [
    key,
    readVariable(variable, environment, problems),
  ]);
  const values = Object.fromEntries(entries) as Values;
  const isProduction = values.nodeEnv === 'production';
  problems.push(...findConflicts(values, isProduction));
  if (scope === 'server') problems.push(...findServerConflicts(values, isProduction));
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze({
    ...values,
    databaseUrl: databaseUrlWithPassword(values),
    nodeId: values.nodeId ?? `${hostname()}-${process.pid}`,
    logFormat: values.logFormat ?? (isProduction ? 'json' : 'pretty'),
    isProduction,
    hasLimits: values.limits === 'on',
    hasDocs: values.docs === undefined ? !isProduction : values.docs === 'on',
    hasPlayground: hasPlayground(values, isProduction),
    issuer: values.jwtPublicKey !== undefined || values.jwtJwksUrl !== undefined ? 'outside' : 'own',
  });
}

function hasPlayground({ playground, port, socketPort }: Values, isProduction: boolean): boolean {
  if (socketPort !== undefined && socketPort !== port) return false;
  return playground === undefined ? !isProduction : playground === 'on';
}

function readVariable(variable: EnvironmentVariable, environment: ProcessEnvironment, problems: string[]): unknown {
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

function findConflicts(values: Values, isProduction: boolean): string[] {
  const { found, check } = collectConflicts();
  for (const origin of values.corsOrigins) {
    check(
      !isOrigin(origin),
      `SOCKET_CORS_ORIGIN must list origins such as https://play.example.com or capacitor://localhost, not '${origin}'`,
    );
  }
  if (!isProduction) return found;
  check(
    values.metricsToken !== undefined && estimateEntropyBits(values.metricsToken) < MIN_TOKEN_BITS,
    'METRICS_TOKEN is easy to guess: set a random one in production, for example from `openssl rand -hex 16`',
  );
  check(
    values.playgroundKillPath !== undefined,
    'PLAYGROUND_KILL_PATH must not be set in production: players would be shown how to kill nodes',
  );
  check(values.corsOrigins.includes('*'), 'SOCKET_CORS_ORIGIN must not be * in production: list the origins');
  const tooWide = findTooWideNetworks(values.trustedProxies);
  check(
    tooWide.length > 0,
    `TRUSTED_PROXIES trusts a large part of the internet with ${tooWide.join(', ')}: list only the networks of the proxies in production, at least /${MIN_PROXY_BITS.ipv4} for IPv4 and /${MIN_PROXY_BITS.ipv6} for IPv6`,
  );
  check(values.limits === 'off', 'LIMITS must be on in production');
  return found;
}

/** Of the database and of the tokens. */
function findServerConflicts(values: Values, isProduction: boolean): string[] {
  const { found, check } = collectConflicts();
  const hasExternalIssuer = values.jwtPublicKey !== undefined || values.jwtJwksUrl !== undefined;
  check(
    values.jwtPublicKey !== undefined && values.jwtJwksUrl !== undefined,
    'JWT_PUBLIC_KEY and JWT_JWKS_URL exclude each other: set only one of them',
  );
  check(
    values.redisUrl !== undefined && values.databaseUrl === undefined && values.nodeEnv !== 'development',
    'REDIS_URL without DATABASE_URL: nodes that share a Redis need the same PostgreSQL, set DATABASE_URL',
  );
  check(
    values.databasePassword !== undefined && (values.databaseUrl === undefined || hasPassword(values.databaseUrl)),
    'DATABASE_PASSWORD needs a DATABASE_URL that contains no password itself',
  );
  check(
    values.jwtSecret !== undefined && values.jwtSecret.length < MIN_SECRET_LENGTH,
    `JWT_SECRET must have at least ${MIN_SECRET_LENGTH} characters`,
  );
  if (!isProduction) return found;
  check(values.jwtSecret === undefined && !hasExternalIssuer, 'JWT_SECRET must be set in production');
  check(WEAK_SECRETS.test(values.jwtSecret ?? ''), 'JWT_SECRET must not start with a default secret in production');
  check(
    values.jwtSecret !== undefined && estimateEntropyBits(values.jwtSecret) < MIN_SECRET_BITS,
    'JWT_SECRET is easy to guess: set a random one in production, for example from `openssl rand -hex 32`',
  );
  check(
    values.jwtJwksUrl !== undefined && new URL(values.jwtJwksUrl).protocol !== 'https:',
    'JWT_JWKS_URL must start with https:// in production: an attacker who replaces the keys in transit can sign tokens',
  );
  check(
    values.passwordHashCost < MIN_PASSWORD_HASH_COST,
    `PASSWORD_HASH_COST must be at least ${MIN_PASSWORD_HASH_COST} in production: cheaper hashes are guessed offline`,
  );
  check(
    values.databaseUrl === undefined && !values.allowEmbeddedDatabase,
    'DATABASE_URL must be set in production (or ALLOW_EMBEDDED_DATABASE=true)',
  );
  return found;
}

function collectConflicts(): { found: string[]; check: (wrong: boolean, problem: string) => void } {
  const found: string[] = [];
  return {
    found,
    check: (wrong, problem) => {
      if (wrong) found.push(problem);
    },
  };
}

/** A client inside a trusted network can set X-Forwarded-For, and so choose the address that limits and logs use. */
const findTooWideNetworks = (proxies: Values['trustedProxies']): readonly string[] =>
  typeof proxies === 'number' ? [] : proxies.filter(isTooWide);

function isTooWide(proxy: string): boolean {
  const [address = '', bits] = proxy.split('/');
  if (bits === undefined) return false;
  const internal = INTERNAL_IPV6.find(({ prefix }) => prefix.test(address));
  if (internal) return Number(bits) < internal.bits;
  return Number(bits) < (address.includes(':') ? MIN_PROXY_BITS.ipv6 : MIN_PROXY_BITS.ipv4);
}

const hasPassword = (address: string): boolean => new URL(address).password !== '';

/** `DATABASE_URL` with `DATABASE_PASSWORD` inserted. */
function databaseUrlWithPassword({ databaseUrl, databasePassword }: Values): string | undefined {
  if (databaseUrl === undefined || databasePassword === undefined) return databaseUrl;
  const url = new URL(databaseUrl);
  // The setter does not encode a percent sign, which would then be read as the start of an encoded character.
  url.password = encodeURIComponent(databasePassword);
  return url.href;
}

const WEB_SCHEME = /^(https?):\/\//i;
/** URL schemes that no browser sends as an origin. */
const NO_PAGE_SCHEME = /^(wss?|ftp|data|blob|javascript|about):/i;
/** The web views of apps: `capacitor://localhost`, `ionic://app.example`, `chrome-extension://id`, `file://`. */
const APP_ORIGIN = /^(?:file:\/\/|[a-z][a-z\d+.-]*:\/\/[\w~.-]+(?::\d{1,5})?)$/;

/** Accepts only the form in which browsers write the `Origin` header: the two are compared as strings. */
function isOrigin(origin: string): boolean {
  if (origin === '*') return true;
  if (WEB_SCHEME.test(origin))
    return URL.canParse(origin) && new URL(origin).origin === origin && !origin.includes('*');
  return APP_ORIGIN.test(origin) && !NO_PAGE_SCHEME.test(origin);
}
