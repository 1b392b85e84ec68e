/** Registration, login and change of passwords on a real database, also with concurrent requests. */
import { scryptSync } from 'node:crypto';
import { AccountsFixture } from '../../../../../test/support/domains/accounts-fixture';
import { DisplayNameKeys } from '../display-names/display-name-keys';
import { DisplayNameKeysRepository } from '../display-names/display-name-keys.repository';
import { uniqueName } from '../../../../../test/support/clients/client';
import type { SessionAnswer } from '../sessions/sessions.service';

const PASSWORD = 'correct horse battery';
const HOME = '198.51.100.3';
const OTHER = 'staple correct horse';
let world: AccountsFixture;

beforeAll(async () => (world = await AccountsFixture.open({ ADMIN_USERS: 'Boss,root', LIMITS: 'off' })));
afterAll(() => world.close());

const register = (username = uniqueName(), extra: object = {}): Promise<SessionAnswer> =>
  world.registration.register({ username, password: PASSWORD, ...extra }, null, HOME);
const login = (username: string, password = PASSWORD): Promise<SessionAnswer> =>
  world.auth.login({ username, password }, HOME);
const works = ({ accessToken }: SessionAnswer): Promise<unknown> => world.outcomeOf(world.verifier.verify(accessToken));
const upgrade = ({ accessToken: token }: SessionAnswer, username: string): Promise<SessionAnswer> =>
  world.registration.register({ username, password: PASSWORD }, { token, source: 'bearer' }, HOME);

describe('registering', () => {
  it('assigns a username once, case-insensitively, also with concurrent requests', async () => {
    const name = uniqueName();
    const outcomes = await Promise.all(
      [name, name.toUpperCase(), name].map((variant) => world.outcomeOf(register(variant))),
    );
    expect(outcomes.sort()).toEqual(['NAME_TAKEN', 'NAME_TAKEN', 'ok']);
    expect(await world.outcomeOf(register(name))).toBe('NAME_TAKEN');
  });

  it('does not reveal whether another account has the same email', async () => {
    const email = `${uniqueName()}@example.com`;
    await register(undefined, { email });
    expect(await world.outcomeOf(register(undefined, { email: email.toUpperCase() }))).toBe('ok');
  });

  it('refuses reserved names, except listed ones with their token', async () => {
    expect(await world.outcomeOf(register('System'))).toBe('VALIDATION');
    const adminToken = world.adminTokens.tokenFor('root', 0);
    expect((await register('root', { adminToken })).user.roles).toEqual(['player', 'admin']);
  });
});

describe('a guest', () => {
  it('gets a generated name, or the requested one', async () => {
    expect((await world.registration.playAsGuest({})).user).toMatchObject({
      name: expect.stringMatching(/^Guest-/),
      roles: ['guest'],
    });
    const name = uniqueName();
    expect((await world.registration.playAsGuest({ name })).user.name).toBe(name);
    expect(await world.outcomeOf(world.registration.playAsGuest({ name }))).toBe('NAME_TAKEN');
    expect(await world.outcomeOf(world.registration.playAsGuest({ name: name.toUpperCase() }))).toBe('NAME_TAKEN');
  });

  it('gets no reserved name and no name of an administrator', async () => {
    for (const name of ['admin', 'BOSS', 'root']) {
      expect(await world.outcomeOf(world.registration.playAsGuest({ name }))).toBe('VALIDATION');
    }
  });

  it('registers and keeps its id and session; its old refresh tokens end', async () => {
    const [name, username] = [uniqueName(), uniqueName()];
    const guest = await world.registration.playAsGuest({ name });
    const before = await world.verifier.verify(guest.accessToken);
    expect(await world.outcomeOf(upgrade(guest, name))).toBe('VALIDATION');
    const player = await upgrade(guest, username);
    expect(player.user).toEqual({ id: guest.user.id, name, roles: ['player'] });
    expect(await world.verifier.verify(guest.accessToken)).toMatchObject({
      sessionId: before.sessionId,
      roles: ['player'],
    });
    expect((await login(username)).user.id).toBe(guest.user.id);
    expect(await world.outcomeOf(world.sessions.rotate(guest.refreshToken))).toBe('INVALID_TOKEN');
    expect(await world.outcomeOf(world.sessions.rotate(player.refreshToken))).toBe('ok');
  });

  it('stays a guest if the username is taken', async () => {
    const name = uniqueName();
    await register(name);
    const guest = await world.registration.playAsGuest({});
    expect(await world.outcomeOf(upgrade(guest, name))).toBe('NAME_TAKEN');
    expect(await world.accounts.find(guest.user.id)).toMatchObject({ isGuest: true, displayName: guest.user.name });
  });

  it('registers once, and is unchanged after losing a race for a name', async () => {
    const guest = await world.registration.playAsGuest({});
    const names = [uniqueName(), uniqueName()];
    const outcomes = await Promise.all(names.map((name) => world.outcomeOf(upgrade(guest, name))));
    expect(outcomes.sort()).toEqual(['CONFLICT', 'ok']);
    const rivals = await Promise.all([world.registration.playAsGuest({}), world.registration.playAsGuest({})]);
    const name = uniqueName();
    expect((await Promise.all(rivals.map((rival) => world.outcomeOf(upgrade(rival, name))))).sort()).toEqual([
      'NAME_TAKEN',
      'ok',
    ]);
  });

  it("is upgraded by its token alone: another account's bearer token is refused, and its cookie ignored", async () => {
    const { accessToken: token } = await register();
    const dto = { username: uniqueName(), password: PASSWORD };
    expect(await world.outcomeOf(world.registration.register(dto, { token, source: 'bearer' }, HOME))).toBe('CONFLICT');
    expect(await world.outcomeOf(world.registration.register(dto, { token: 'x', source: 'bearer' }, HOME))).toBe(
      'INVALID_TOKEN',
    );
    const fresh = await world.registration.register(dto, { token, source: 'cookie' }, HOME);
    expect((await world.accounts.find(fresh.user.id))?.login).toBe(dto.username);
  });
});

describe('a display name', () => {
  it('is generated or the requested one, and differs from the login', async () => {
    const username = uniqueName();
    const { user } = await register(username);
    expect(user.name).toMatch(/^Player-/);
    expect((await register(uniqueName(), { displayName: '李娜' })).user.name).toBe('李娜');
    expect(await world.outcomeOf(register(uniqueName(), { displayName: '李娜' }))).toBe('NAME_TAKEN');
    await register(uniqueName(), { displayName: 'Paul P' });
    expect(await world.outcomeOf(register(uniqueName(), { displayName: 'PauI P' }))).toBe('NAME_TAKEN');
    const same = uniqueName();
    expect(await world.outcomeOf(register(same, { displayName: same.toUpperCase() }))).toBe('VALIDATION');
    for (const displayName of ['Admin', 'Moderat0r', 'boss']) {
      expect(await world.outcomeOf(register(uniqueName(), { displayName }))).toBe('VALIDATION');
    }
  });

  it('stays with the guest that has it when the guest registers', async () => {
    const guest = await world.registration.playAsGuest({ name: 'Wanderer Two' });
    const dto = { username: uniqueName(), password: PASSWORD, displayName: 'wanderer TWO' };
    const offered = { token: guest.accessToken, source: 'bearer' as const };
    expect((await world.registration.register(dto, offered, HOME)).user.name).toBe('wanderer TWO');
  });

  it('of an account older than display names is found once its keys are computed', async () => {
    const { user } = await register(uniqueName(), { displayName: 'Rose Red' });
    const { db } = world.database;
    await db.execute(
      `update accounts set display_name_key = null, display_name_skeleton = null where id = '${user.id}'`,
    );
    expect(await world.service.findByName('rose red')).toBeNull();
    await new DisplayNameKeys(world.database, new DisplayNameKeysRepository(world.database)).computeMissing();
    expect(await world.service.findByName('rose red')).toEqual({ id: user.id, name: 'Rose Red' });
    expect(await world.outcomeOf(register(uniqueName(), { displayName: 'ROSE RED' }))).toBe('NAME_TAKEN');
  });
});

describe('logging in', () => {
  it('accepts the username in any case, with the right password only', async () => {
    const name = uniqueName('Mixed');
    const { user } = await register(name);
    expect((await login(name.toUpperCase())).user).toEqual(user);
    expect(await world.outcomeOf(login(name, OTHER))).toBe('BAD_CREDENTIALS');
    expect(await world.outcomeOf(login(uniqueName()))).toBe('BAD_CREDENTIALS');
  });

  it('refuses guests, which have no password', async () => {
    const { user } = await world.registration.playAsGuest({});
    expect(await world.outcomeOf(login(user.name))).toBe('BAD_CREDENTIALS');
  });

  it('reports a ban only with the right password', async () => {
    const username = uniqueName();
    const { user } = await register(username);
    await world.service.ban(user.id, { reason: 'cheating' });
    expect(await world.outcomeOf(login(username, OTHER))).toBe('BAD_CREDENTIALS');
    await expect(login(username)).rejects.toMatchObject({
      code: 'ACCOUNT_DISABLED',
      details: { reason: 'cheating', until: null },
    });
    await world.service.unban(user.id);
    expect(await world.outcomeOf(login(username))).toBe('ok');
  });

  it('rehashes a password whose hash has outdated costs', async () => {
    const username = uniqueName();
    const { user } = await register(username);
    await world.accounts.setPassword(user.id, cheapHash(PASSWORD));
    expect(await world.outcomeOf(login(username))).toBe('ok');
    expect((await world.accounts.find(user.id))?.passwordHash).toMatch(/^\$scrypt\$ln=8,r=8,p=3\$/);
    expect(await world.outcomeOf(login(username))).toBe('ok');
  });
});

describe('changing the password', () => {
  it('ends all sessions and starts a new one', async () => {
    const username = uniqueName();
    const first = await register(username);
    const second = await login(username);
    const principal = await world.verifier.verify(first.accessToken);
    const changed = await world.auth.changePassword(principal, { currentPassword: PASSWORD, newPassword: OTHER }, HOME);
    expect(await Promise.all([first, second, changed].map(works))).toEqual(['INVALID_TOKEN', 'INVALID_TOKEN', 'ok']);
    expect(await world.outcomeOf(login(username))).toBe('BAD_CREDENTIALS');
    expect(await world.outcomeOf(login(username, OTHER))).toBe('ok');
  });

  it('requires the current password', async () => {
    const session = await register();
    const principal = await world.verifier.verify(session.accessToken);
    const change = { currentPassword: OTHER, newPassword: OTHER };
    expect(await world.outcomeOf(world.auth.changePassword(principal, change, HOME))).toBe('BAD_CREDENTIALS');
    expect(await works(session)).toBe('ok');
  });

  it('ends sessions that were started concurrently with the old password', async () => {
    const username = uniqueName();
    const session = await register(username);
    const principal = await world.verifier.verify(session.accessToken);
    const change = world.auth.changePassword(principal, { currentPassword: PASSWORD, newPassword: OTHER }, HOME);
    const logins = await Promise.allSettled([login(username), login(username), login(username)]);
    await change;
    for (const outcome of logins) {
      if (outcome.status === 'fulfilled') expect(await works(outcome.value)).toBe('INVALID_TOKEN');
    }
  });
});

function cheapHash(password: string): string {
  const text = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
  const salt = Buffer.from('abcdefghijklmnop');
  return `$scrypt$ln=14,r=8,p=1$${text(salt)}$${text(scryptSync(password, salt, 32, { N: 2 ** 14, r: 8, p: 1 }))}`;
}
