/** Chooses the user that PostgreSQL runs as if the server runs as root, which PostgreSQL refuses. */
import { readFile } from 'node:fs/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error';
import type { SystemUser } from './program';

const PREFERRED = ['postgres', 'nobody'];

export const isRoot = (): boolean => process.getuid?.() === 0;

/** @throws EmbeddedPostgresError if this machine has none of the preferred users. */
export async function findServiceUser(): Promise<SystemUser> {
  const users = await systemUsers();
  const found = PREFERRED.map((name) => users.find((user) => user.name === name)).find((user) => user !== undefined);
  if (found) return found;
  throw new EmbeddedPostgresError(
    `PostgreSQL does not run as root, and there is no user ${PREFERRED.join(' or ')}: start the server as an ordinary user, or set DATABASE_URL.`,
  );
}

/** The owner of an existing database, which PostgreSQL continues to run as. */
export async function resolveOwner(owner: { uid: number; gid: number }): Promise<SystemUser> {
  const known = (await systemUsers()).find(({ uid }) => uid === owner.uid);
  return known ?? { name: `user ${owner.uid}`, ...owner };
}

async function systemUsers(): Promise<SystemUser[]> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n');
  return lines.flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    return name && uid && gid ? [{ name, uid: Number(uid), gid: Number(gid) }] : [];
  });
}
