/** Commands and events of turn-based fights. */
import { ArrayUnique, IsIn, IsInt, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';
import { command, event, typeToken } from '../contract';
import { rate } from '../rate-policy';
import { IsId, IsIdList } from '../validation/ids';
import { IsInsteadOf } from '../validation/instead-of';
import type { CombatEntry, CombatLeaveReason, CombatParticipant } from './combat-entries';
import {
  type CombatEnd,
  type CombatHistory,
  type CombatInvitee,
  type CombatTurnRequest,
  type CombatView,
  MAX_COMBATANTS_PER_SIDE,
  MAX_SPECTATOR_DELAY,
  SPECTATOR_POLICIES,
  type SpectatorPolicy,
} from './combat-views';

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

/** What an accepted action has led to, up to the next request for an action or the end of the fight. */
export interface CombatActionResult {
  sessionId: string;
  /** The turn of the action. */
  turn: number;
  /** Sequence number of the last of the entries. */
  seq: number;
  entries: readonly CombatEntry[];
}

const ACTION_POLICY = rate(20, 60, { burst: 5, fansOut: true });
const START_POLICY = rate(10, 60, { burst: 5, scope: 'cluster', fansOut: true, tightForGuests: true });

export const combatCommands = [
  /**
   * Starts a fight against a monster that is at most 12 units away, both on hostile ground, or challenges characters to a duel.
   * Example: `{"monsterId": "starting_village:yard_rats:1", "clientSeed": "9f…"}`.
   * Errors: NO_CHARACTER, NOT_FOUND for an unknown monster or character, CONFLICT with `details.reason`.
   */
  command({
    name: 'combat:start',
    summary: 'Starts a fight against a monster near by, or challenges characters to a duel.',
    payload: CombatStartDto,
    result: typeToken<CombatView>(),
    policy: START_POLICY,
  }),
  /**
   * Accepts a challenge; the duel begins when all have accepted.
   * Example: `{"sessionId": "0b54…", "clientSeed": "4c…"}`. Errors: NOT_FOUND, CONFLICT.
   */
  command({
    name: 'combat:accept',
    summary: 'Accepts a challenge to a duel, which begins when all challenged players have accepted.',
    payload: CombatAcceptDto,
    result: typeToken<CombatView>(),
    policy: START_POLICY,
  }),
  /** Declines a challenge, or withdraws the own one. Example: `{"sessionId": "0b54…"}`. Errors: NOT_FOUND, CONFLICT. */
  command({
    name: 'combat:decline',
    summary: 'Declines a challenge to a duel, or withdraws it.',
    payload: CombatSessionDto,
    result: typeToken<object>(),
    policy: START_POLICY,
  }),
  /**
   * Joins a fight against monsters in its first three rounds, in the same zone and near by.
   * Example: `{"sessionId": "0b54…"}`. Errors: NO_CHARACTER, NOT_FOUND, CONFLICT.
   */
  command({
    name: 'combat:join',
    summary: 'Joins a fight against monsters near by, in its first three rounds.',
    payload: CombatSessionDto,
    result: typeToken<CombatView>(),
    policy: START_POLICY,
  }),
  /**
   * Takes an action in the own turn. Sent again with the same `actionId`, it is answered by the first result.
   * Example: `{"sessionId": "0b54…", "actionId": "77aa…", "turn": 5, "type": "attack"}`.
   * Errors: NOT_FOUND, NOT_PARTICIPANT, VALIDATION for an unknown skill, item or target, CONFLICT with `details.reason` and,
   * out of turn, the current request.
   */
  command({
    name: 'combat:action',
    summary: 'Takes an action in a fight; the same `actionId` is answered by the first result.',
    payload: CombatActionDto,
    result: typeToken<CombatActionResult>(),
    policy: ACTION_POLICY,
  }),
  /** As `combat:action` with the type `flee`: tries to flee, in the own turn; from a duel it always succeeds. Example: `{"sessionId": "0b54…"}`. Errors: as `combat:action`. */
  command({
    name: 'combat:flee',
    summary: 'Tries to flee from a fight.',
    payload: CombatFleeDto,
    result: typeToken<CombatActionResult>(),
    policy: ACTION_POLICY,
  }),
  /** Watches a fight, as late as its players have chosen. Example: `{"sessionId": "0b54…"}`. Errors: NOT_FOUND, CONFLICT, ROOM_FULL. */
  command({
    name: 'combat:spectate',
    summary: 'Watches a fight that its starter has made public.',
    payload: CombatSessionDto,
    result: typeToken<CombatView>(),
    policy: rate(10, 60),
  }),
  /** Stops watching. Example: `{"sessionId": "0b54…"}`. */
  command({
    name: 'combat:leave_spectate',
    summary: 'Stops watching a fight.',
    payload: CombatSessionDto,
    result: typeToken<object>(),
  }),
  /**
   * One page of the log: for participants at any time, for others of a public fight once it has ended.
   * Example: `{"sessionId": "0b54…", "after": 1000}`. Errors: NOT_FOUND.
   */
  command({
    name: 'combat:history',
    summary: 'Returns the log of a fight, which verifies it once it has ended.',
    payload: CombatHistoryDto,
    result: typeToken<CombatHistory>(),
  }),
] as const;

export const [
  CombatStart,
  CombatAccept,
  CombatDecline,
  CombatJoin,
  CombatAction,
  CombatFlee,
  CombatSpectate,
  CombatLeaveSpectate,
  CombatHistoryRead,
] = combatCommands;

export const combatEvents = [
  event(
    'combat:invited',
    'recoverable',
    typeToken<{
      sessionId: string;
      /** The character that challenges. */
      challenger: { characterId: string; name: string; level: number };
      invited: readonly CombatInvitee[];
      spectators: SpectatorPolicy;
      commitment: string;
      /** Milliseconds since 1970. */
      expiresAt: number;
    }>(),
  ),
  /** A challenge that will not become a fight. */
  event(
    'combat:cancelled',
    'recoverable',
    typeToken<{ sessionId: string; reason: 'declined' | 'withdrawn' | 'expired' }>(),
  ),
  event('combat:started', 'recoverable', typeToken<Omit<CombatView, 'request'>>()),
  /** The fight of a connection that has been recovered, as it is now. */
  event('combat:state', 'reply', typeToken<CombatView>()),
  event('combat:turn', 'recoverable', typeToken<CombatTurnRequest>()),
  event('combat:action_result', 'recoverable', typeToken<CombatActionResult>()),
  event('combat:participant_joined', 'recoverable', typeToken<{ sessionId: string; participant: CombatParticipant }>()),
  event(
    'combat:participant_left',
    'recoverable',
    typeToken<{ sessionId: string; participantId: string; reason: CombatLeaveReason }>(),
  ),
  event('combat:fled', 'recoverable', typeToken<{ sessionId: string; participantId: string }>()),
  event('combat:ended', 'recoverable', typeToken<CombatEnd>()),
] as const;
