/** Names of accounts: reserved names, generated names, and names derived from those of an outside issuer. */
import { fc } from '../../../../test/support/properties';
import { nameProblem } from '@aeturnis/contracts';
import {
  displayNameFrom,
  revealsLogin,
  isReservedName,
  LOGIN_PATTERN,
  loginKey,
  generateDisplayName,
  loginFrom,
  randomLoginSuffix,
  generateGuestLogin,
} from './account-name';

describe('isReservedName', () => {
  it.each([
    'admin',
    'ADMIN',
    'Admin_',
    'a.d.m.i.n',
    'moder-ator',
    '_system_',
    'deleted',
    'Аdmin',
    'MODERAT0R',
    'admln',
    'supрort',
    'ad\u200dmin',
  ])('%s is reserved', (name) => {
    expect(isReservedName(name)).toBe(true);
  });

  it.each(['anna', 'administratrix', 'admins', 'sys_tems'])('%s is not reserved', (name) =>
    expect(isReservedName(name)).toBe(false),
  );
});

describe('generated names', () => {
  it('display names are valid and distinct; guest logins cannot be used to log in', () => {
    const names = Array.from({ length: 50 }, () => generateDisplayName('Guest'));
    for (const name of names) expect(nameProblem(name, { digits: true })).toBeNull();
    expect(new Set(names.map(loginKey)).size).toBe(50);
    expect(generateGuestLogin()).not.toMatch(LOGIN_PATTERN);
  });

  it.each([
    ['Anna Maria', 'Anna Maria'],
    ['李娜', '李娜'],
    ['anna@example.com', null],
    ['Admin', null],
    ['', null],
    [undefined, null],
  ])('display name of the issuer: %s becomes %s', (given, name) => expect(displayNameFrom(given)).toBe(name));

  it('a display name reveals the login if they differ in case or form alone', () => {
    expect(['ANNA', 'Ａnna', 'anna'].map((name) => revealsLogin(name, 'Anna'))).toEqual([true, true, true]);
    expect(revealsLogin('Anna M', 'anna')).toBe(false);
  });

  it.each([
    ['anna', 'anna'],
    ['Änna Müller', 'Anna_Muller'],
    ['anna@example.com', 'anna'],
    ['李', 'player'],
    [undefined, 'player'],
    ['x', 'player_x'],
    ['Admin', 'player_Admin'],
    ['a'.repeat(40), 'a'.repeat(24)],
  ])('login from the issuer: %s becomes %s', (issuerName, name) => expect(loginFrom(issuerName)).toBe(name));

  it('login from the issuer: reads 128 characters at most, since some patterns take quadratic time', () => {
    expect([loginFrom(`${'_'.repeat(120)}anna`), loginFrom(`${'_'.repeat(8_000)}anna`)]).toEqual(['anna', 'player']);
  });

  it('login from the issuer: is valid and never reserved, for any name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (issuerName) => {
        for (const name of [loginFrom(issuerName), loginFrom(issuerName, randomLoginSuffix())]) {
          expect(name).toMatch(LOGIN_PATTERN);
          expect(isReservedName(name)).toBe(false);
        }
      }),
    );
  });
});
