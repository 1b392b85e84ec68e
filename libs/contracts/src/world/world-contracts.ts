/** Commands and events of characters in the world: selecting and moving one, and changing zones. */
import { command, event, typeToken } from '../contract';
import { rate } from '../rate-policy';
import {
  CharacterMoveDto,
  CharacterSelectDto,
  type MoveRefusal,
  ZoneEnterDto,
  type ZoneEntryResult,
  ZonePopulationDto,
} from './world';
import type { ZoneMoves, ZonePlayer, ZoneState, ZoneView } from './zone-views';
import type { Uuid } from '../wire-formats';

/**
 * Each entry is announced to the zone and answered with all entities in view. A client selects once per connection, and
 * once more for each takeover.
 */
const ZONE_ENTRY_POLICY = rate(12, 60, { burst: 10, fansOut: true });

export const worldCommands = [
  /**
   * Selects a character for this connection; another connection that played it loses it.
   * @example {"characterId": "3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11", "encoding": "json"}
   * @error NOT_FOUND for a character that does not exist or belongs to another user
   * @error CONFLICT if another connection takes the character over during the selection
   * @error ROOM_FULL if the zone is full
   */
  command({
    name: 'character:select',
    payload: CharacterSelectDto,
    result: typeToken<ZoneEntryResult>(),
    policy: ZONE_ENTRY_POLICY,
  }),
  /**
   * Moves the character to a position; a refused step is answered by `character:correction`.
   * @example {"seq": 1, "x": 100.4, "y": 100, "facing": 0}
   * @result {"accepted": true}
   * @error NO_CHARACTER without a selected character
   */
  command({
    name: 'character:move',
    payload: CharacterMoveDto,
    result: typeToken<{ accepted: boolean }>(),
    policy: rate(10, 1, { burst: 15, excess: 'drop' }),
    delivery: 'volatile',
  }),
  /**
   * Moves the character into another zone, through an exit beside which it stands.
   * @example {"exitId": "north_gate"}
   * @result {"character": {"id": "3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11", "name": "Aldara", "class": "ranger", "level": 3,
   *   "experience": 420, "zone": "forest", "x": 200, "y": 294,
   *   "stats": {"health": 95, "maxHealth": 95, "attack": 14, "defense": 7}}, "speed": 5, "zone": "forest"}
   * @error NO_CHARACTER without a selected character
   * @error NOT_FOUND for an exit that the zone does not have
   * @error CONFLICT for an exit out of reach, while the character fights or is stunned, or if another connection takes it over
   * @error ROOM_FULL if the other zone is full; the character stays where it is
   */
  command({
    name: 'zone:enter',
    payload: ZoneEnterDto,
    result: typeToken<ZoneEntryResult>(),
    policy: ZONE_ENTRY_POLICY,
  }),
  /**
   * Returns how many characters are in a zone now, over all nodes.
   * @example {"zone": "starting_village"}
   * @result {"zone": "starting_village", "population": 37}
   * @error NOT_FOUND for an unknown zone
   */
  command({
    name: 'zone:population',
    payload: ZonePopulationDto,
    result: typeToken<{ zone: string; population: number }>(),
  }),
] as const;

export const [CharacterSelect, CharacterMove, ZoneEnter, ZonePopulation] = worldCommands;

export const worldEvents = [
  /**
   * All entities in view, at the beginning of a stay in a zone; also sent after a connection was recovered.
   * @example {"zone": "starting_village", "tick": 1200,
   *   "players": [{"n": 1, "id": "3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11", "name": "Aldara", "class": "ranger", "level": 3,
   *     "x": 100, "y": 100, "facing": 0}],
   *   "monsters": [{"n": 2, "id": "starting_village:yard_rats:1", "kind": "rat", "level": 1, "x": 112.5, "y": 96,
   *     "facing": 1.57}]}
   * @receivers The connection that plays the character.
   */
  event('zone:state', 'reply', typeToken<ZoneState>()),
  /**
   * A character has entered the zone, in view or not.
   * @example {"zone": "starting_village", "player": {"id": "8e1d4c60-2b7f-4e0a-9d35-1c5a7b9e3f22", "name": "Brakk",
   *   "class": "warrior", "level": 2, "x": 100, "y": 100, "facing": 0}}
   * @receivers All other connections in the zone.
   */
  event('zone:player_joined', 'recoverable', typeToken<{ zone: string; player: ZonePlayer }>(), { unhurried: true }),
  /**
   * A character has left the zone.
   * @example {"zone": "starting_village", "id": "8e1d4c60-2b7f-4e0a-9d35-1c5a7b9e3f22"}
   * @receivers All other connections in the zone.
   */
  event('zone:player_left', 'recoverable', typeToken<{ zone: string; id: string }>(), { unhurried: true }),
  /**
   * Entities have entered or left the view of the character.
   * @example {"tick": 1204, "entered": [{"n": 2, "id": "starting_village:yard_rats:1", "kind": "rat", "level": 1,
   *   "x": 112.5, "y": 96, "facing": 1.57}], "left": ["8e1d4c60-2b7f-4e0a-9d35-1c5a7b9e3f22"]}
   * @receivers The connections whose characters stand in the part of the zone from which the change can be seen.
   */
  event('zone:view', 'volatile', typeToken<ZoneView>()),
  /**
   * The entities in view that have moved in this tick, up to ten times a second.
   * @example {"tick": 1205, "moves": [["3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11", 100.4, 100, 0]]}
   * @receivers The connections whose characters stand in the part of the zone from which the moves can be seen.
   */
  event('zone:moves', 'volatile', typeToken<ZoneMoves>()),
  /**
   * The position of the character by the server: a step was refused, or the character has respawned.
   * @example {"seq": 41, "x": 100.4, "y": 100, "reason": "obstacle"}
   * @receivers The connection that plays the character.
   */
  event(
    'character:correction',
    'reply',
    typeToken<{ seq: number; x: number; y: number; reason: MoveRefusal | 'respawned' }>(),
  ),
  /**
   * This connection no longer plays the character.
   * @example {"characterId": "3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11", "reason": "taken_over"}
   * @receivers The connection that played the character.
   */
  event('character:released', 'reply', typeToken<{ characterId: Uuid; reason: 'taken_over' | 'deleted' }>()),
] as const;
