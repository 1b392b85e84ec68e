/** Accounts of an outside issuer on a real database: created once per subject, with roles and bans of this server. */
import { AppError } from '@aeturnis/contracts';
import { AccountsFixture } from '../../../../../test/support/domains/accounts-fixture';
import { LOGIN_PATTERN } from '../account-name';
import { OutsideTokenVerifier } from './outside-token-verifier';
import type { OutsideClaims, OutsideTokens } from './outside-tokens';

let world: AccountsFixture;
/** Fake verification, where the token is the claims: signatures are tested in `outside-tokens.spec.ts`. */
const tokens = {
  verify: async (token: string): Promise<OutsideClaims> => {
    const [subject = '', name, displayName] = token.split(' ');
    if (subject === 'forged') throw new AppError('INVALID_TOKEN', 'forged');
    return { subject, name, displayName, expiresAt: world.now + 60_000 };
  },
} as OutsideTokens;

beforeEach(
  async () => (world = await AccountsFixture.open({ ADMIN_USERS: 'boss', JWT_ISSUER: 'https://issuer.example' })),
);
afterEach(() => world.close());

const node = (): OutsideTokenVerifier =>
  new OutsideTokenVerifier(world.config, tokens, world.states, world.accounts, world.clock);

it('outside verifier: creates an account for a new subject, and finds it again', async () => {
  const first = await node().verify('s1 anna Änna');
  expect(first).toMatchObject({ name: 'Änna', roles: ['player'], sessionId: '', expiresAt: world.now + 60_000 });
  expect(await node().verify('s1 anna_with_another_name')).toEqual(first);
  expect((await node().verify('s2 anna')).userId).not.toBe(first.userId);
});

it('outside verifier: creates one account if several nodes see a subject first at once', async () => {
  const principals = await Promise.all(Array.from({ length: 8 }, () => node().verify('s1 anna')));
  expect(new Set(principals.map(({ userId }) => userId)).size).toBe(1);
});

it('outside verifier: makes equal logins and display names unique', async () => {
  await Promise.all(['s1', 's2', 's3', 's4'].map((subject) => node().verify(`${subject} anna Änna`)));
  const { users } = await world.service.listUsers();
  expect(new Set(users.map(({ login }) => login)).size).toBe(4);
  expect(new Set(users.map(({ displayName }) => displayName)).size).toBe(4);
  for (const { login } of users) expect(login).toMatch(LOGIN_PATTERN);
});

it('outside verifier: generates a display name if the issuer gives no public one', async () => {
  expect((await node().verify('s1 anna')).name).toMatch(/^Player-/);
  expect((await node().verify('s2 ben ben@example.com')).name).toMatch(/^Player-/);
});

it("outside verifier: gives no administrator's name or role because of the name at the issuer", async () => {
  const { userId, roles } = await node().verify('s1 Boss');
  expect((await world.service.requireUser(userId)).login.toLowerCase()).not.toBe('boss');
  expect(roles).toEqual(['player']);
});

it('outside verifier: applies roles and bans of this server', async () => {
  const verifier = node();
  const { userId } = await verifier.verify('s1 anna');
  await world.service.setRoles(userId, ['player', 'admin']);
  expect((await verifier.verify('s1 anna')).roles).toEqual(['player', 'admin']);
  await world.service.ban(userId, { reason: 'cheating' });
  expect(await world.outcomeOf(verifier.verify('s1 anna'))).toBe('ACCOUNT_DISABLED');
});

it('outside verifier: creates a new account after the old one was deleted', async () => {
  const verifier = node();
  const { userId } = await verifier.verify('s1 anna');
  await world.data.deleteAccount(userId);
  const recreated = await verifier.verify('s1 anna');
  expect(await world.service.requireUser(recreated.userId)).toMatchObject({ login: 'anna' });
  expect(recreated.userId).not.toBe(userId);
});

it('outside verifier: creates no account for a forged token', async () => {
  expect(await world.outcomeOf(node().verify('forged boss'))).toBe('INVALID_TOKEN');
  expect((await world.service.listUsers()).users).toEqual([]);
});
