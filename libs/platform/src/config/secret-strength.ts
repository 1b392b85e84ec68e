/** Estimates how hard a secret is to guess: what repeats, continues a sequence or is a common word adds next to nothing. */

/** A repetition of so many characters is no coincidence in a random secret. */
const MIN_REPETITION = 6;
const MIN_RUN = 4;
const ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'qwertzuiop', 'yxcvbnm', 'azertyuiop'];
/** What people write where a random text belongs. */
const WORDS = [
  ...[
    'secret',
    'password',
    'passwort',
    'passwd',
    'passphrase',
    'changeme',
    'change',
    'default',
    'development',
    'production',
  ],
  ...[
    'aeturnis',
    'realtime',
    'server',
    'jwt',
    'token',
    'key',
    'private',
    'public',
    'signing',
    'access',
    'admin',
    'root',
  ],
  ...[
    'example',
    'sample',
    'placeholder',
    'replace',
    'insert',
    'please',
    'generate',
    'random',
    'string',
    'value',
    'test',
  ],
  ...[
    'super',
    'very',
    'long',
    'enough',
    'secure',
    'strong',
    'unsafe',
    'insecure',
    'weak',
    'short',
    'minimum',
    'characters',
  ],
  ...[
    'this',
    'that',
    'your',
    'with',
    'here',
    'must',
    'should',
    'not',
    'for',
    'the',
    'and',
    'only',
    'our',
    'game',
    'player',
  ],
  ...[
    'hello',
    'world',
    'welcome',
    'letmein',
    'monkey',
    'dragon',
    'iloveyou',
    'football',
    'master',
    'local',
    'staging',
    'use',
  ],
];
const WORD = new RegExp([...WORDS].sort((left, right) => right.length - left.length).join('|'), 'gi');

/** In bits. A random secret is judged a little below what it has; one that is easy to remember, far below its length. */
export function estimatedBits(secret: string): number {
  const characters = withoutRuns([...secret.replace(WORD, '\0')]);
  const counted = withoutRepetitions(characters);
  return counted.length * entropyOf(counted);
}

/** Of `aaaaa`, `45678`, `zyxwv` and `qwert` the first characters alone remain. */
function withoutRuns(characters: readonly string[]): string[] {
  const kept: string[] = [];
  let run = 1;
  for (const [index, character] of characters.entries()) {
    run = continues(characters[index - 1], character) ? run + 1 : 1;
    if (run < MIN_RUN) kept.push(character);
  }
  return kept;
}

function continues(before: string | undefined, character: string): boolean {
  if (before === undefined) return false;
  const [left, right] = [before.toLowerCase(), character.toLowerCase()];
  if (Math.abs(right.charCodeAt(0) - left.charCodeAt(0)) <= 1) return true;
  return ROWS.some((row) => row.includes(left + right) || row.includes(right + left));
}

/** What stood there before counts as one character, however long it is. */
function withoutRepetitions(characters: readonly string[]): string[] {
  const text = characters.join('').toLowerCase();
  const kept: string[] = [];
  for (let index = 0; index < text.length;) {
    let length = 0;
    while (
      index + length < text.length &&
      text.slice(0, index + length).includes(text.slice(index, index + length + 1))
    )
      length++;
    kept.push(characters[index] ?? '');
    index += length >= MIN_REPETITION ? length : 1;
  }
  return kept;
}

/** Shannon's, in bits per character. */
function entropyOf(characters: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const character of characters) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()]
    .map((count) => count / characters.length)
    .reduce((sum, share) => sum - share * Math.log2(share), 0);
}
