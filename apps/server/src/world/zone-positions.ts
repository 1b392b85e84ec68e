/** The port through which all nodes know who stands where in a zone. Positions are up to a second old. */
import type { ZonePlayer } from '@aeturnis/contracts';

/** A character of this node, which is asked how it is seen when that is needed. */
export interface Visible {
  readonly id: string;
  /** The number of its stay in the world: of two nodes that enter one character, the later stay has it. */
  readonly stay: number;
  asSeenByOthers(): ZonePlayer;
}

/** What the store found of the characters that entered. */
export interface EntryOutcome {
  /** Ids that were in the zone already, on any node: the others of the zone know them. */
  readonly known: readonly string[];
  /** Ids that have entered through another node in a later stay; that node keeps them. */
  readonly taken: readonly string[];
}

/** What the store found of the characters a node told of. */
export interface UpdateOutcome {
  /** The store has lost what it knew of this node: everybody has to enter again. */
  forgotten: boolean;
  /** Ids that have entered through another node. */
  taken: readonly string[];
  /** Ids that were taken off and are nowhere. */
  gone: readonly string[];
}

export abstract class ZonePositions {
  /** Whether other nodes have characters here, too. */
  abstract readonly shared: boolean;
  /**
   * Makes characters of this node seen by the next `snapshot`, and takes them off the node that had them. In one step with
   * finding out who was there: of all entries into the zone and exits from it, each finds what the one before has left.
   */
  abstract enter(zone: string, players: readonly Visible[]): Promise<EntryOutcome>;
  /**
   * Replaces how characters of this node are seen. Never brings back one that has left. Call it every few seconds, with
   * nobody where nothing changed: what a dead node held vanishes after a minute.
   */
  abstract update(zone: string, players: readonly Visible[]): Promise<UpdateOutcome>;
  /** Takes off a character of this node. True for the one call, on any node, that ended its stay. */
  abstract leave(zone: string, characterId: string): Promise<boolean>;
  /** Like `leave`, whichever node has it. */
  abstract forget(zone: string, characterId: string): Promise<boolean>;
  abstract has(zone: string, characterId: string): Promise<boolean>;
  /** How many are in the zone. */
  abstract count(zone: string): Promise<number>;
  /** Everybody in the zone, in no order. */
  abstract snapshot(zone: string): Promise<ZonePlayer[]>;
}
