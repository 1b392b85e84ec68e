/** The stored token secret: created once by the first process, and readable by its owner only. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jwtKey } from './jwt-secret';

describe('jwtKey', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aeturnis-secret-'));
  const dataDir = join(folder, 'data', 'deep');
  const file = join(dataDir, 'jwt-secret');
  const secret = async (jwtSecret?: string): Promise<string> =>
    (await jwtKey({ jwtSecret, dataDir })).export().toString();

  afterAll(() => rmSync(folder, { recursive: true }));

  it('returns the configured secret', async () => expect(await secret('configured')).toBe('configured'));

  it('returns the same stored secret to concurrent callers and later ones', async () => {
    const secrets = new Set(await Promise.all(Array.from({ length: 20 }, () => secret())));
    expect(secrets.size).toBe(1);
    const [stored] = secrets;
    expect(stored).toMatch(/^[\w-]{64}$/);
    expect(readFileSync(file, 'utf8')).toBe(stored);
    expect(readdirSync(dataDir)).toEqual(['jwt-secret']);
    expect(await secret()).toBe(stored);
  });

  it('stores the secret readable by its owner only', () => expect(statSync(file).mode & 0o777).toBe(0o600));

  it('refuses an empty file instead of replacing it', async () => {
    writeFileSync(file, '');
    await expect(secret()).rejects.toThrow('remove it');
  });
});
