/** Administrators by ADMIN_USERS: accounts with a newly listed name are promoted; later registration requires a token. */
import { Logger } from '@nestjs/common';
import { AccountsFixture } from '../../../../../test/support/domains/accounts-fixture';
import { uniqueName } from '../../../../../test/support/clients/client';

const PASSWORD = 'correct horse battery';
const HOME = '203.0.113.7';
let world: AccountsFixture;

beforeEach(async () => (world = await AccountsFixture.open({ ADMIN_USERS: 'Boss' })));
afterEach(() => world.close());

const register = (username: string, adminToken?: string, node = world) =>
  node.registration.register({ username, password: PASSWORD, ...(adminToken && { adminToken }) }, null, HOME);

const token = (claims = 0): string => world.adminTokens.tokenFor('boss', claims);

describe('a listed name without an account', () => {
  it.each(['boss', 'BOSS', 'Boss'])('%s is refused without the token, with a wrong one and to guests', async (name) => {
    for (const wrong of [
      undefined,
      'x',
      token(1),
      world.adminTokens.tokenFor('anna', 0),
      `${token()}x`,
      token().slice(1),
    ]) {
      expect(await world.outcomeOf(register(name, wrong))).toBe('VALIDATION');
    }
    expect(await world.outcomeOf(world.registration.playAsGuest({ name }))).toBe('VALIDATION');
    const guest = await world.registration.playAsGuest({});
    const upgrade = world.registration.register(
      { username: name, password: PASSWORD },
      { token: guest.accessToken, source: 'bearer' },
      HOME,
    );
    expect(await world.outcomeOf(upgrade)).toBe('VALIDATION');
    expect(await world.accounts.findByLogin(name)).toBeNull();
  });

  it('is registered once with the token printed at the start', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation();
    await world.administrators.appointListed();
    const printed = /"adminToken": "([\w-]+)"/.exec(JSON.stringify(warn.mock.calls).replaceAll('\\', ''))?.[1];
    warn.mockRestore();
    const { user } = await register('BOSS', printed);
    expect(user.roles).toEqual(['player', 'admin']);
    expect(await world.outcomeOf(register('boss', printed))).toBe('NAME_TAKEN');
    await world.data.deleteAccount(user.id);
    expect(await world.accounts.find(user.id)).toBeNull();
    expect(await world.outcomeOf(register('boss', printed))).toBe('VALIDATION');
    expect((await register('boss', token(1))).user.roles).toContain('admin');
  });

  it('is registered by exactly one of several concurrent requests with the token', async () => {
    const outcomes = await Promise.all(
      ['boss', 'BOSS', 'bOss'].map((name) => world.outcomeOf(register(name, token()))),
    );
    expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(1);
  });

  it('is registered by a guest with the token, which keeps its id', async () => {
    const guest = await world.registration.playAsGuest({});
    const { user } = await world.registration.register(
      { username: 'boss', password: PASSWORD, adminToken: token() },
      { token: guest.accessToken, source: 'bearer' },
      HOME,
    );
    expect(user).toEqual({ ...guest.user, roles: ['player', 'admin'] });
    // The guest's earlier access token gets the current roles.
    expect((await world.verifier.verify(guest.accessToken)).roles).toContain('admin');
  });

  it('is reserved on nodes whose configuration does not list it', async () => {
    const other = world.openNode({ ADMIN_USERS: '' });
    await world.administrators.appointListed();
    expect(await world.outcomeOf(register('boss', undefined, other))).toBe('VALIDATION');
    expect(await world.outcomeOf(register('boss', token(), other))).toBe('VALIDATION');
    expect(await world.outcomeOf(other.registration.playAsGuest({ name: 'boss' }))).toBe('VALIDATION');
  });

  it('does not promote an account that was registered after the name was listed', async () => {
    await world.administrators.appointListed();
    const account = await world.accounts.insert({
      login: 'boss',
      displayName: 'Anna',
      roles: ['player'],
      passwordHash: 'x',
    });
    await world.administrators.appointListed();
    expect((await world.accounts.find(account?.id ?? ''))?.roles).toEqual(['player']);
  });
});

describe('an account whose name is listed later', () => {
  it('is promoted once: later starts do not undo a change of its roles', async () => {
    const before = world.openNode({ ADMIN_USERS: '' });
    const session = await register('boss', undefined, before);
    expect((await world.verifier.verify(session.accessToken)).roles).toEqual(['player']);
    await world.administrators.appointListed();
    expect((await world.verifier.verify(session.accessToken)).roles).toEqual(['player', 'admin']);
    await world.service.setRoles(session.user.id, ['player']);
    await world.administrators.appointListed();
    expect((await world.accounts.find(session.user.id))?.roles).toEqual(['player']);
  });

  it('is not promoted if it is a guest', async () => {
    const before = world.openNode({ ADMIN_USERS: '' });
    const { user } = await before.registration.playAsGuest({ name: 'boss' });
    await world.administrators.appointListed();
    expect((await world.accounts.find(user.id))?.roles).toEqual(['guest']);
  });
});

it('a token for a name that is not listed: is refused', async () => {
  expect(await world.outcomeOf(register(uniqueName(), token()))).toBe('VALIDATION');
});

it('currentStatuses: returns a role that was granted outside of the server at once', async () => {
  const session = await register(uniqueName());
  const principal = await world.verifier.verify(session.accessToken);
  await world.accounts.update(session.user.id, { roles: ['player', 'admin'] });
  expect((await world.verifier.verify(session.accessToken)).roles).toEqual(['player']);
  expect(await world.verifier.currentStatuses([principal])).toEqual([{ roles: ['player', 'admin'] }]);
  expect((await world.verifier.verify(session.accessToken)).roles).toEqual(['player', 'admin']);
});
