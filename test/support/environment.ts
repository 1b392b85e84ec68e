/** The environment of servers in tests: quiet, on a free port, with a data folder of their own. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const TEST_SECRET = 't5Vq9LwX2mZr8KcY3nHb7PdJ4sGf6Ta1Ue0Ro5Wi';

export type ServerEnvironment = Record<string, string>;

/** What all servers of a run may be started with: `SOCKET_CORK=off npm test`. */
const FOR_ALL = ['SOCKET_CORK'] as const;

/** A quiet server on a free port; several share a cluster through DATABASE_URL and REDIS_URL. */
export function testEnvironment(overrides: ServerEnvironment = {}): ServerEnvironment {
  return {
    NODE_ENV: 'test',
    HOST: '127.0.0.1',
    PORT: '0',
    JWT_SECRET: TEST_SECRET,
    LOG_LEVEL: 'error',
    DATA_DIR: temporaryFolder(),
    DRAIN_MS: '0',
    TRUSTED_PROXIES: '1',
    ...passedOn(),
    ...overrides,
  };
}

function passedOn(): ServerEnvironment {
  return Object.fromEntries(FOR_ALL.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

/** Open to the user PostgreSQL runs as where the tests run as root; gone with this process, or else with the run. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(process.env['TEST_FOLDER'] ?? tmpdir(), 'aeturnis-test-'));
  chmodSync(folder, 0o755);
  if (folders.push(folder) === 1) process.once('exit', removeTemporaryFolders);
  return folder;
}

const folders: string[] = [];

/** Before this process ends: where tests run without services, nothing else removes them. */
export function removeTemporaryFolders(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
