/** The rules of levels and stats, over made-up characters and gains. */
import { CHARACTER_CLASSES } from '@aeturnis/contracts';
import { fc } from '../../../../test/support/properties';
import type { Character } from './character';
import { startingStats } from './class-stats';
import { experienceFor, grow, MAX_LEVEL } from './levelling';

const newcomer = fc.constantFrom(...CHARACTER_CLASSES).map((characterClass): Character => ({
  id: 'id',
  accountId: 'account',
  name: 'Ann',
  class: characterClass,
  level: 1,
  experience: 0,
  stats: startingStats(characterClass),
}));
const gain = fc.oneof(
  fc.integer({ min: 0, max: 2_000 }),
  fc.integer({ min: 0, max: 2 * experienceFor(MAX_LEVEL) }),
  // The very edges of levels.
  fc
    .tuple(fc.integer({ min: 1, max: MAX_LEVEL + 1 }), fc.constantFrom(-1, 0, 1))
    .map(([level, by]) => Math.max(0, experienceFor(level) + by)),
);
/** One that has lived already, and is wounded and blessed. */
const veteran = fc
  .tuple(newcomer, gain, fc.integer({ min: 0, max: 70 }), fc.integer({ min: 0, max: 9 }))
  .map(([character, gained, wounds, blessing]): Character => {
    const grown = grow(character, gained);
    const { health, attack } = grown.stats;
    return { ...grown, stats: { ...grown.stats, health: health - wounds, attack: attack + blessing } };
  });

describe('grow', () => {
  it('comes to the same in parts and at once, in any order', () => {
    fc.assert(
      fc.property(veteran, gain, gain, (character, one, other) => {
        const atOnce = grow(character, one + other);
        expect(grow(grow(character, one), other)).toEqual(atOnce);
        expect(grow(grow(character, other), one)).toEqual(atOnce);
      }),
    );
  });

  it('reaches the level the experience is enough for, and no more', () => {
    fc.assert(
      fc.property(veteran, gain, (character, gained) => {
        const { level, experience } = grow(character, gained);
        expect(level).toBeGreaterThanOrEqual(1);
        expect(level).toBeLessThanOrEqual(MAX_LEVEL);
        expect(experience).toBeGreaterThanOrEqual(experienceFor(level));
        if (level < MAX_LEVEL) expect(experience).toBeLessThan(experienceFor(level + 1));
        else expect(experience).toBe(experienceFor(MAX_LEVEL));
      }),
    );
  });

  it('takes nothing away, and leaves wounds and blessings as they were', () => {
    fc.assert(
      fc.property(veteran, gain, (character, gained) => {
        const { level, stats } = grow(character, gained);
        const { health, maxHealth, attack, defense } = character.stats;
        expect(stats.maxHealth).toBeGreaterThanOrEqual(maxHealth);
        expect(stats.attack).toBeGreaterThanOrEqual(attack);
        expect(stats.defense).toBeGreaterThanOrEqual(defense);
        expect(stats.maxHealth - stats.health).toBe(maxHealth - health);
        if (level > character.level) expect(stats.maxHealth).toBeGreaterThan(maxHealth);
      }),
    );
  });

  it('gives whole numbers, and nothing for nothing', () => {
    fc.assert(
      fc.property(veteran, gain, (character, gained) => {
        expect(Object.values(grow(character, gained).stats).every(Number.isInteger)).toBe(true);
        expect(grow(character, 0)).toEqual(character);
      }),
    );
  });

  it.each([-1, 0.5, NaN, Infinity, Number.MAX_SAFE_INTEGER + 1])('refuses %p', (gained) => {
    fc.assert(
      fc.property(veteran, (character) => {
        expect(() => grow(character, gained)).toThrow(RangeError);
      }),
    );
  });
});

it('takes a hundred experience to the second level, and two hundred more to the third', () => {
  expect([1, 2, 3, 4].map(experienceFor)).toEqual([0, 100, 300, 600]);
});
