/** The environment of test servers: quiet, on a free port, with a private data folder. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const TEST_SECRET = 't5Vq9LwX2mZr8KcY3nHb7PdJ4sGf6Ta1Ue0Ro5Wi';

export type ServerEnvironment = Record<string, string>;

/** Variables that are forwarded to all servers of a run, as in `SOCKET_CORK=off npm test`. */
const FORWARDED_VARIABLES = ['SOCKET_CORK'] as const;

/** A quiet server on a free port; several share a cluster through DATABASE_URL and REDIS_URL. */
export function testEnvironment(overrides: ServerEnvironment = {}): ServerEnvironment {
  return {
    NODE_ENV: 'test',
    HOST: '127.0.0.1',
    PORT: '0',
    JWT_SECRET: TEST_SECRET,
    // A run registers thousands of accounts. Production accepts no cheap hashes.
    PASSWORD_HASH_COST: overrides['NODE_ENV'] === 'production' ? '15' : '8',
    LOG_LEVEL: 'error',
    DATA_DIR: createTemporaryFolder(),
    DRAIN_MS: '0',
    TRUSTED_PROXIES: '1',
    ...forwardedVariables(),
    ...overrides,
  };
}

function forwardedVariables(): ServerEnvironment {
  return Object.fromEntries(
    FORWARDED_VARIABLES.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  );
}

/** A folder that the user of PostgreSQL can read, removed at the exit of this process, or else at the end of the run. */
export function createTemporaryFolder(): string {
  const folder = mkdtempSync(join(process.env['TEST_FOLDER'] ?? tmpdir(), 'aeturnis-test-'));
  chmodSync(folder, 0o755);
  if (folders.push(folder) === 1) process.once('exit', removeTemporaryFolders);
  return folder;
}

const folders: string[] = [];

/** Called before this process exits; in a run without services nothing else removes the folders. */
export function removeTemporaryFolders(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
