/** Accounts of an outside issuer on a real database: made at first sight, once, and judged by what they are here. */
import { AppError } from '@aeturnis/contracts';
import { AccountsWorld } from '../../../../../test/support/accounts';
import { LOGIN_PATTERN } from '../account-name';
import { OutsideTokenVerifier } from './outside-token-verifier';
import type { OutsideClaims, OutsideTokens } from './outside-tokens';

let world: AccountsWorld;
/** A token is what it says: signatures have tests of their own. */
const tokens = {
  verify: async (token: string): Promise<OutsideClaims> => {
    const [subject = '', name, displayName] = token.split(' ');
    if (subject === 'forged') throw new AppError('INVALID_TOKEN', 'forged');
    return { subject, name, displayName, expiresAt: world.now + 60_000 };
  },
} as OutsideTokens;

beforeEach(
  async () => (world = await AccountsWorld.open({ ADMIN_USERS: 'boss', JWT_ISSUER: 'https://issuer.example' })),
);
afterEach(() => world.close());

const node = (): OutsideTokenVerifier =>
  new OutsideTokenVerifier(world.config, tokens, world.states, world.accounts, world.clock);

it('makes an account at first sight, and finds it again', async () => {
  const first = await node().verify('s1 anna Änna');
  expect(first).toMatchObject({ name: 'Änna', roles: ['player'], sessionId: '', expiresAt: world.now + 60_000 });
  expect(await node().verify('s1 anna_with_another_name')).toEqual(first);
  expect((await node().verify('s2 anna')).userId).not.toBe(first.userId);
});

it('makes one account, however many nodes see somebody first at once', async () => {
  const seen = await Promise.all(Array.from({ length: 8 }, () => node().verify('s1 anna')));
  expect(new Set(seen.map(({ userId }) => userId)).size).toBe(1);
});

it('sets logins and display names apart that are the same', async () => {
  await Promise.all(['s1', 's2', 's3', 's4'].map((subject) => node().verify(`${subject} anna Änna`)));
  const { users } = await world.service.listUsers();
  expect(new Set(users.map(({ login }) => login)).size).toBe(4);
  expect(new Set(users.map(({ displayName }) => displayName)).size).toBe(4);
  for (const { login } of users) expect(login).toMatch(LOGIN_PATTERN);
});

it('makes a display name up where the issuer says none that others may see', async () => {
  expect((await node().verify('s1 anna')).name).toMatch(/^Player-/);
  expect((await node().verify('s2 ben ben@example.com')).name).toMatch(/^Player-/);
});

it("gives nobody an administrator's name or role for what the issuer calls them", async () => {
  const { userId, roles } = await node().verify('s1 Boss');
  expect((await world.service.require(userId)).login.toLowerCase()).not.toBe('boss');
  expect(roles).toEqual(['player']);
});

it('judges by the account as it is here', async () => {
  const verifier = node();
  const { userId } = await verifier.verify('s1 anna');
  await world.service.setRoles(userId, ['player', 'admin']);
  expect((await verifier.verify('s1 anna')).roles).toEqual(['player', 'admin']);
  await world.service.ban(userId, { reason: 'cheating' });
  expect(await world.outcome(verifier.verify('s1 anna'))).toBe('ACCOUNT_DISABLED');
});

it('begins anew with somebody whose account was deleted', async () => {
  const verifier = node();
  const { userId } = await verifier.verify('s1 anna');
  await world.data.erase(userId);
  const again = await verifier.verify('s1 anna');
  expect(await world.service.require(again.userId)).toMatchObject({ login: 'anna' });
  expect(again.userId).not.toBe(userId);
});

it('makes nothing for a forged token', async () => {
  expect(await world.outcome(node().verify('forged boss'))).toBe('INVALID_TOKEN');
  expect((await world.service.listUsers()).users).toEqual([]);
});
