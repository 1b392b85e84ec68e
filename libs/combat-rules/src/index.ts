/** The rules of fights: pure engine and rule data, for the server, the verifier, simulations and browsers. Imports nothing. */
export { canonicalJson } from './canonical-json';
export { type ClassId, CLASSES, fightStatsAt, isClassId } from './rules/classes';
export { type EffectId, EFFECTS } from './rules/effects';
export { isItemId, type ItemId, ITEMS } from './rules/items';
export { isMonsterKind, type MonsterKind, MONSTERS } from './rules/monsters';
export { LAST_ROUND_TO_JOIN, MAX_LEVEL, MAX_PER_SIDE, RULES_VERSION } from './rules/numbers';
export { RULE_DATA } from './rules/rule-data';
export { type SkillId, SKILLS } from './rules/skills';
export type { ActionRefusal, FightAction } from './engine/actions';
export type { FightEntry, PrivateEntry, PublicEntry, PublicParticipant } from './engine/entries';
export {
  beginFight,
  type FightInput,
  type FightStep,
  type InputRefusal,
  prepareFight,
  stepFight,
} from './engine/fight';
export { type LegalAction, legalActions } from './engine/legal-actions';
export { entryFor, type FightEntryView, type FightStateView, stateFor } from './engine/views';
export {
  currentParticipant,
  findParticipant,
  type FightMode,
  type FightOutcome,
  type FightSetup,
  type FightState,
  type MonsterSetup,
  type Participant,
  type ParticipantSetup,
  type PlayerSetup,
  type Side,
} from './engine/state';
export { AddressedRolls, type AddressDigest, type RollPurpose, type Rolls } from './rolls';
