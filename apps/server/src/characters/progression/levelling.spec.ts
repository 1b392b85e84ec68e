/** Property tests of addExperience: levels, caps, stats and invalid amounts. */
import { MAX_LEVEL } from '@aeturnis/combat-rules';
import { CHARACTER_CLASSES } from '@aeturnis/contracts';
import { fc } from '../../../../../test/support/properties';
import type { Character } from '../character';
import { startingStats } from './class-stats';
import { experienceFor, addExperience } from './levelling';

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
  // One below, at and one above the experience of a level.
  fc
    .tuple(fc.integer({ min: 1, max: MAX_LEVEL + 1 }), fc.constantFrom(-1, 0, 1))
    .map(([level, by]) => Math.max(0, experienceFor(level) + by)),
);
/** A character with experience, wounds and a bonus. */
const veteran = fc
  .tuple(newcomer, gain, fc.integer({ min: 0, max: 70 }), fc.integer({ min: 0, max: 9 }))
  .map(([character, gained, wounds, bonus]): Character => {
    const experienced = addExperience(character, gained);
    const { health, attack } = experienced.stats;
    return { ...experienced, stats: { ...experienced.stats, health: health - wounds, attack: attack + bonus } };
  });

describe('addExperience', () => {
  it('gives the same result in parts and at once, in any order', () => {
    fc.assert(
      fc.property(veteran, gain, gain, (character, first, second) => {
        const atOnce = addExperience(character, first + second);
        expect(addExperience(addExperience(character, first), second)).toEqual(atOnce);
        expect(addExperience(addExperience(character, second), first)).toEqual(atOnce);
      }),
    );
  });

  it('reaches exactly the level that the experience is enough for', () => {
    fc.assert(
      fc.property(veteran, gain, (character, gained) => {
        const { level, experience } = addExperience(character, gained);
        expect(level).toBeGreaterThanOrEqual(1);
        expect(level).toBeLessThanOrEqual(MAX_LEVEL);
        expect(experience).toBeGreaterThanOrEqual(experienceFor(level));
        if (level < MAX_LEVEL) expect(experience).toBeLessThan(experienceFor(level + 1));
        else expect(experience).toBe(experienceFor(MAX_LEVEL));
      }),
    );
  });

  it('decreases no stat, and preserves wounds and bonuses', () => {
    fc.assert(
      fc.property(veteran, gain, (character, gained) => {
        const { level, stats } = addExperience(character, gained);
        const { health, maxHealth, attack, defense } = character.stats;
        expect(stats.maxHealth).toBeGreaterThanOrEqual(maxHealth);
        expect(stats.attack).toBeGreaterThanOrEqual(attack);
        expect(stats.defense).toBeGreaterThanOrEqual(defense);
        expect(stats.maxHealth - stats.health).toBe(maxHealth - health);
        if (level > character.level) expect(stats.maxHealth).toBeGreaterThan(maxHealth);
      }),
    );
  });

  it('returns whole numbers, and an equal character for a gain of 0', () => {
    fc.assert(
      fc.property(veteran, gain, (character, gained) => {
        expect(Object.values(addExperience(character, gained).stats).every(Number.isInteger)).toBe(true);
        expect(addExperience(character, 0)).toEqual(character);
      }),
    );
  });

  it.each([-1, 0.5, NaN, Infinity, Number.MAX_SAFE_INTEGER + 1])('throws a RangeError for %p', (gained) => {
    fc.assert(
      fc.property(veteran, (character) => {
        expect(() => addExperience(character, gained)).toThrow(RangeError);
      }),
    );
  });
});

it('experienceFor: level 2 needs 100 experience, level 3 needs 200 more', () => {
  expect([1, 2, 3, 4].map(experienceFor)).toEqual([0, 100, 300, 600]);
});
