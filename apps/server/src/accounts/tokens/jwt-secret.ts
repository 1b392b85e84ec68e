/** The secret that signs access tokens: configured, or in development generated once and stored in the data directory. */
import { createSecretKey, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import { link, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AppConfig, ensureDirectory } from '@aeturnis/platform';

const SECRET_BYTES = 48;
const OWNER_ONLY = 0o600;

/** A KeyObject: with a string, each verification would first try to parse it as a public key, at fifty times the cost. */
export async function jwtKey({ jwtSecret, dataDir }: Pick<AppConfig, 'jwtSecret' | 'dataDir'>): Promise<KeyObject> {
  return createSecretKey(Buffer.from(jwtSecret ?? (await storedSecret(dataDir))));
}

async function storedSecret(dataDir: string): Promise<string> {
  const file = join(dataDir, 'jwt-secret');
  return (await readSecret(file)) ?? (await createSecret(dataDir, file));
}

/**
 * Processes that start at once use the same secret: a link appears atomically with its whole content, only the first one
 * succeeds, and all processes read the file afterwards.
 */
async function createSecret(dataDir: string, file: string): Promise<string> {
  await ensureDirectory(dataDir);
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, randomBytes(SECRET_BYTES).toString('base64url'), { mode: OWNER_ONLY, flag: 'wx' });
  try {
    await link(draft, file).catch(ignoreErrorCode('EEXIST'));
  } finally {
    await unlink(draft);
  }
  const secret = await readSecret(file);
  if (secret === undefined) throw new Error(`${file} is empty: remove it, and the next start creates a new secret`);
  return secret;
}

async function readSecret(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(ignoreErrorCode('ENOENT'));
  return text?.trim() === '' ? undefined : text?.trim();
}

const ignoreErrorCode =
  (code: string) =>
  (error: unknown): undefined => {
    if ((error as NodeJS.ErrnoException).code !== code) throw error;
  };
