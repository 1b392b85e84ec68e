/** Names of accounts: which are refused, and how one is made of what an outside issuer says. */
import { fc } from '../../../../test/support/properties';
import { nameProblem } from '@aeturnis/contracts';
import {
  displayNameFrom,
  givesAway,
  isReserved,
  LOGIN_PATTERN,
  loginKey,
  madeUpName,
  nameFrom,
  nameSuffix,
  unusedLogin,
} from './account-name';

describe('reserved names', () => {
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
  ])('%s is one', (name) => {
    expect(isReserved(name)).toBe(true);
  });

  it.each(['anna', 'administratrix', 'admins', 'sys_tems'])('%s is none', (name) =>
    expect(isReserved(name)).toBe(false),
  );
});

describe('names made up', () => {
  it('for display are valid and differ, and nobody can log in with the logins', () => {
    const names = Array.from({ length: 50 }, () => madeUpName('Guest'));
    for (const name of names) expect(nameProblem(name, { digits: true })).toBeNull();
    expect(new Set(names.map(loginKey)).size).toBe(50);
    expect(unusedLogin()).not.toMatch(LOGIN_PATTERN);
  });

  it.each([
    ['Anna Maria', 'Anna Maria'],
    ['李娜', '李娜'],
    ['anna@example.com', null],
    ['Admin', null],
    ['', null],
    [undefined, null],
  ])('for display of the issuer: %s becomes %s', (outside, name) => expect(displayNameFrom(outside)).toBe(name));

  it('tell a login where they differ in case or form alone', () => {
    expect(['ANNA', 'Ａnna', 'anna'].map((name) => givesAway(name, 'Anna'))).toEqual([true, true, true]);
    expect(givesAway('Anna M', 'anna')).toBe(false);
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
  ])('of the issuer: %s becomes %s', (outside, name) => expect(nameFrom(outside)).toBe(name));

  it('of the issuer: what is past 128 characters is not read, since some patterns take quadratic time', () => {
    expect([nameFrom(`${'_'.repeat(120)}anna`), nameFrom(`${'_'.repeat(8_000)}anna`)]).toEqual(['anna', 'player']);
  });

  it('are valid and never reserved, whatever the issuer says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (outside) => {
        for (const name of [nameFrom(outside), nameFrom(outside, nameSuffix())]) {
          expect(name).toMatch(LOGIN_PATTERN);
          expect(isReserved(name)).toBe(false);
        }
      }),
    );
  });
});
