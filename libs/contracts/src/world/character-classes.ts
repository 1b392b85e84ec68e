/** The classes of characters. */
export const CHARACTER_CLASSES = ['warrior', 'mage', 'ranger', 'cleric'] as const;
export type CharacterClass = (typeof CHARACTER_CLASSES)[number];
