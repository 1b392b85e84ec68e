/** The environment of servers in tests: quiet, on a free port, with a data folder of their own. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const TEST_SECRET = 'a-secret-for-tests-that-is-long-enough-0123456789';

export type ServerEnvironment = Record<string, string>;

/** A quiet server on a free port; several share a cluster through DATABASE_URL and REDIS_URL. */
export function testEnvironment(overrides: ServerEnvironment = {}): ServerEnvironment {
  return {
    NODE_ENV: 'test',
    HOST: '127.0.0.1',
    PORT: '0',
    JWT_SECRET: TEST_SECRET,
    LOG_LEVEL: 'error',
    DATA_DIR: mkdtempSync(join(tmpdir(), 'aeturnis-test-')),
    DRAIN_MS: '0',
    TRUSTED_PROXIES: '1',
    ...overrides,
  };
}
