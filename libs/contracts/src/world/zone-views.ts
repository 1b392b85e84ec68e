/** What a player sees of a zone: the entities in view, who enters and leaves the view, and their moves. */
import type { CharacterClass } from './character-classes';

/** The encodings of `zone:moves`: `binary` takes a fifth of the bytes. */
export const MOVE_ENCODINGS = ['json', 'binary'] as const;
export type MoveEncoding = (typeof MOVE_ENCODINGS)[number];

/** A character as others in the zone see it; `facing` in radians. */
export interface ZonePlayer {
  id: string;
  name: string;
  class: CharacterClass;
  level: number;
  x: number;
  y: number;
  facing: number;
  /** The status of the character, if its player has set one. */
  status?: string;
}

/** `n` replaces the id in the binary encoding; it is valid on this connection and in this zone. */
interface HasShortId {
  n: number;
}

export type SeenPlayer = ZonePlayer & HasShortId;

export interface SeenMonster extends HasShortId {
  id: string;
  kind: string;
  level: number;
  x: number;
  y: number;
  facing: number;
}

/** All entities in view, including the player's own character. */
export interface ZoneState {
  zone: string;
  tick: number;
  players: SeenPlayer[];
  monsters: SeenMonster[];
}

/** Which entities entered and left the view. Sent several times, so a client may already know part of it. */
export interface ZoneView {
  tick: number;
  entered: (SeenPlayer | SeenMonster)[];
  left: string[];
}

export type EntityMove = [id: string, x: number, y: number, facing: number];

/** In the binary encoding `moves` is bytes, as described in docs/world.md. */
export interface ZoneMoves {
  tick: number;
  moves: EntityMove[];
  /** A keyframe: `moves` has all entities in view. */
  full?: true;
}
