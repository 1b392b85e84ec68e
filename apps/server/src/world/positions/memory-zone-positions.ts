/** The position store of a single node, in memory. It refers to the characters, so positions are always current. */
import type { ZonePlayer } from '@aeturnis/contracts';
import { type EntryOutcome, type UpdateOutcome, type ZoneOccupant, ZonePositions } from './zone-positions';

const NO_PLAYERS: ReadonlyMap<string, ZoneOccupant> = new Map();

export class MemoryZonePositions extends ZonePositions {
  readonly isShared = false;
  private readonly zones = new Map<string, Map<string, ZoneOccupant>>();

  async enter(zone: string, players: readonly ZoneOccupant[]): Promise<EntryOutcome> {
    const inZone = this.zones.get(zone) ?? new Map<string, ZoneOccupant>();
    const known = players.filter(({ id }) => inZone.has(id)).map(({ id }) => id);
    for (const player of players) inZone.set(player.id, player);
    this.zones.set(zone, inZone);
    return { known, taken: [] };
  }

  async update(zone: string, players: readonly ZoneOccupant[]): Promise<UpdateOutcome> {
    const inZone = this.zones.get(zone);
    const missing: string[] = [];
    for (const player of players) {
      if (inZone?.has(player.id)) inZone.set(player.id, player);
      else missing.push(player.id);
    }
    return { isNodeUnknown: false, taken: [], missing };
  }

  async leave(zone: string, characterId: string): Promise<boolean> {
    return this.zones.get(zone)?.delete(characterId) ?? false;
  }

  evict(zone: string, characterId: string): Promise<boolean> {
    return this.leave(zone, characterId);
  }

  async has(zone: string, characterId: string): Promise<boolean> {
    return this.playersIn(zone).has(characterId);
  }

  async count(zone: string): Promise<number> {
    return this.playersIn(zone).size;
  }

  async snapshot(zone: string): Promise<ZonePlayer[]> {
    return [...this.playersIn(zone).values()].map((player) => player.publicView());
  }

  private playersIn(zone: string): ReadonlyMap<string, ZoneOccupant> {
    return this.zones.get(zone) ?? NO_PLAYERS;
  }
}
