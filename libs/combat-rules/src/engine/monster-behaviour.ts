/** What a monster does with its turn. It depends on public fields only, never on a player's bag. */
import { type BehaviourRule, isMonsterKind, monsterData } from '../rules/monsters';
import type { FightAction } from './actions';
import type { FightDraft } from './draft';
import { usableSkills } from './legal-actions';
import { fightersOf, opposite, type Participant } from './state';

/** Places of the rolls in the monster's turn. */
const ACTION = 0;
const TARGET = 1;

export function chooseMonsterAction(draft: FightDraft, monster: Participant): FightAction {
  const rule = rollRule(draft, monster);
  if (!rule || rule.action === 'defend') return { type: 'defend' };
  const target = chooseTarget(draft, monster);
  const targetId = target && { targetId: target.id };
  return rule.action === 'attack'
    ? { type: 'attack', ...targetId }
    : { type: 'skill', skillId: rule.action, ...targetId };
}

function rollRule(draft: FightDraft, monster: Participant): BehaviourRule | undefined {
  const rules = usableRules(monster);
  const weights = rules.reduce((sum, { weight }) => sum + weight, 0);
  if (weights === 0) return undefined;
  let rolled = draft.rolls.below(weights, draft.state.turn, monster.id, 'behaviour', ACTION);
  return rules.find(({ weight }) => (rolled -= weight) < 0);
}

function usableRules(monster: Participant): BehaviourRule[] {
  if (!isMonsterKind(monster.kind)) return [];
  const skills = usableSkills(monster);
  const isWounded = monster.health * 2 < monster.maxHealth;
  return monsterData(monster.kind).behaviour.filter(
    ({ action, when }) =>
      (action === 'attack' || action === 'defend' || skills.includes(action)) &&
      (when === undefined || (when === 'wounded') === isWounded),
  );
}

/** Among equals, the one that joined the fight first. */
function chooseTarget(draft: FightDraft, monster: Participant): Participant | undefined {
  const enemies = fightersOf(draft.state, opposite(monster.side));
  const prefers = isMonsterKind(monster.kind) ? monsterData(monster.kind).prefers : 'any';
  if (prefers === 'weakest') return best(enemies, ({ health }) => -health);
  if (prefers === 'strongest') return best(enemies, ({ attack }) => attack);
  return enemies[draft.rolls.below(enemies.length, draft.state.turn, monster.id, 'behaviour', TARGET)];
}

function best(candidates: readonly Participant[], score: (candidate: Participant) => number): Participant | undefined {
  return candidates.reduce<Participant | undefined>(
    (leader, candidate) => (!leader || score(candidate) > score(leader) ? candidate : leader),
    undefined,
  );
}
