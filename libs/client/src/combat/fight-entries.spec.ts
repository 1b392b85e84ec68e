/** The state that a client derives from entries is that of the rules, in whole simulated fights. */
import { createHmac } from 'node:crypto';
import {
  AddressedRolls,
  CLASSES,
  type ClassId,
  entryFor,
  type FightStep,
  MONSTERS,
  stateFor,
} from '@aeturnis/combat-rules';
import type { CombatEntry, CombatState } from '@aeturnis/contracts';
import { playFight, simulatedPlayer } from '../../../combat-rules/src/simulation/simulate';
import { applyEntries } from './fight-entries';

const CLASS_IDS = Object.keys(CLASSES) as ClassId[];
const rollsOf = (seed: number) =>
  new AddressedRolls(String(seed), (address) => createHmac('sha256', 'client').update(address).digest());

/** What is shown of a fight; turns left of effects and cooldowns are the server's to count. */
const shown = ({ round, seq, participants, outcome }: CombatState) => ({
  round,
  seq,
  outcome,
  participants: participants.map(({ id, health, energy, status, isDefending, effects }) => ({
    id,
    health,
    energy,
    status,
    isDefending,
    effects: status === 'fighting' ? effects.map((effect) => effect.id).sort() : [],
  })),
});

it.each(['monsters', 'duel'] as const)('entries: lead to the state of the rules after each step (%s)', (mode) => {
  for (let seed = 0; seed < 60; seed += 1) {
    const [one, other] = [CLASS_IDS[seed % 4] ?? 'mage', CLASS_IDS[(seed >> 2) % 4] ?? 'mage'];
    const kinds = Object.keys(MONSTERS) as (keyof typeof MONSTERS)[];
    const monster = { id: 'm', side: 1 as const, name: 'm', level: 3, monster: kinds[seed % kinds.length] ?? 'rat' };
    const foe = mode === 'duel' ? simulatedPlayer('b', 1, other, 3) : monster;
    let client: CombatState | undefined;
    playFight(mode, [simulatedPlayer('a', 0, one, 3), foe], rollsOf(seed), ({ state, entries }: FightStep) => {
      const server = stateFor(state) as unknown as CombatState;
      const known = entries.map((entry) => entryFor(entry) as unknown as CombatEntry);
      client = client ? applyEntries(client, known) : server;
      expect(shown(client)).toEqual(shown(server));
    });
  }
});
