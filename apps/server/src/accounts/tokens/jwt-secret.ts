/** The secret that signs access tokens: configured, or in development made once and kept beside the data. */
import { createSecretKey, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import { link, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AppConfig, makeFolder } from '@aeturnis/platform';

const SECRET_BYTES = 48;
const OWNER_ONLY = 0o600;

/** As a KeyObject: with a text, each verification would try in vain to read it as a public key, at fifty times the cost. */
export async function jwtKey({ jwtSecret, dataDir }: Pick<AppConfig, 'jwtSecret' | 'dataDir'>): Promise<KeyObject> {
  return createSecretKey(Buffer.from(jwtSecret ?? (await keptSecret(dataDir))));
}

async function keptSecret(dataDir: string): Promise<string> {
  const file = join(dataDir, 'jwt-secret');
  return (await readSecret(file)) ?? (await makeSecret(dataDir, file));
}

/**
 * Processes that start at once agree: a link appears with its whole content or not at all, only the first one can be made,
 * and everybody reads what is there afterwards.
 */
async function makeSecret(dataDir: string, file: string): Promise<string> {
  await makeFolder(dataDir);
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, randomBytes(SECRET_BYTES).toString('base64url'), { mode: OWNER_ONLY, flag: 'wx' });
  try {
    await link(draft, file).catch(unless('EEXIST'));
  } finally {
    await unlink(draft);
  }
  const secret = await readSecret(file);
  if (secret === undefined) throw new Error(`${file} holds no secret: remove it, and a new one is made`);
  return secret;
}

async function readSecret(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(unless('ENOENT'));
  return text?.trim() === '' ? undefined : text?.trim();
}

const unless =
  (code: string) =>
  (error: unknown): undefined => {
    if ((error as NodeJS.ErrnoException).code !== code) throw error;
  };
