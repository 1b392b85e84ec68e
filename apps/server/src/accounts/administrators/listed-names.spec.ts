/** Validation of ADMIN_USERS: each name must be a valid username. */
import { loadConfig } from '@aeturnis/platform';
import { startServer } from '../../server';
import { checkListedNames } from './listed-names';

const RULE = 'which nobody can register: a username must be 3 to 24 of A-Z a-z 0-9 _ . -';

it.each(['Ａdmin', 'x y', 'ad', 'ä.b', 'x'.repeat(25)])('ADMIN_USERS with %s: the boot fails', async (name) => {
  const starting = startServer({ NODE_ENV: 'test', ADMIN_USERS: `anna,${name}` });
  await expect(starting).rejects.toThrow(`The configuration cannot be used:\n  - ADMIN_USERS lists '${name}', ${RULE}`);
});

it('ADMIN_USERS: accepts valid usernames', () => {
  const listed = loadConfig({ NODE_ENV: 'test', ADMIN_USERS: 'Boss, root,a.b-c_1' });
  expect(() => checkListedNames(listed)).not.toThrow();
});
