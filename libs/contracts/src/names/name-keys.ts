/** Uniqueness of names: the key compares how names are written, the skeleton how they look. */
import confusables from './confusables.json';

const APOSTROPHES = /[\u2018\u2019]/g;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
const PROTOTYPES = new Map(
  Object.entries(confusables).flatMap(([prototype, alike]) =>
    Array.from(alike, (character): [string, string] => [character, prototype]),
  ),
);

// Arabic letters that join nothing on their left: a non-joiner after them changes nothing, yet many keyboards write it.
const REDUNDANT_NON_JOINER =
  /(?<=[\u0621-\u0625\u0627\u0629\u062f-\u0632\u0648\u0671-\u0677\u0688-\u0699\u06c0\u06c3-\u06cb\u06cd\u06cf\u06d2\u06d3\u06d5\u06ee\u06ef]\p{M}*)\u200c(?=\p{L})/gu;

/** The form in which a name is stored and shown. */
export function canonicalName(name: string): string {
  return name.normalize('NFC').replace(REDUNDANT_NON_JOINER, '');
}

/** Equal for names that differ only in case, compatibility forms, joiners or the kind of apostrophe. */
export function nameKey(name: string): string {
  return fold(name.normalize('NFKC')).normalize('NFKC').replace(INVISIBLE, '').replace(APOSTROPHES, "'");
}

/**
 * Equal for names that look alike in any case: the skeleton of UTS 39, case-folded. Names that differ only in case may
 * have different skeletons, since `I` looks like `l` and `i` does not: compare the keys as well.
 */
export function nameSkeleton(name: string): string {
  const decomposed = name.normalize('NFKC').normalize('NFD').replace(INVISIBLE, '');
  // Mapped again after folding, since a small letter may be confusable where its capital is not: m and rn.
  return prototypesOf(fold(prototypesOf(decomposed)).normalize('NFD')).normalize('NFKC');
}

function prototypesOf(text: string): string {
  return Array.from(text, (character) => PROTOTYPES.get(character) ?? character).join('');
}

function fold(name: string): string {
  // Through upper case, because lower case alone keeps ß apart from SS and a final sigma from the others;
  // and to lower case before, because the capital ẞ is its own upper case.
  return name.toLowerCase().toUpperCase().toLowerCase();
}
