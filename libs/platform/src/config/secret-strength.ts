/** Estimates the entropy of a secret. Repetitions, sequences and common words add almost nothing to the estimate. */

/** A random secret does not repeat this many characters by chance. */
const MIN_REPETITION = 6;
const MIN_SEQUENCE = 4;
const KEYBOARD_ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'qwertzuiop', 'yxcvbnm', 'azertyuiop'];
/** Words that people write instead of a random text. */
const COMMON_WORDS = [
  'secret password passwort passwd passphrase changeme change default development production aeturnis',
  'realtime server jwt token key private public signing access admin root example sample placeholder',
  'replace insert please generate random string value test super very long enough secure strong unsafe',
  'insecure weak short minimum characters this that your with here must should not for the and only our',
  'game player hello world welcome letmein monkey dragon iloveyou football master local staging use',
].flatMap((line) => line.split(' '));
const COMMON_WORD = new RegExp(COMMON_WORDS.sort((left, right) => right.length - left.length).join('|'), 'gi');

/** In bits. The estimate is slightly low for a random secret, and far below the length for one that is easy to remember. */
export function estimateEntropyBits(secret: string): number {
  const characters = collapseSequences([...secret.replace(COMMON_WORD, '\0')]);
  const counted = collapseRepetitions(characters);
  return counted.length * entropyOf(counted);
}

/** Shortens sequences such as `aaaaa`, `45678`, `zyxwv` and `qwert` to their first characters. */
function collapseSequences(characters: readonly string[]): string[] {
  const remaining: string[] = [];
  let length = 1;
  for (const [index, character] of characters.entries()) {
    length = isSequence(characters[index - 1], character) ? length + 1 : 1;
    if (length < MIN_SEQUENCE) remaining.push(character);
  }
  return remaining;
}

function isSequence(before: string | undefined, character: string): boolean {
  if (before === undefined) return false;
  const [left, right] = [before.toLowerCase(), character.toLowerCase()];
  if (Math.abs(right.charCodeAt(0) - left.charCodeAt(0)) <= 1) return true;
  return KEYBOARD_ROWS.some((row) => row.includes(left + right) || row.includes(right + left));
}

/** Shortens a part that repeats an earlier part to one character, regardless of its length. */
function collapseRepetitions(characters: readonly string[]): string[] {
  const text = characters.join('').toLowerCase();
  const remaining: string[] = [];
  for (let index = 0; index < text.length;) {
    let length = 0;
    while (
      index + length < text.length &&
      text.slice(0, index + length).includes(text.slice(index, index + length + 1))
    )
      length++;
    remaining.push(characters[index] ?? '');
    index += length >= MIN_REPETITION ? length : 1;
  }
  return remaining;
}

/** Shannon entropy, in bits per character. */
function entropyOf(characters: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const character of characters) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()]
    .map((count) => count / characters.length)
    .reduce((sum, share) => sum - share * Math.log2(share), 0);
}
