/** Who becomes an administrator by ADMIN_USERS: whoever had the name before it was listed, or proves a one-time token. */
import { Logger } from '@nestjs/common';
import { AccountsWorld } from '../../../../../test/support/accounts';
import { uniqueName } from '../../../../../test/support/client';

const PASSWORD = 'correct horse battery';
const HOME = '203.0.113.7';
let world: AccountsWorld;

beforeEach(async () => (world = await AccountsWorld.open({ ADMIN_USERS: 'Boss' })));
afterEach(() => world.close());

const register = (username: string, adminToken?: string, node = world) =>
  node.registration.register({ username, password: PASSWORD, ...(adminToken && { adminToken }) }, null, HOME);

const token = (claims = 0): string => world.adminTokens.of('boss', claims);

describe('a listed name that nobody has', () => {
  it.each(['boss', 'BOSS', 'Boss'])('%s is refused without the token, with a wrong one and to guests', async (name) => {
    for (const wrong of [undefined, 'x', token(1), world.adminTokens.of('anna', 0), `${token()}x`, token().slice(1)]) {
      expect(await world.outcome(register(name, wrong))).toBe('VALIDATION');
    }
    expect(await world.outcome(world.registration.playAsGuest({ name }))).toBe('VALIDATION');
    const guest = await world.registration.playAsGuest({});
    const upgrade = world.registration.register(
      { username: name, password: PASSWORD },
      { token: guest.accessToken, source: 'bearer' },
      HOME,
    );
    expect(await world.outcome(upgrade)).toBe('VALIDATION');
    expect(await world.accounts.findByLogin(name)).toBeNull();
  });

  it('is registered with the token that the start prints, once', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation();
    await world.administrators.appoint();
    const printed = /"adminToken": "([\w-]+)"/.exec(JSON.stringify(warn.mock.calls).replaceAll('\\', ''))?.[1];
    warn.mockRestore();
    const { user } = await register('BOSS', printed);
    expect(user.roles).toEqual(['player', 'admin']);
    expect(await world.outcome(register('boss', printed))).toBe('NAME_TAKEN');
    await world.data.erase(user.id);
    expect(await world.accounts.find(user.id)).toBeNull();
    expect(await world.outcome(register('boss', printed))).toBe('VALIDATION');
    expect((await register('boss', token(1))).user.roles).toContain('admin');
  });

  it('is registered by one of many who hold the token', async () => {
    const outcomes = await Promise.all(['boss', 'BOSS', 'bOss'].map((name) => world.outcome(register(name, token()))));
    expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(1);
  });

  it('is given to a guest who holds the token', async () => {
    const guest = await world.registration.playAsGuest({});
    const { user } = await world.registration.register(
      { username: 'boss', password: PASSWORD, adminToken: token() },
      { token: guest.accessToken, source: 'bearer' },
      HOME,
    );
    expect(user).toEqual({ ...guest.user, roles: ['player', 'admin'] });
    // The token that the guest was given before counts with the roles of now.
    expect((await world.verifier.verify(guest.accessToken)).roles).toContain('admin');
  });

  it('is reserved also on a node whose configuration does not list it yet, or any more', async () => {
    const other = world.node({ ADMIN_USERS: '' });
    await world.administrators.appoint();
    expect(await world.outcome(register('boss', undefined, other))).toBe('VALIDATION');
    expect(await world.outcome(register('boss', token(), other))).toBe('VALIDATION');
    expect(await world.outcome(other.registration.playAsGuest({ name: 'boss' }))).toBe('VALIDATION');
  });

  it('makes nobody an administrator who was registered before, but after it was listed', async () => {
    await world.administrators.appoint();
    const account = await world.accounts.insert({
      login: 'boss',
      displayName: 'Anna',
      roles: ['player'],
      passwordHash: 'x',
    });
    await world.administrators.appoint();
    expect((await world.accounts.find(account?.id ?? ''))?.roles).toEqual(['player']);
  });
});

describe('an account that has the name before it is listed', () => {
  it('is promoted, once: a later start does not undo what administrators decide', async () => {
    const before = world.node({ ADMIN_USERS: '' });
    const session = await register('boss', undefined, before);
    expect((await world.verifier.verify(session.accessToken)).roles).toEqual(['player']);
    await world.administrators.appoint();
    expect((await world.verifier.verify(session.accessToken)).roles).toEqual(['player', 'admin']);
    await world.service.setRoles(session.user.id, ['player']);
    await world.administrators.appoint();
    expect((await world.accounts.find(session.user.id))?.roles).toEqual(['player']);
  });

  it('is not promoted where it is a guest', async () => {
    const before = world.node({ ADMIN_USERS: '' });
    const { user } = await before.registration.playAsGuest({ name: 'boss' });
    await world.administrators.appoint();
    expect((await world.accounts.find(user.id))?.roles).toEqual(['guest']);
  });
});

it('a token for a name that is not listed: refused', async () => {
  expect(await world.outcome(register(uniqueName(), token()))).toBe('VALIDATION');
});

it('standing: a role that was granted beside the server counts at once, for that account alone', async () => {
  const session = await register(uniqueName());
  const principal = await world.verifier.verify(session.accessToken);
  await world.accounts.change(session.user.id, { roles: ['player', 'admin'] });
  expect((await world.verifier.verify(session.accessToken)).roles).toEqual(['player']);
  expect(await world.verifier.standing([principal])).toEqual([{ roles: ['player', 'admin'] }]);
  expect((await world.verifier.verify(session.accessToken)).roles).toEqual(['player', 'admin']);
});
