/** The payloads of commands for turn-based fights. */
import { ArrayUnique, IsIn, IsInt, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';
import { CanonicalId, IsId, IsIdList } from '../validation/ids';
import { IsInsteadOf } from '../validation/instead-of';
import type { CombatEntry } from './combat-entries';
import { MAX_COMBATANTS_PER_SIDE, MAX_SPECTATOR_DELAY, SPECTATOR_POLICIES, type SpectatorPolicy } from './combat-views';
import type { Uuid } from '../wire-formats';

export const COMBAT_ACTIONS = ['attack', 'defend', 'skill', 'item', 'pass', 'flee'] as const;
/** No fight has as many entries. */
export const MAX_ENTRY_SEQ = 1_000_000;

/** 16 to 64 bytes. */
const SEED = /^(?:[0-9a-f]{2}){16,64}$/;
const SHA_256 = /^[0-9a-f]{64}$/;

class SeededDto {
  /** The player's part of the key of all rolls, in lower-case hexadecimal digits. */
  @IsOptional()
  @Matches(SEED)
  clientSeed?: string;
}

export class CombatStartDto extends SeededDto {
  /** A monster near by; give either this or `targetIds`. */
  @IsInsteadOf('targetIds')
  @CanonicalId()
  @IsString()
  @Length(1, 130)
  monsterId?: string;

  /** Characters that are challenged to a duel against the caller. */
  @IsInsteadOf('monsterId')
  @IsIdList({ min: 1, max: MAX_COMBATANTS_PER_SIDE })
  @ArrayUnique()
  targetIds?: string[];

  /** Who may watch; `public` by default. */
  @IsOptional()
  @IsIn(SPECTATOR_POLICIES)
  spectators?: SpectatorPolicy;

  /** How many turns spectators are behind; 0 by default. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_SPECTATOR_DELAY)
  delayTurns?: number;

  /** The commitment that the client has seen: the start is refused if the server's seed is another one. */
  @IsOptional()
  @Matches(SHA_256)
  commitment?: string;
}

/** @example {"sessionId": "0b5451d2-7f0e-4d0c-9a55-0d8b1a2f6c11"} */
export class CombatSessionDto {
  @IsId()
  sessionId: string;
}

export class CombatAcceptDto extends SeededDto {
  @IsId()
  sessionId: string;
}

export class CombatActionDto extends CombatSessionDto {
  /** Dedup key chosen by the client: an action sent again with the same key is answered by the first result. */
  @IsId()
  actionId: string;

  /** The turn that the action is meant for: refused in another one. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  turn?: number;

  @IsIn(COMBAT_ACTIONS)
  type: (typeof COMBAT_ACTIONS)[number];

  /** By default the first enemy that fights, or the own participant for help. */
  @IsOptional()
  @CanonicalId()
  @IsString()
  @Length(1, 130)
  targetId?: string;

  @IsOptional()
  @IsString()
  @Length(1, 40)
  skillId?: string;

  @IsOptional()
  @IsString()
  @Length(1, 40)
  itemId?: string;
}

export class CombatFleeDto extends CombatSessionDto {
  /** As of `combat:action`. */
  @IsOptional()
  @IsId()
  actionId?: string;
}

export class CombatHistoryDto extends CombatSessionDto {
  /** Entries up to this one are left out; 0 by default. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_ENTRY_SEQ)
  after?: number;
}

/**
 * What an accepted action has led to, up to the next request for an action or the end of the fight.
 * @example {"sessionId": "0b5451d2-7f0e-4d0c-9a55-0d8b1a2f6c11", "turn": 1, "seq": 4, "entries": [
 *   {"seq": 3, "turn": 1, "delayMs": 500, "type": "action", "actorId": "3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11",
 *     "action": "attack", "targetId": "starting_village:yard_rats:1", "energy": 75},
 *   {"seq": 4, "turn": 1, "delayMs": 700, "type": "strike", "actorId": "3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11",
 *     "targetId": "starting_village:yard_rats:1", "hit": true, "critical": false, "damage": 12, "absorbed": 0,
 *     "health": 23}]}
 */
export interface CombatActionResult {
  sessionId: Uuid;
  /** The turn of the action. */
  turn: number;
  /** Sequence number of the last of the entries. */
  seq: number;
  entries: readonly CombatEntry[];
}
