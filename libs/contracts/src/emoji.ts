/** One emoji, in the one form in which reactions compare and store it. */
import { registerDecorator } from 'class-validator';

/** What Unicode recommends for general interchange: single emoji, sequences, flags, keycaps. */
const EMOJI = new RegExp('^\\p{RGI_Emoji}$', 'v');
const PRESENTATION_SELECTORS = /[\ufe0e\ufe0f]/g;
// Shown as text unless the selector follows, or a skin tone, which says the same.
const SHOWN_AS_TEXT = /(?!\p{Emoji_Presentation})\p{Emoji}(?!\p{Emoji_Modifier})/gu;
/** The longest emoji has 15 units; a selector after each would make it twice as long. */
const LONGEST_INPUT = 32;

/** The fully qualified form of one emoji: selectors where they belong and nowhere else. Null for whatever is not one emoji. */
export function canonicalEmoji(text: string): string | null {
  if (text.length > LONGEST_INPUT) return null;
  const emoji = text.replace(PRESENTATION_SELECTORS, '').replace(SHOWN_AS_TEXT, '$&\ufe0f');
  return EMOJI.test(emoji) ? emoji : null;
}

/** Validates a property with `canonicalEmoji`. */
export function IsEmoji(): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name: 'isEmoji',
      target: target.constructor,
      propertyName: property as string,
      validator: {
        validate: (value: unknown) => typeof value === 'string' && canonicalEmoji(value) !== null,
        defaultMessage: () => `${String(property)} must be one emoji`,
      },
    });
  };
}
