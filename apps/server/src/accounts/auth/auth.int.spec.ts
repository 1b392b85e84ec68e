/** Registering, logging in and changing the password on a real database, also when several do so at the same moment. */
import { scryptSync } from 'node:crypto';
import { AccountsWorld } from '../../../../../test/support/accounts';
import { DisplayNameKeys } from '../display-name-keys';
import { DisplayNameKeysRepository } from '../display-name-keys.repository';
import { uniqueName } from '../../../../../test/support/client';
import type { SessionAnswer } from '../sessions/sessions.service';

const PASSWORD = 'correct horse battery';
const HOME = '198.51.100.3';
const OTHER = 'staple correct horse';
let world: AccountsWorld;

beforeAll(async () => (world = await AccountsWorld.open({ ADMIN_USERS: 'Boss,root', LIMITS: 'off' })));
afterAll(() => world.close());

const register = (username = uniqueName(), extra: object = {}): Promise<SessionAnswer> =>
  world.registration.register({ username, password: PASSWORD, ...extra }, null, HOME);
const login = (username: string, password = PASSWORD): Promise<SessionAnswer> =>
  world.auth.login({ username, password }, HOME);
const works = ({ accessToken }: SessionAnswer): Promise<unknown> => world.outcome(world.verifier.verify(accessToken));
const upgrade = ({ accessToken: token }: SessionAnswer, username: string): Promise<SessionAnswer> =>
  world.registration.register({ username, password: PASSWORD }, { token, source: 'bearer' }, HOME);

describe('registering', () => {
  it('takes a name once, in whatever case, also from several at once', async () => {
    const name = uniqueName();
    const outcomes = await Promise.all(
      [name, name.toUpperCase(), name].map((variant) => world.outcome(register(variant))),
    );
    expect(outcomes.sort()).toEqual(['NAME_TAKEN', 'NAME_TAKEN', 'ok']);
    expect(await world.outcome(register(name))).toBe('NAME_TAKEN');
  });

  it('does not tell whether another account has the same email', async () => {
    const email = `${uniqueName()}@example.com`;
    await register(undefined, { email });
    expect(await world.outcome(register(undefined, { email: email.toUpperCase() }))).toBe('ok');
  });

  it('keeps the names of the house, but for those who are administrators by configuration', async () => {
    expect(await world.outcome(register('System'))).toBe('VALIDATION');
    const adminToken = world.adminTokens.of('root', 0);
    expect((await register('root', { adminToken })).user.roles).toEqual(['player', 'admin']);
  });
});

describe('a guest', () => {
  it('gets a name, or the one it wants', async () => {
    expect((await world.registration.playAsGuest({})).user).toMatchObject({
      name: expect.stringMatching(/^Guest-/),
      roles: ['guest'],
    });
    const name = uniqueName();
    expect((await world.registration.playAsGuest({ name })).user.name).toBe(name);
    expect(await world.outcome(world.registration.playAsGuest({ name }))).toBe('NAME_TAKEN');
    expect(await world.outcome(world.registration.playAsGuest({ name: name.toUpperCase() }))).toBe('NAME_TAKEN');
  });

  it('gets no name of the house or of an administrator', async () => {
    for (const name of ['admin', 'BOSS', 'root']) {
      expect(await world.outcome(world.registration.playAsGuest({ name }))).toBe('VALIDATION');
    }
  });

  it('registers and keeps its id and its session; what it held before is worth nothing for refreshing', async () => {
    const [name, username] = [uniqueName(), uniqueName()];
    const guest = await world.registration.playAsGuest({ name });
    const before = await world.verifier.verify(guest.accessToken);
    expect(await world.outcome(upgrade(guest, name))).toBe('VALIDATION');
    const player = await upgrade(guest, username);
    expect(player.user).toEqual({ id: guest.user.id, name, roles: ['player'] });
    expect(await world.verifier.verify(guest.accessToken)).toMatchObject({
      sessionId: before.sessionId,
      roles: ['player'],
    });
    expect((await login(username)).user.id).toBe(guest.user.id);
    expect(await world.outcome(world.sessions.rotate(guest.refreshToken))).toBe('INVALID_TOKEN');
    expect(await world.outcome(world.sessions.rotate(player.refreshToken))).toBe('ok');
  });

  it('stays what it is when the name is taken', async () => {
    const name = uniqueName();
    await register(name);
    const guest = await world.registration.playAsGuest({});
    expect(await world.outcome(upgrade(guest, name))).toBe('NAME_TAKEN');
    expect(await world.accounts.find(guest.user.id)).toMatchObject({ isGuest: true, displayName: guest.user.name });
  });

  it('registers once, and loses a race for a name without a trace', async () => {
    const guest = await world.registration.playAsGuest({});
    const names = [uniqueName(), uniqueName()];
    const outcomes = await Promise.all(names.map((name) => world.outcome(upgrade(guest, name))));
    expect(outcomes.sort()).toEqual(['CONFLICT', 'ok']);
    const rivals = await Promise.all([world.registration.playAsGuest({}), world.registration.playAsGuest({})]);
    const name = uniqueName();
    expect((await Promise.all(rivals.map((rival) => world.outcome(upgrade(rival, name))))).sort()).toEqual([
      'NAME_TAKEN',
      'ok',
    ]);
  });

  it('is meant by a bearer token alone: a cookie that proves no guest means nothing', async () => {
    const { accessToken: token } = await register();
    const dto = { username: uniqueName(), password: PASSWORD };
    expect(await world.outcome(world.registration.register(dto, { token, source: 'bearer' }, HOME))).toBe('CONFLICT');
    expect(await world.outcome(world.registration.register(dto, { token: 'x', source: 'bearer' }, HOME))).toBe(
      'INVALID_TOKEN',
    );
    const fresh = await world.registration.register(dto, { token, source: 'cookie' }, HOME);
    expect((await world.accounts.find(fresh.user.id))?.login).toBe(dto.username);
  });
});

describe('a display name', () => {
  it('is made up or the one that is wanted, and other than the login', async () => {
    const username = uniqueName();
    const { user } = await register(username);
    expect(user.name).toMatch(/^Player-/);
    expect((await register(uniqueName(), { displayName: '李娜' })).user.name).toBe('李娜');
    expect(await world.outcome(register(uniqueName(), { displayName: '李娜' }))).toBe('NAME_TAKEN');
    await register(uniqueName(), { displayName: 'Paul P' });
    expect(await world.outcome(register(uniqueName(), { displayName: 'PauI P' }))).toBe('NAME_TAKEN');
    const same = uniqueName();
    expect(await world.outcome(register(same, { displayName: same.toUpperCase() }))).toBe('VALIDATION');
    for (const displayName of ['Admin', 'Moderat0r', 'boss']) {
      expect(await world.outcome(register(uniqueName(), { displayName }))).toBe('VALIDATION');
    }
  });

  it('belongs to the guest who has it, also when the guest registers', async () => {
    const guest = await world.registration.playAsGuest({ name: 'Wanderer Two' });
    const dto = { username: uniqueName(), password: PASSWORD, displayName: 'wanderer TWO' };
    const offered = { token: guest.accessToken, source: 'bearer' as const };
    expect((await world.registration.register(dto, offered, HOME)).user.name).toBe('wanderer TWO');
  });

  it('of accounts older than display names is compared once its keys are computed', async () => {
    const { user } = await register(uniqueName(), { displayName: 'Rose Red' });
    const { db } = world.database;
    await db.execute(
      `update accounts set display_name_key = null, display_name_skeleton = null where id = '${user.id}'`,
    );
    expect(await world.service.findByName('rose red')).toBeNull();
    await new DisplayNameKeys(world.database, new DisplayNameKeysRepository(world.database)).computeMissing();
    expect(await world.service.findByName('rose red')).toEqual({ id: user.id, name: 'Rose Red' });
    expect(await world.outcome(register(uniqueName(), { displayName: 'ROSE RED' }))).toBe('NAME_TAKEN');
  });
});

describe('logging in', () => {
  it('works in whatever case of the name, with the right password alone', async () => {
    const name = uniqueName('Mixed');
    const { user } = await register(name);
    expect((await login(name.toUpperCase())).user).toEqual(user);
    expect(await world.outcome(login(name, OTHER))).toBe('BAD_CREDENTIALS');
    expect(await world.outcome(login(uniqueName()))).toBe('BAD_CREDENTIALS');
  });

  it('is not for guests, who have no password', async () => {
    const { user } = await world.registration.playAsGuest({});
    expect(await world.outcome(login(user.name))).toBe('BAD_CREDENTIALS');
  });

  it('tells of a ban only those who know the password', async () => {
    const username = uniqueName();
    const { user } = await register(username);
    await world.service.ban(user.id, { reason: 'cheating' });
    expect(await world.outcome(login(username, OTHER))).toBe('BAD_CREDENTIALS');
    await expect(login(username)).rejects.toMatchObject({
      code: 'ACCOUNT_DISABLED',
      details: { reason: 'cheating', until: null },
    });
    await world.service.unban(user.id);
    expect(await world.outcome(login(username))).toBe('ok');
  });

  it('hashes anew what was hashed cheaply', async () => {
    const username = uniqueName();
    const { user } = await register(username);
    await world.accounts.setPassword(user.id, cheapHash(PASSWORD));
    expect(await world.outcome(login(username))).toBe('ok');
    expect((await world.accounts.find(user.id))?.passwordHash).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$/);
    expect(await world.outcome(login(username))).toBe('ok');
  });
});

describe('changing the password', () => {
  it('ends all sessions and begins a new one', async () => {
    const username = uniqueName();
    const first = await register(username);
    const second = await login(username);
    const principal = await world.verifier.verify(first.accessToken);
    const changed = await world.auth.changePassword(principal, { currentPassword: PASSWORD, newPassword: OTHER }, HOME);
    expect(await Promise.all([first, second, changed].map(works))).toEqual(['INVALID_TOKEN', 'INVALID_TOKEN', 'ok']);
    expect(await world.outcome(login(username))).toBe('BAD_CREDENTIALS');
    expect(await world.outcome(login(username, OTHER))).toBe('ok');
  });

  it('needs the present one', async () => {
    const session = await register();
    const principal = await world.verifier.verify(session.accessToken);
    const change = { currentPassword: OTHER, newPassword: OTHER };
    expect(await world.outcome(world.auth.changePassword(principal, change, HOME))).toBe('BAD_CREDENTIALS');
    expect(await works(session)).toBe('ok');
  });

  it('leaves no session behind that began with the old one at the same moment', async () => {
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
