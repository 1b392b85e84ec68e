/** The port of the position store: the characters in each zone on all nodes, with positions up to a second old. */
import type { ZonePlayer } from '@aeturnis/contracts';

/** A character of this node; its public view is read when the store needs it. */
export interface ZoneOccupant {
  readonly id: string;
  /** The number of its stay in the world: if two nodes enter the same character, the later stay keeps it. */
  readonly stay: number;
  publicView(): ZonePlayer;
}

/** The result of `enter`. */
export interface EntryOutcome {
  /** Ids that were in the zone already, on any node: their entry has been announced. */
  readonly known: readonly string[];
  /** Ids that another node has entered in a later stay; that node keeps them. */
  readonly taken: readonly string[];
}

/** The result of `update`. */
export interface UpdateOutcome {
  /** The store has no data of this node any more: all its characters have to enter again. */
  isNodeUnknown: boolean;
  /** Ids that another node has now. */
  taken: readonly string[];
  /** Ids that were removed and that no node has. */
  missing: readonly string[];
}

export abstract class ZonePositions {
  /** Whether other nodes use the same store. */
  abstract readonly isShared: boolean;
  /**
   * Adds characters of this node, and removes them from the node that had them. Atomic with reading which were present:
   * entries into the zone and leaves from it are serialised, and each sees the result of the one before.
   */
  abstract enter(zone: string, players: readonly ZoneOccupant[]): Promise<EntryOutcome>;
  /**
   * Replaces the stored views of characters of this node; never adds one that has left. Call it every few seconds, with an
   * empty list if nothing changed: the entries of a node without updates expire after a minute.
   */
  abstract update(zone: string, players: readonly ZoneOccupant[]): Promise<UpdateOutcome>;
  /** Removes a character of this node. True for exactly the one call, on any node, that ended its stay. */
  abstract leave(zone: string, characterId: string): Promise<boolean>;
  /** Like `leave`, on the node that has it. */
  abstract evict(zone: string, characterId: string): Promise<boolean>;
  abstract has(zone: string, characterId: string): Promise<boolean>;
  abstract count(zone: string): Promise<number>;
  /** All players in the zone, unordered. */
  abstract snapshot(zone: string): Promise<ZonePlayer[]>;
}
