/** Plays fights between bots, to balance the rules: the same seed plays the same fights. */
import { type ClassId, classData, fightStatsAt } from '../rules/classes';
import { type FightStep, beginFight, stepFight } from '../engine/fight';
import {
  currentParticipant,
  type FightMode,
  type ParticipantSetup,
  type PlayerSetup,
  type Side,
} from '../engine/state';
import type { Rolls } from '../rolls';
import { chooseBotAction } from './bot';

/** An unwounded player with the stats of its class and an empty bag. */
export function simulatedPlayer(id: string, side: Side, classId: ClassId, level: number): PlayerSetup {
  const { maxHealth, attack, defense } = fightStatsAt(classData(classId), level);
  return { id, side, name: id, level, class: classId, health: maxHealth, maxHealth, attack, defense, bag: {} };
}

/** Plays a fight to its end. @param onStep is called after the begin and after each action. */
export function playFight(
  mode: FightMode,
  participants: readonly ParticipantSetup[],
  rolls: Rolls,
  onStep: (step: FightStep) => void = () => undefined,
): FightStep {
  let current = beginFight({ mode, participants }, rolls);
  onStep(current);
  for (;;) {
    const actor = currentParticipant(current.state);
    if (!actor) return current;
    const next = stepFight(
      current.state,
      { type: 'act', actorId: actor.id, action: chooseBotAction(current.state) },
      rolls,
    );
    if (typeof next === 'string') throw new Error(`the bot chose an action that is refused: ${next}`);
    current = next;
    onStep(current);
  }
}
