/** loadConfig: reads every setting, and refuses an invalid environment with one message that lists every fault. */
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { ConfigError, loadConfig } from './app-config';
import { envExample } from './env-example';
import { VARIABLES } from './variables';

const SECRET = 'f3Qx0s9VbT7kLw2ZpYn8RcHj5MdGa1Ue';
const PEM = generateKeyPairSync('ed25519').publicKey.export({ format: 'pem', type: 'spki' }).toString().trim();
const PRODUCTION = {
  NODE_ENV: 'production',
  JWT_SECRET: SECRET,
  DATABASE_URL: 'postgres://db/x',
  REDIS_URL: 'redis://r',
};

const problemsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

describe('loadConfig', () => {
  it('has defaults for every setting in development', () => {
    const config = loadConfig({});
    expect(config).toMatchObject({
      port: 3000,
      nodeEnv: 'development',
      isProduction: false,
      hasLimits: true,
      issuer: 'own',
      logFormat: 'pretty',
    });
    expect(config.databaseUrl).toBeUndefined();
    expect(config.nodeId).not.toBe('');
  });

  it('treats an empty value as unset', () =>
    expect(loadConfig({ PORT: '', REDIS_URL: '  ' })).toMatchObject({ port: 3000, redisUrl: undefined }));

  it('reads every kind of value', () => {
    const config = loadConfig({
      PORT: '0',
      ACCESS_TOKEN_TTL: '90s',
      REFRESH_TOKEN_TTL: '2h',
      ADMIN_USERS: ' anna, ben ,',
      TOKEN_IN_QUERY: 'yes',
      JWT_PUBLIC_KEY: PEM.replaceAll('\n', '\\n'),
      LIMITS: 'off',
    });
    expect(config).toMatchObject({
      port: 0,
      accessTokenTtlMs: 90_000,
      refreshTokenTtlMs: 7_200_000,
      adminUsers: ['anna', 'ben'],
      tokenInQuery: true,
      jwtPublicKey: PEM,
      issuer: 'outside',
      hasLimits: false,
    });
  });

  it('lists all faults in one message, without the values of secrets', () => {
    const problems = problemsOf({
      PORT: '99999',
      LOG_LEVEL: 'loud',
      ACCESS_TOKEN_TTL: '0',
      REDIS_URL: 'http://x',
      TOKEN_IN_QUERY: 'maybe',
      JWT_SECRET: 'short-one',
      JWT_PUBLIC_KEY: 'no-key',
      DRAIN_MS: '25001',
    });
    expect(problems).toEqual([
      "PORT must be a whole number from 0 to 65535, not '99999'",
      "REDIS_URL must be an address that starts with redis:// or rediss://, not 'http://x'",
      'JWT_PUBLIC_KEY must be a public key in PEM',
      "ACCESS_TOKEN_TTL must be a duration such as 30s, 15m, 12h or 30d, not '0'",
      "TOKEN_IN_QUERY must be true or false, not 'maybe'",
      "DRAIN_MS must be a whole number from 0 to 25000, not '25001'",
      "LOG_LEVEL must be one of error, warn, info, debug, not 'loud'",
      'JWT_SECRET must have at least 32 characters',
    ]);
    expect(new ConfigError(problems).message).not.toMatch(/short-one|no-key/);
  });

  it.each(['ACCESS_TOKEN_TTL', 'REFRESH_TOKEN_TTL', 'GUEST_RETENTION'])(
    '%s: is refused if it exceeds ten years',
    (name) => {
      expect(problemsOf({ [name]: '3650d' })).toEqual([]);
      for (const value of ['3651d', '99999999d', '999999999h', '999999999'])
        expect(problemsOf({ [name]: value })).toEqual([`${name} must be a duration of at most 3650d, not '${value}'`]);
    },
  );

  it.each(['plain', 'with @, /, #, ? and :', "100%25 'quoted' $HOME é 密"])(
    'DATABASE_PASSWORD: the driver reads %j from the URL unchanged',
    (password) => {
      const { databaseUrl } = loadConfig({ DATABASE_URL: 'postgres://user@db:5433/x', DATABASE_PASSWORD: password });
      expect(new Client({ connectionString: databaseUrl })).toMatchObject({
        host: 'db',
        port: 5433,
        user: 'user',
        password,
        database: 'x',
      });
    },
  );

  it.each<[string, Record<string, string>]>([
    ['without DATABASE_URL', {}],
    ['if DATABASE_URL contains a password', { DATABASE_URL: 'postgres://user:one@db/x' }],
  ])('DATABASE_PASSWORD: is refused %s', (_, environment) =>
    expect(problemsOf({ ...environment, DATABASE_PASSWORD: 'two' })).toEqual([
      'DATABASE_PASSWORD needs a DATABASE_URL that contains no password itself',
    ]),
  );

  it('accepts a complete production environment', () =>
    expect(loadConfig(PRODUCTION)).toMatchObject({ isProduction: true, logFormat: 'json' }));

  it.each([
    ['no secret', { JWT_SECRET: '' }, 'JWT_SECRET must be set'],
    ['a default secret', { JWT_SECRET: `changeme${SECRET}` }, 'default'],
    ['any origin', { SOCKET_CORS_ORIGIN: '*' }, 'must not be *'],
    ['a button that kills nodes', { PLAYGROUND_KILL_PATH: '/kill' }, 'PLAYGROUND_KILL_PATH must not be set'],
    ['cheap password hashes', { PASSWORD_HASH_COST: '14' }, 'PASSWORD_HASH_COST must be at least 15'],
    ['no limits', { LIMITS: 'off' }, 'LIMITS must be on'],
    ['an embedded database', { DATABASE_URL: '', REDIS_URL: '' }, 'DATABASE_URL must be set'],
    [
      'Redis without a database',
      { DATABASE_URL: '', ALLOW_EMBEDDED_DATABASE: 'true' },
      'REDIS_URL without DATABASE_URL',
    ],
    [
      'a key set over plain HTTP',
      { JWT_SECRET: '', JWT_JWKS_URL: 'http://issuer.example/keys' },
      'JWT_JWKS_URL must start with https://',
    ],
  ])('refuses production with %s', (_, change, problem) =>
    expect(problemsOf({ ...PRODUCTION, ...change }).join()).toContain(problem),
  );

  it.each(['0.0.0.0/0', '::/0', '128.0.0.0/7', '2000::/15', 'fc00::/6', 'fe80::/9'])(
    'refuses a production environment that trusts proxies in %s',
    (network) =>
      expect(problemsOf({ ...PRODUCTION, TRUSTED_PROXIES: `10.0.0.0/8, ${network}` })).toEqual([
        `TRUSTED_PROXIES trusts a large part of the internet with ${network}: list only the networks of the proxies in production, at least /8 for IPv4 and /16 for IPv6`,
      ]),
  );

  it.each(['2', '10.0.0.0/8, 203.0.113.7, 2001:db8::1', '2001::/16', 'fc00::/7, fe80::/10', 'loopback, uniquelocal'])(
    'accepts TRUSTED_PROXIES=%s in production',
    (proxies) => expect(problemsOf({ ...PRODUCTION, TRUSTED_PROXIES: proxies })).toEqual([]),
  );

  it('accepts TRUSTED_PROXIES=0.0.0.0/0 in development', () =>
    expect(problemsOf({ TRUSTED_PROXIES: '0.0.0.0/0' })).toEqual([]));

  it('accepts an embedded database in production with ALLOW_EMBEDDED_DATABASE', () =>
    expect(problemsOf({ ...PRODUCTION, DATABASE_URL: '', REDIS_URL: '', ALLOW_EMBEDDED_DATABASE: 'true' })).toEqual(
      [],
    ));

  it('accepts a key set over HTTPS in production', () =>
    expect(problemsOf({ ...PRODUCTION, JWT_SECRET: '', JWT_JWKS_URL: 'https://issuer.example/keys' })).toEqual([]));

  it('refuses two external token issuers', () =>
    expect(problemsOf({ JWT_PUBLIC_KEY: PEM, JWT_JWKS_URL: 'https://x' }).join()).toContain('exclude each other'));

  it.each([
    'https://play.example.com',
    'http://localhost:5173',
    'https://xn--e1afmkfd.example',
    'https://[2001:db8::1]:8443',
    'capacitor://localhost',
    'ionic://localhost',
    'ionic://localhost:8100',
    'tauri://localhost',
    'app://com.example.game',
    'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
    'file://',
  ])('SOCKET_CORS_ORIGIN: accepts %s', (origin) => {
    const { corsOrigins } = loadConfig({ SOCKET_CORS_ORIGIN: `https://first.example, ${origin}` });
    expect(corsOrigins).toEqual(['https://first.example', origin]);
  });

  it.each([
    'https://a.example/path',
    'https://a.example/',
    'https://a.example:443',
    'https://A.example',
    'HTTPS://a.example',
    'https://*.a.example',
    'https://user@a.example',
    'https://',
    'a.example',
    'localhost:5173',
    'null',
    'wss://a.example',
    'ftp://a.example',
    'javascript:alert(1)',
    'data:text/html',
    'about:blank',
    'file:///index.html',
    'capacitor://localhost/',
    'capacitor://',
    'capacitor:localhost',
    'capacitor://*',
    'Capacitor://localhost',
    'capacitor://user@localhost',
    'capacitor://localhost?x',
    'capacitor://local host',
  ])('SOCKET_CORS_ORIGIN: refuses %s and names it', (origin) =>
    expect(problemsOf({ SOCKET_CORS_ORIGIN: `https://first.example, ${origin}` })).toEqual([
      `SOCKET_CORS_ORIGIN must list origins such as https://play.example.com or capacitor://localhost, not '${origin}'`,
    ]),
  );
});

describe('.env.example', () => {
  it('describes every variable and is up to date', () => {
    const written = readFileSync(join(__dirname, '../../../../.env.example'), 'utf8');
    expect(written).toBe(envExample());
    for (const { name } of Object.values(VARIABLES)) expect(written).toContain(`#${name}=`);
  });
});

describe('docker-compose.yml', () => {
  it('has no default password, and names the missing variable', () => {
    const written = readFileSync(join(__dirname, '../../../../docker-compose.yml'), 'utf8');
    const uses = [...written.matchAll(/\$\{\w*(?:PASSWORD|SECRET|TOKEN)\w*[^}]*\}/g)].map(([use]) => use);
    expect(uses).toHaveLength(2);
    for (const use of uses) expect(use).toMatch(/^\$\{POSTGRES_PASSWORD:\?set POSTGRES_PASSWORD /);
  });

  it('passes on every variable except those it sets itself', () => {
    const written = readFileSync(join(__dirname, '../../../../docker-compose.yml'), 'utf8');
    const own = [
      'NODE_ENV',
      'HOST',
      'PORT',
      'SOCKET_PORT',
      'DATABASE_URL',
      'DATABASE_PASSWORD',
      'DATA_DIR',
      'ALLOW_EMBEDDED_DATABASE',
      'REDIS_URL',
    ];
    const passed = [...written.matchAll(/^ {6}([A-Z_]+):$/gm)].map(([, name]) => name);
    expect([...own, ...passed].sort()).toEqual(
      Object.values(VARIABLES)
        .map(({ name }) => name)
        .sort(),
    );
  });
});
