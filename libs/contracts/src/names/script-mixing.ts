/** Which scripts a name may mix: the "highly restrictive" profile of UTS 39 keeps out look-alike letters of other scripts. */

/** The recommended and limited-use scripts of UAX 31; letters of all other scripts count as one further script. */
const SCRIPTS = [
  'Latin Cyrillic Greek Arabic Armenian Bengali Bopomofo Devanagari Ethiopic Georgian Gujarati Gurmukhi Hangul Han',
  'Hebrew Hiragana Kannada Katakana Khmer Lao Malayalam Myanmar Oriya Sinhala Tamil Telugu Thaana Thai Tibetan',
  'Adlam Balinese Bamum Canadian_Aboriginal Chakma Cham Cherokee Javanese Lisu Meetei_Mayek Mongolian Nko Ol_Chiki',
  'Osage Sundanese Syriac Tifinagh Vai Yi Coptic Runic Gothic Deseret',
].flatMap((line) => line.split(' '));

/** Scripts that are commonly written together. */
const COMBINABLE_SCRIPTS = ['Latin Han Hiragana Katakana', 'Latin Han Hangul', 'Latin Han Bopomofo'];

const scriptExtensions = (scripts: string): string => scripts.replace(/\w+/g, '\\p{scx=$&}').replace(/ /g, '');
const ALLOWED_SCRIPT_SETS = [...SCRIPTS, ...COMBINABLE_SCRIPTS].map(
  (scripts) => new RegExp(`^[${scriptExtensions(scripts)}]*$`, 'u'),
);
const LISTED_SCRIPT = new RegExp(`[${scriptExtensions(SCRIPTS.join(' '))}]`, 'u');
const LETTERS_AND_MARKS = /[\p{L}\p{M}]/gu;
// The script extensions of accents and modifier letters are incomplete, so these fit any script.
const SCRIPT_NEUTRAL = /[\p{scx=Common}\p{scx=Inherited}\u02b0-\u036f]/u;

/** Whether the letters and marks of a name belong to scripts that are written together. */
export function hasCompatibleScripts(name: string): boolean {
  const characters = (name.match(LETTERS_AND_MARKS) ?? []).filter((character) => !SCRIPT_NEUTRAL.test(character));
  const text = characters.join('');
  return ALLOWED_SCRIPT_SETS.some((allowed) => allowed.test(text)) || !LISTED_SCRIPT.test(text);
}
