/** Which texts are a single emoji, and which spellings have the same canonical form. */
import { fc } from '../../../../test/support/properties';
import { canonicalEmoji } from './emoji';

describe('canonicalEmoji', () => {
  it.each([
    ['a heart, as text and as emoji', '❤️', ['❤', '❤️', '❤︎', '❤️️']],
    ['a thumb', '👍', ['👍', '👍️', '👍︎']],
    ['a thumb with a skin tone', '👍🏽', ['👍🏽', '👍️🏽', '👍🏽️']],
    ['a finger with a skin tone', '☝🏽', ['☝🏽', '☝️🏽']],
    ['a finger', '☝️', ['☝', '☝️']],
    ['a keycap', '1️⃣', ['1️⃣', '1⃣']],
    ['a heart on fire', '❤️‍🔥', ['❤️‍🔥', '❤‍🔥']],
    ['a flag of two selectors', '🏳️‍⚧️', ['🏳️‍⚧️', '🏳‍⚧', '🏳️‍⚧', '🏳‍⚧️']],
    ['an eye in a bubble', '👁️‍🗨️', ['👁️‍🗨️', '👁‍🗨']],
    ['a detective with a skin tone', '🕵🏽‍♀️', ['🕵🏽‍♀️', '🕵🏽‍♀']],
    ['a family', '👨‍👩‍👧‍👦', ['👨‍👩‍👧‍👦', '👨️‍👩️‍👧️‍👦️']],
    ['a kiss with two skin tones', '👩🏽‍❤️‍💋‍👨🏿', ['👩🏽‍❤️‍💋‍👨🏿', '👩🏽‍❤‍💋‍👨🏿']],
    ['the flag of a country', '🇩🇪', ['🇩🇪']],
    ['the flag of Scotland', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', ['🏴󠁧󠁢󠁳󠁣󠁴󠁿']],
    ['a sign', '©️', ['©', '©️']],
    ['a Japanese sign', '㊗️', ['㊗', '㊗️']],
  ])('gives all spellings of %s one form', (_, form, spellings) => {
    expect(spellings.map(canonicalEmoji)).toEqual(spellings.map(() => form));
  });

  it.each([
    ['empty and invisible texts', ['', ' ', '\ufe0f', '\u200d']],
    ['an emoji with white space beside it', ['👍 ', ' 👍', '👍\n', '👍\u00a0', '👍\u200b']],
    ['a joiner without its other half', ['👍\u200d', '\u200d👍', '❤️\u200d', '👍\u200c']],
    ['two emoji', ['👍👍', '👍❤️', '🇩🇪🇫🇷', '1️⃣2️⃣', '🏽🏽']],
    ['an emoji with combining marks', ['👍\u0301', '👍\u20dd', '👍\u20e3', '👍🏽🏽']],
    ['other texts', ['a', '1', '#', 'é', 'e\u0301', ':+1:', '李', '<', '🇩', 'e1', '\u{e0067}', '\ud83d', '👍\ud83d']],
    ['joined sequences that no font draws', ['👍\u200d👍', '😀\u200d😀', '🏴\u{e0061}\u{e007f}', '🇽🇽']],
    ['long texts', ['👍'.repeat(100_000), `👍${'\ufe0f'.repeat(100)}`]],
  ])('refuses %s', (_, texts) => {
    expect(texts.map((text) => [text, canonicalEmoji(text)])).toEqual(texts.map((text) => [text, null]));
  });

  it('returns a form that is its own form and a single grapheme cluster', () => {
    const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });
    const single = Array.from({ length: 0x2_0000 }, (_, point) => canonicalEmoji(String.fromCodePoint(point)));
    const forms = single.filter((form) => form !== null);
    expect(forms.length).toBeGreaterThan(1_000);
    for (const form of forms) {
      if (canonicalEmoji(form) !== form || [...graphemes.segment(form)].length !== 1) throw new Error(form);
    }
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const form = canonicalEmoji(text);
        expect(form === null || canonicalEmoji(form) === form).toBe(true);
      }),
    );
  });
});
