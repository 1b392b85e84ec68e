/** Which scripts a name may mix: the "highly restrictive" profile of UTS 39, so that no name borrows letters that look alike. */

/** Of UAX 31, the recommended scripts and those of limited use; letters of all others count as one script more. */
const SCRIPTS = [
  'Latin Cyrillic Greek Arabic Armenian Bengali Bopomofo Devanagari Ethiopic Georgian Gujarati Gurmukhi Hangul Han',
  'Hebrew Hiragana Kannada Katakana Khmer Lao Malayalam Myanmar Oriya Sinhala Tamil Telugu Thaana Thai Tibetan',
  'Adlam Balinese Bamum Canadian_Aboriginal Chakma Cham Cherokee Javanese Lisu Meetei_Mayek Mongolian Nko Ol_Chiki',
  'Osage Sundanese Syriac Tifinagh Vai Yi Coptic Runic Gothic Deseret',
].flatMap((line) => line.split(' '));

/** Written together as a matter of course. */
const TOGETHER = ['Latin Han Hiragana Katakana', 'Latin Han Hangul', 'Latin Han Bopomofo'];

const extensions = (scripts: string): string => scripts.replace(/\w+/g, '\\p{scx=$&}').replace(/ /g, '');
const ALLOWED = [...SCRIPTS, ...TOGETHER].map((scripts) => new RegExp(`^[${extensions(scripts)}]*$`, 'u'));
const LISTED = new RegExp(`[${extensions(SCRIPTS.join(' '))}]`, 'u');
const LETTERS_AND_MARKS = /[\p{L}\p{M}]/gu;
// Accents and modifier letters have lists of scripts in which they are common, and these lists are not complete.
const OF_ALL_SCRIPTS = /[\p{scx=Common}\p{scx=Inherited}\u02b0-\u036f]/u;

/** Whether the letters and marks of a name are of scripts that are written together. */
export function isOfOneWriting(name: string): boolean {
  const characters = (name.match(LETTERS_AND_MARKS) ?? []).filter((character) => !OF_ALL_SCRIPTS.test(character));
  const text = characters.join('');
  return ALLOWED.some((allowed) => allowed.test(text)) || !LISTED.test(text);
}
