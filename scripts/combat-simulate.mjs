// Plays fights between bots and prints how often each class wins, by level: `npm run combat:simulate [-- fights [seed]]`.
// Exits with 1 if a class wins less than 45 % or more than 55 % of its duels against classes of its own level.
import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { buildIfNeeded, root } from './build-if-needed.mjs';

const LEVELS = [1, 2, 3, 5, 10, 20, 50, 100];
const BOUNDS = { min: 45, max: 55 };
const BAR_WIDTH = 40;

buildIfNeeded();
const rules = join(root, 'dist/libs/combat-rules/src');
const require = createRequire(import.meta.url);
const { AddressedRolls, CLASSES, MONSTERS } = require(join(rules, 'index.js'));
const { playFight, simulatedPlayer } = require(join(rules, 'simulation/simulate.js'));

const fights = Number(process.argv[2] ?? 100_000);
const seed = process.argv[3] ?? 'balance';
const classes = Object.keys(CLASSES);
const pairs = classes.flatMap((one, index) => classes.slice(index + 1).map((other) => [one, other]));
if (!Number.isSafeInteger(fights) || fights < 1) {
  console.error('The number of fights must be a whole number from 1.');
  process.exit(1);
}
// Even, so that each class is on either side equally often.
const perPair = 2 * Math.ceil(fights / (2 * LEVELS.length * pairs.length));

const rollsOf = (fight) => new AddressedRolls(fight, (address) => createHmac('sha256', seed).update(address).digest());
const percent = (part, whole) => (100 * part) / whole;

console.log(`
Assumptions: one against one, unwounded, without items; both sides take the action that is worth most by a simple
estimate and do not look ahead; every pair of classes meets ${perPair} times at each of the levels ${LEVELS.join(', ')}, each class
on either side equally often. Seed: ${seed}.
`);

let turns = 0;
let isBalanced = true;
const startedAt = performance.now();
for (const level of LEVELS) printLevel(level, duelsAt(level));
const played = perPair * pairs.length * LEVELS.length;
const seconds = (performance.now() - startedAt) / 1_000;
console.log(
  `${played} fights with ${turns} turns in ${seconds.toFixed(1)} s: ${Math.round(turns / seconds)} turns per second, bots included.`,
);
printHunts();
console.log(
  isBalanced
    ? `\nBalanced: every class wins ${BOUNDS.min} to ${BOUNDS.max} %.`
    : `\nNot balanced: a class wins less than ${BOUNDS.min} % or more than ${BOUNDS.max} % (marked by !).`,
);
process.exitCode = isBalanced ? 0 : 1;

/** @returns the wins of each class, and of the first class of each pair. */
function duelsAt(level) {
  const wins = Object.fromEntries(classes.map((name) => [name, 0]));
  const byPair = pairs.map(([one, other]) => {
    let first = 0;
    for (let number = 0; number < perPair; number++) {
      const side = number % 2;
      const players = [simulatedPlayer('one', side, one, level), simulatedPlayer('other', 1 - side, other, level)];
      const { state } = playFight('duel', players, rollsOf(`${level} ${one} ${other} ${number}`));
      turns += state.turn;
      const { winningSide } = state.outcome;
      const share = winningSide === null ? 0.5 : winningSide === side ? 1 : 0;
      first += share;
      wins[one] += share;
      wins[other] += 1 - share;
    }
    return first;
  });
  return { wins, byPair };
}

function printLevel(level, { wins, byPair }) {
  console.log(`Level ${level}`);
  for (const name of classes) {
    const rate = percent(wins[name], perPair * (classes.length - 1));
    const isOutside = !(rate >= BOUNDS.min && rate <= BOUNDS.max);
    if (isOutside) isBalanced = false;
    const bar = '█'.repeat(Math.round((rate * BAR_WIDTH) / 100)).padEnd(BAR_WIDTH, '·');
    console.log(`  ${name.padEnd(8)} ${bar} ${rate.toFixed(1).padStart(5)} %${isOutside ? ' !' : ''}`);
  }
  const rates = pairs.map(([one, other], index) => `${one} > ${other} ${percent(byPair[index], perPair).toFixed(0)} %`);
  console.log(`  ${rates.join(' · ')}\n`);
}

/** How often one player of each class defeats each kind of monster of its own level. */
function printHunts() {
  const hunts = 200;
  console.log(`\nOne player against one monster, both of level 5, ${hunts} fights each: victories in percent`);
  console.log(`  ${''.padEnd(10)}${classes.map((name) => name.padStart(9)).join('')}`);
  for (const monster of Object.keys(MONSTERS)) {
    const rates = classes.map((name) => {
      let victories = 0;
      for (let number = 0; number < hunts; number++) {
        const participants = [
          simulatedPlayer('player', 0, name, 5),
          { id: 'monster', side: 1, name: monster, level: 5, monster },
        ];
        const { state } = playFight('monsters', participants, rollsOf(`${monster} ${name} ${number}`));
        if (state.outcome.winningSide === 0) victories++;
      }
      return percent(victories, hunts).toFixed(0).padStart(9);
    });
    console.log(`  ${monster.padEnd(10)}${rates.join('')}`);
  }
}
