/** What a player sees of a zone: the part around, how it changes, and who moves in it. */
import type { CharacterClass } from './character-classes';

/** How `zone:moves` comes: `binary` is a fifth of the bytes. */
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
}

/** What stands for the id in the binary form; it holds on this connection, in this zone. */
interface Numbered {
  n: number;
}

export type SeenPlayer = ZonePlayer & Numbered;

export interface SeenMonster extends Numbered {
  id: string;
  kind: string;
  level: number;
  x: number;
  y: number;
  facing: number;
}

/** Everybody in the view, the player's own character included. */
export interface ZoneState {
  zone: string;
  tick: number;
  players: SeenPlayer[];
  monsters: SeenMonster[];
}

/** Who came into the view and who went out of it. Told several times: some of it may be known already. */
export interface ZoneView {
  tick: number;
  entered: (SeenPlayer | SeenMonster)[];
  left: string[];
}

export type Move = [id: string, x: number, y: number, facing: number];

/** In the binary form `moves` is bytes, as docs/world.md says. */
export interface ZoneMoves {
  tick: number;
  moves: Move[];
  /** Everybody in the view is in it. */
  full?: true;
}
