/** Validation of a single emoji, and the canonical form in which reactions are stored and compared. */
import { registerDecorator } from 'class-validator';

/** The emoji that Unicode recommends for general interchange (RGI): single emoji, sequences, flags, keycaps. */
const EMOJI = new RegExp('^\\p{RGI_Emoji}$', 'v');
const PRESENTATION_SELECTORS = /[\ufe0e\ufe0f]/g;
// Shown as text unless the selector or a skin tone follows.
const SHOWN_AS_TEXT = /(?!\p{Emoji_Presentation})\p{Emoji}(?!\p{Emoji_Modifier})/gu;
/** The longest emoji has 15 UTF-16 units; a selector after each would double its length. */
const MAX_INPUT_LENGTH = 32;

/** The fully qualified form of one emoji, with selectors only where Unicode requires them; null for any other text. */
export function canonicalEmoji(text: string): string | null {
  if (text.length > MAX_INPUT_LENGTH) return null;
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
