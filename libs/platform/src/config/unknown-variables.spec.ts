/** findUnknownVariables reports misspelled settings, and ignores variables of other programs. */
import { findUnknownVariables } from './unknown-variables';
import { VARIABLES } from './variables';

describe('findUnknownVariables', () => {
  it.each([
    ['PORTT', 'PORT'],
    ['PROT', 'PORT'],
    ['port', 'PORT'],
    ['Port', 'PORT'],
    ['REDIS_URI', 'REDIS_URL'],
    ['REDISURL', 'REDIS_URL'],
    ['REDDIS_URL', 'REDIS_URL'],
    ['DATABASE-URL', 'DATABASE_URL'],
    ['DATABSE_URL', 'DATABASE_URL'],
    ['JWT_SECERT', 'JWT_SECRET'],
    ['SOCKET_CORS_ORIGINS', 'SOCKET_CORS_ORIGIN'],
    ['ADMIN_USER', 'ADMIN_USERS'],
    ['LOGLEVEL', 'LOG_LEVEL'],
    ['LIMIT', 'LIMITS'],
    ['NODE_EVN', 'NODE_ENV'],
    ['SOCKETS_PORT', 'SOCKET_PORT'],
    ['SOKET_PORT', 'SOCKET_PORT'],
    ['SOCKETS_CORS_ORIGIN', 'SOCKET_CORS_ORIGIN'],
    ['MAX_PAYLOAD_BYTE', 'MAX_PAYLOAD_BYTES'],
  ])('%s: suggests %s', (name, nearest) =>
    expect(findUnknownVariables({ [name]: 'value' })).toEqual([
      `${name} is not a setting of this server and is ignored: did you mean ${nearest}?`,
    ]),
  );

  it.each([
    'JWT_TTL',
    'SOCKET_TRANSPORTS',
    'DATABASE_HOST',
    'AETURNIS_LOG',
    'RECOVERY_ON',
    'ADMIN_EMAIL',
    'TRUSTED_PROXY',
  ])('%s: is reported as unknown because it has the prefix of a setting', (name) =>
    expect(findUnknownVariables({ [name]: 'value' })).toEqual([
      `${name} is not a setting of this server and is ignored: .env.example lists all settings`,
    ]),
  );

  it('reports neither settings nor variables of shells, containers and other programs', () => {
    const others =
      'PATH HOME PWD OLDPWD USER SHELL LANG LC_ALL TERM SHLVL EDITOR HOSTNAME HOSTTYPE LOGNAME TMPDIR TZ _ CI DEBUG ' +
      'NODE_OPTIONS NODE_PATH NODE_VERSION NODE_NAME NODE_IP NODE_APP_INSTANCE YARN_VERSION npm_config_cache npm_lifecycle_event ' +
      'INIT_CWD COLOR DOCKER_HOST POSTGRES_PASSWORD POSTGRES_USER PGHOST PGPORT PGDATA KUBERNETES_PORT KUBERNETES_SERVICE_HOST ' +
      'REDIS_PORT REDIS_SERVICE_HOST REDIS_PORT_6379_TCP_ADDR DATABASE_SERVICE_PORT DATABASE_PORT_5432_TCP REDIS_PASSWORD ' +
      'LOG_DIR MAX_OLD_SPACE COMMAND_MODE DATA_ROOT SSH_AUTH_SOCK XDG_DATA_DIRS LS_COLORS MAIL POD_IP ROCKET_PORT POCKET_PORT SOCKET_SERVICE_PORT';
    const names = [...others.split(' '), ...Object.values(VARIABLES).map(({ name }) => name)];
    expect(findUnknownVariables(Object.fromEntries(names.map((name) => [name, 'value'])))).toEqual([]);
  });

  it('does not report the address of a service with a name similar to a setting', () => {
    expect(findUnknownVariables({ SOCKETS_PORT: 'tcp://10.0.0.1:80' })).toEqual([]);
  });

  it('does not print values', () =>
    expect(findUnknownVariables({ JWT_SECRETT: 'hidden' }).join()).not.toContain('hidden'));
});
