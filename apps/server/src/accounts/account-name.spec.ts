/** Names of accounts: which are refused, and how one is made of what an outside issuer says. */
import { fc } from '../../../../test/support/properties';
import { guestName, isReserved, NAME_PATTERN, nameFrom, nameKey, nameSuffix } from './account-name';

describe('reserved names', () => {
  it.each(['admin', 'ADMIN', 'Admin_', 'a.d.m.i.n', 'moder-ator', '_system_', 'deleted'])('%s is one', (name) => {
    expect(isReserved(name)).toBe(true);
  });

  it.each(['anna', 'administratrix', 'admins', 'sys_tems'])('%s is none', (name) =>
    expect(isReserved(name)).toBe(false),
  );
});

describe('names made up', () => {
  it('of guests are valid and differ', () => {
    const names = Array.from({ length: 50 }, guestName);
    for (const name of names) expect(name).toMatch(NAME_PATTERN);
    expect(new Set(names.map(nameKey)).size).toBe(50);
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
          expect(name).toMatch(NAME_PATTERN);
          expect(isReserved(name)).toBe(false);
        }
      }),
    );
  });
});
