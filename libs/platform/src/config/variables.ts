/** Every environment variable of the server, once: how it is read, what it defaults to and what it is for. */
import {
  boolean,
  choice,
  duration,
  integer,
  list,
  milliseconds,
  proxies,
  publicKey,
  text,
  url,
  variable,
} from './readers';
import { SOCKET_VARIABLES } from './socket-variables';

export const VARIABLES = {
  nodeEnv: variable('General', {
    name: 'NODE_ENV',
    read: choice('development', 'test', 'production'),
    fallback: 'development',
    doc: 'production refuses weak secrets and open doors.',
  }),
  host: variable('General', { name: 'HOST', read: text, fallback: '0.0.0.0', doc: 'Address to listen on.' }),
  port: variable('General', {
    name: 'PORT',
    read: integer(0, 65535),
    fallback: 3000,
    doc: 'Port of the HTTP API, and of the sockets.',
  }),
  socketPort: variable('General', {
    name: 'SOCKET_PORT',
    read: integer(0, 65535),
    fallback: undefined,
    doc: 'A second port that serves /socket.io alone. Unset: the same as PORT.',
  }),
  nodeId: variable('General', {
    name: 'NODE_ID',
    read: text,
    fallback: undefined,
    doc: 'Name of this node in a cluster. Unset: host name and process id.',
  }),
  trustedProxies: variable('General', {
    name: 'TRUSTED_PROXIES',
    read: proxies,
    fallback: 0,
    doc: 'How many proxies stand in front: the client address is that many entries from the right of X-Forwarded-For. The nearest one needs an internal address (private, loopback, link-local). Or a list of their addresses and subnets (also: loopback, linklocal, uniquelocal), of which the client is the first entry from the right that is not listed. Whoever is no proxy is known by the address of its connection.',
    example: '0',
  }),
  httpKeepAliveMs: variable('General', {
    name: 'HTTP_KEEP_ALIVE_MS',
    read: milliseconds(1_000),
    fallback: 65_000,
    doc: 'How long an idle HTTP connection stays open. Longer than the proxies in front keep it (most: 60 s): otherwise they send a request into a connection that is just being closed, and answer 502.',
  }),
  docs: variable('General', {
    name: 'DOCS',
    read: choice('on', 'off'),
    fallback: undefined,
    doc: 'Serves the documentation of the HTTP API at /docs to everybody. Unset: off in production, on elsewhere.',
  }),

  databaseUrl: variable('Storage', {
    name: 'DATABASE_URL',
    read: url('postgres:', 'postgresql:'),
    fallback: undefined,
    doc: 'PostgreSQL 15 or newer. Unset: the server starts its own PostgreSQL in DATA_DIR.',
    example: 'postgres://aeturnis:secret@localhost:5432/aeturnis',
  }),
  databasePassword: variable('Storage', {
    name: 'DATABASE_PASSWORD',
    read: text,
    fallback: undefined,
    doc: 'Password for DATABASE_URL, as it is: unlike one inside the address, it needs no percent encoding.',
    secret: true,
  }),
  databasePoolSize: variable('Storage', {
    name: 'DATABASE_POOL_SIZE',
    read: integer(1, 200),
    fallback: 20,
    doc: 'Most connections to PostgreSQL. That of all nodes has to stay below its max_connections, which is 100 unless set.',
  }),
  dataDir: variable('Storage', {
    name: 'DATA_DIR',
    read: text,
    fallback: './data',
    doc: 'Where the embedded PostgreSQL and the development secret live.',
  }),
  allowEmbeddedDatabase: variable('Storage', {
    name: 'ALLOW_EMBEDDED_DATABASE',
    read: boolean,
    fallback: false,
    doc: 'Lets a production server run on the embedded PostgreSQL.',
  }),
  zonesDir: variable('Storage', {
    name: 'ZONES_DIR',
    read: text,
    fallback: undefined,
    doc: 'Folder of the files of the zones. Unset: those that come with the server.',
  }),
  redisUrl: variable('Storage', {
    name: 'REDIS_URL',
    read: url('redis:', 'rediss:'),
    fallback: undefined,
    doc: 'Redis 7 or newer, shared by all nodes. Unset: one node, everything in memory.',
    example: 'redis://localhost:6379',
  }),
  redisPubSub: variable('Storage', {
    name: 'REDIS_PUBSUB',
    read: choice('plain', 'sharded'),
    fallback: 'plain',
    doc: 'sharded: nodes speak by SPUBLISH, which a Redis that is one shard of a cluster keeps to itself.',
  }),

  jwtSecret: variable('Tokens', {
    name: 'JWT_SECRET',
    read: text,
    fallback: undefined,
    doc: 'Signs access tokens; at least 32 characters, in production random ones. Unset in development: made once and kept in DATA_DIR.',
    secret: true,
  }),
  jwtPublicKey: variable('Tokens', {
    name: 'JWT_PUBLIC_KEY',
    read: publicKey,
    fallback: undefined,
    doc: 'Public key (PEM) of an outside issuer. Own accounts are then off.',
    // What is refused may be the private one, put here by mistake.
    secret: true,
  }),
  jwtJwksUrl: variable('Tokens', {
    name: 'JWT_JWKS_URL',
    read: url('https:', 'http:'),
    fallback: undefined,
    doc: 'Key set of an outside issuer, instead of JWT_PUBLIC_KEY; keys may rotate.',
  }),
  jwtIssuer: variable('Tokens', {
    name: 'JWT_ISSUER',
    read: text,
    fallback: 'aeturnis',
    doc: 'The `iss` a token must carry.',
  }),
  jwtAudience: variable('Tokens', {
    name: 'JWT_AUDIENCE',
    read: text,
    fallback: 'aeturnis-players',
    doc: 'The `aud` a token must carry.',
  }),
  accessTokenTtlMs: variable('Tokens', {
    name: 'ACCESS_TOKEN_TTL',
    read: duration,
    fallback: 15 * 60_000,
    doc: 'Life of an access token: a number with s, m, h or d.',
    example: '15m',
  }),
  refreshTokenTtlMs: variable('Tokens', {
    name: 'REFRESH_TOKEN_TTL',
    read: duration,
    fallback: 30 * 86_400_000,
    doc: 'Life of a refresh token.',
    example: '30d',
  }),
  tokenExpiryNoticeMs: variable('Tokens', {
    name: 'TOKEN_EXPIRY_NOTICE_MS',
    read: milliseconds(0),
    fallback: 60_000,
    doc: 'How long before its token expires a connection gets auth:expiring; half of what the token has left where that is less. 0: never.',
  }),
  tokenInQuery: variable('Tokens', {
    name: 'TOKEN_IN_QUERY',
    read: boolean,
    fallback: false,
    doc: 'Accepts ?token= in the handshake. Addresses end up in logs of proxies: off unless a client cannot do otherwise.',
  }),
  adminUsers: variable('Tokens', {
    name: 'ADMIN_USERS',
    read: list,
    fallback: [],
    doc: 'User names that are administrators, separated by commas. An account that has such a name when it is listed first is promoted. Where there is none, the server prints a one-time token at its start, and the name is registered with it alone; a name that was listed once stays reserved.',
  }),
  guestRetentionMs: variable('Tokens', {
    name: 'GUEST_RETENTION',
    read: duration,
    fallback: 30 * 86_400_000,
    doc: 'Guests not seen for so long are deleted.',
    example: '30d',
  }),

  ...SOCKET_VARIABLES,

  logLevel: variable('Seeing', {
    name: 'LOG_LEVEL',
    read: choice('error', 'warn', 'info', 'debug'),
    fallback: 'info',
    doc: 'How much is logged.',
  }),
  logFormat: variable('Seeing', {
    name: 'LOG_FORMAT',
    read: choice('pretty', 'json'),
    fallback: undefined,
    doc: 'Unset: json in production, pretty elsewhere.',
  }),
  metricsToken: variable('Seeing', {
    name: 'METRICS_TOKEN',
    read: text,
    fallback: undefined,
    doc: 'Bearer token for /metrics; in production a random one. In production the metrics stay closed without it.',
    secret: true,
  }),
} as const;
