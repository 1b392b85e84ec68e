/** Participants at their start: what a setup must hold, and their numbers from setup and rule data. */
import { classData, fightStatsAt, isClassId } from '../rules/classes';
import { isItemId, itemData } from '../rules/items';
import { isMonsterKind, monsterData } from '../rules/monsters';
import { ENERGY, MAX_LEVEL, MAX_PER_SIDE, MAX_STAT } from '../rules/numbers';
import type { FightSetup, MonsterSetup, Participant, ParticipantSetup, PlayerSetup, Side } from './state';

export function createParticipant(setup: ParticipantSetup): Participant {
  const { id, side, name, level } = setup;
  return {
    ...{ id, side, name, level },
    ...('monster' in setup ? monsterNumbers(setup) : playerNumbers(setup)),
    energy: ENERGY.start,
    status: 'fighting',
    isDefending: false,
    missedTurns: 0,
    cooldowns: {},
    effects: [],
  };
}

type Numbers = Pick<
  Participant,
  'kind' | 'isMonster' | 'maxHealth' | 'attack' | 'defense' | 'speed' | 'critical' | 'skills' | 'health' | 'bag'
>;

function playerNumbers({ class: kind, health, maxHealth, attack, defense, bag }: PlayerSetup): Numbers {
  const { speed, critical, skills } = classData(kind);
  return {
    kind,
    isMonster: false,
    maxHealth,
    attack,
    defense,
    speed,
    critical,
    skills,
    health,
    bag: bag && { ...bag },
  };
}

function monsterNumbers({ monster: kind, level }: MonsterSetup): Numbers {
  const { speed, critical, skills } = monsterData(kind);
  const stats = fightStatsAt(monsterData(kind), level);
  return { kind, isMonster: true, ...stats, speed, critical, skills, health: stats.maxHealth, bag: {} };
}

/** @throws RangeError for a setup that no fight can have. */
export function assertSetup({ mode, participants }: FightSetup): void {
  const problem = setupProblem(mode, participants);
  if (problem !== null) throw new RangeError(`this fight cannot begin: ${problem}`);
}

function setupProblem(mode: unknown, participants: readonly ParticipantSetup[]): string | null {
  if (mode !== 'duel' && mode !== 'monsters') return 'its mode is unknown';
  if (new Set(participants.map(({ id }) => id)).size < participants.length) return 'two participants have the same id';
  for (const side of [0, 1]) {
    const { length } = participants.filter((participant) => participant.side === side);
    if (length < 1 || length > MAX_PER_SIDE) return `a side has 1 to ${MAX_PER_SIDE} participants`;
  }
  for (const participant of participants) {
    const isMonster = mode === 'monsters' && participant.side === 1;
    const problem = isMonster ? monsterProblem(participant) : playerProblem(participant);
    if (problem !== null) return problem;
  }
  return null;
}

/** What is wrong with a player from outside; null if nothing is. @param side the only one allowed; by default both are. */
export function playerProblem(setup: unknown, side?: Side): string | null {
  const { class: kind, health, maxHealth, attack, defense, bag, ...identity } = asObject(setup);
  if (typeof kind !== 'string' || !isClassId(kind) || 'monster' in identity) return 'the class of a player is unknown';
  if (!isWhole(maxHealth, 1, MAX_STAT) || !isWhole(health, 1, maxHealth))
    return 'the health of a player is out of bounds';
  if (!isWhole(attack, 0, MAX_STAT) || !isWhole(defense, 0, MAX_STAT)) return 'the stats of a player are out of bounds';
  if (bag !== null && !isBag(bag)) return 'the bag of a player holds something else than usable items';
  return identityProblem(identity, side);
}

function monsterProblem(setup: unknown): string | null {
  const { monster, ...identity } = asObject(setup);
  if (typeof monster !== 'string' || !isMonsterKind(monster)) return 'the kind of a monster is unknown';
  return identityProblem(identity, 1);
}

function identityProblem({ id, side, name, level }: Record<string, unknown>, allowedSide?: Side): string | null {
  // Part of the addresses of rolls, so no character that separates their parts.
  if (typeof id !== 'string' || !/^[\w:-]{1,130}$/.test(id))
    return 'the id of a participant has other characters than letters, digits, _, : and -';
  if (typeof name !== 'string') return 'the name of a participant is no text';
  if (side !== (allowedSide ?? side) || (side !== 0 && side !== 1)) return 'a participant is on the wrong side';
  return isWhole(level, 1, MAX_LEVEL) ? null : `a level is from 1 to ${MAX_LEVEL}`;
}

function isBag(bag: unknown): boolean {
  return Object.entries(asObject(bag)).every(
    ([itemId, count]) => isItemId(itemId) && itemData(itemId).use !== undefined && isWhole(count, 0, MAX_STAT),
  );
}

function isWhole(value: unknown, min: number, max: number): value is number {
  return Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
}

const asObject = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
