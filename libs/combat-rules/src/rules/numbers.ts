/** The numbers of the rules that belong to no skill, item, class or monster. */

/** Raised whenever the engine would replay an earlier fight differently. */
export const RULES_VERSION = 1;

export const MAX_LEVEL = 100;
/** Up to here the products of the damage formula are exact. */
export const MAX_STAT = 10_000;
export const MAX_PER_SIDE = 8;
/** A fight that lasts longer is a draw. */
export const MAX_ROUNDS = 100;
/** The last round in which a player may join a fight against monsters. */
export const LAST_ROUND_TO_JOIN = 3;

export const ENERGY = { max: 100, start: 60, perTurn: 15 } as const;
/** Percent of the damage that a defending participant takes. */
export const DEFENDING_DAMAGE = 50;
/** Percent of the damage of a strike that a critical one does. */
export const CRITICAL_DAMAGE = 200;
/** Percent of its damage that a strike varies by, up and down. */
export const DAMAGE_SPREAD = 30;
/** Percent, against an opponent of the same level, and its change for each level of difference. */
export const FLEE = { chance: 60, perLevel: 5, least: 10, most: 95 } as const;
/** How many turns after a stun no other can follow. */
export const STEADFAST_TURNS = 2;
/** With this many missed turns in a row a player leaves the fight. */
export const MISSED_TURNS_TO_LEAVE = { duel: 3, monsters: 10 } as const;
/** Highest number plus one that is added to the speed of a participant for the order of a round. */
export const ORDER_SPREAD = 6;
/** Least percent to hit and to apply an effect, against any evasion. */
export const LEAST_CHANCE = 5;
/** Defense is set against this, times nine plus the level of the actor. */
export const PIERCE = 20;
/** Experience for a monster in percent, at equal level and per level of difference, with its bounds. */
export const REWARD_PERCENT = { equal: 100, perLevel: 10, least: 10, most: 200 } as const;
/** Tenths of the base that stats have at level 1, apart from one tenth per level. */
export const GROWTH_BASE = 9;
