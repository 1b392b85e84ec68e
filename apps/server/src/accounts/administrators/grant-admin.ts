/** Makes an account an administrator from the command line, beside running servers. */
import { AppError } from '@aeturnis/contracts';
import type { Database } from '@aeturnis/platform';
import { loginKey } from '../account-name';
import { AccountsRepository } from '../accounts.repository';

/**
 * Running servers apply the role at once to requests to administrator routes, also with tokens issued before, and within a
 * minute to open connections.
 * @returns the outcome as a sentence.
 * @throws AppError NOT_FOUND, CONFLICT for a guest.
 */
export async function grantAdmin(database: Database, name: string): Promise<string> {
  const accounts = new AccountsRepository(database);
  return database.transaction(async () => {
    const found = (await accounts.findByLogin(name)) ?? (await accounts.findByName(name));
    if (found && !found.isGuest && loginKey(found.login) !== loginKey(name)) throw accountNotFound(name);
    const account = found && (await accounts.lock(found.id));
    if (!account) throw accountNotFound(name);
    if (account.isGuest) throw new AppError('CONFLICT', `'${account.displayName}' is a guest: register it first.`);
    if (account.roles.includes('admin')) return `${account.login} is an administrator already.`;
    await accounts.update(account.id, { roles: [...account.roles, 'admin'] });
    return `${account.login} is an administrator now.`;
  });
}

const accountNotFound = (name: string): AppError =>
  new AppError('NOT_FOUND', `There is no account '${name}': register it first.`);
