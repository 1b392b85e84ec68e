/** Validates ADMIN_USERS: a name that breaks the rules for usernames could never be registered. */
import { type AppConfig, ConfigError } from '@aeturnis/platform';
import { LOGIN_PATTERN, LOGIN_RULE } from '../account-name';

/** @throws ConfigError listing each invalid name. */
export function checkListedNames({ adminUsers }: Pick<AppConfig, 'adminUsers'>): void {
  const problems = adminUsers
    .filter((name) => !LOGIN_PATTERN.test(name))
    .map((name) => `ADMIN_USERS lists '${name}', which nobody can register: a username ${LOGIN_RULE}`);
  if (problems.length > 0) throw new ConfigError(problems);
}
