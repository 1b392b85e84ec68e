/** The secret kept beside the data: made once, by whoever comes first, for its owner's eyes. */
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

  it('is the configured one where there is one', async () => expect(await secret('configured')).toBe('configured'));

  it('is agreed upon by all who start at once, and stays', async () => {
    const agreed = new Set(await Promise.all(Array.from({ length: 20 }, () => secret())));
    expect(agreed.size).toBe(1);
    const [kept] = agreed;
    expect(kept).toMatch(/^[\w-]{64}$/);
    expect(readFileSync(file, 'utf8')).toBe(kept);
    expect(readdirSync(dataDir)).toEqual(['jwt-secret']);
    expect(await secret()).toBe(kept);
  });

  it('can be read by its owner alone', () => expect(statSync(file).mode & 0o777).toBe(0o600));

  it('is not made anew over a file that lost its content', async () => {
    writeFileSync(file, '');
    await expect(secret()).rejects.toThrow('remove it');
  });
});
