/** Balance: at equal level no class wins much more or less often than the others. `npm run combat:simulate` plays many more. */
import { createHmac } from 'node:crypto';
import { type ClassId, CLASSES } from '../rules/classes';
import { AddressedRolls } from '../rolls';
import { playFight, simulatedPlayer } from './simulate';

const classes = Object.keys(CLASSES) as ClassId[];
const DUELS = 120;

it.each([1, 5, 20, 100])('level %i: each class wins 40 to 60 %% of its duels, in a small sample', (level) => {
  const wins = new Map(classes.map((classId) => [classId, 0]));
  const count = (classId: ClassId, share: number): void => void wins.set(classId, (wins.get(classId) ?? 0) + share);
  for (const one of classes)
    for (const other of classes.slice(classes.indexOf(one) + 1))
      for (let number = 0; number < DUELS; number++) {
        const rolls = new AddressedRolls(`${level} ${one} ${other} ${number}`, (address) =>
          createHmac('sha256', 'balance').update(address).digest(),
        );
        const side = number % 2 === 0 ? 0 : 1;
        const players = [
          simulatedPlayer('one', side, one, level),
          simulatedPlayer('other', side === 0 ? 1 : 0, other, level),
        ];
        const winner = playFight('duel', players, rolls).state.outcome?.winningSide;
        const share = winner == null ? 0.5 : winner === side ? 1 : 0;
        count(one, share);
        count(other, 1 - share);
      }
  const rates = [...wins.values()].map((won) => won / (DUELS * (classes.length - 1)));
  for (const rate of rates) {
    expect(rate).toBeGreaterThan(0.4);
    expect(rate).toBeLessThan(0.6);
  }
});
