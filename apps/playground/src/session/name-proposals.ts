/** Proposes names for characters: pronounceable, with letters alone. */
const FIRST = [
  'Al',
  'Bra',
  'Cor',
  'Da',
  'El',
  'Fen',
  'Gal',
  'Hel',
  'Is',
  'Ka',
  'Lor',
  'Mer',
  'Nor',
  'Or',
  'Quin',
  'Ro',
];
const MIDDLE = ['da', 'ri', 'lo', 've', 'na', 'the', 'mi', 'so', 'ga', 'ne', 'zo', 'ra'];
const LAST = ['ra', 'len', 'dor', 'wyn', 'mir', 'sk', 'th', 'na', 'rion', 'va', 'dis', 'mar', 'lis', 'ven'];

/** @param random as `Math.random` */
export function proposeName(random: () => number = Math.random): string {
  const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)] ?? '';
  return `${pick(FIRST)}${pick(MIDDLE)}${pick(MIDDLE)}${pick(LAST)}`;
}
