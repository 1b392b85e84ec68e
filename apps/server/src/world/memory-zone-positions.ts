/** Positions of the zones of a node that is alone. */
import type { ZonePlayer } from '@aeturnis/contracts';
import { type UpdateOutcome, ZonePositions } from './zone-positions';

const NOBODY: ReadonlyMap<string, ZonePlayer> = new Map();

export class MemoryZonePositions extends ZonePositions {
  readonly shared = false;
  private readonly zones = new Map<string, Map<string, ZonePlayer>>();

  async enter(zone: string, players: readonly ZonePlayer[]): Promise<void> {
    const inZone = this.zones.get(zone) ?? new Map<string, ZonePlayer>();
    for (const player of players) inZone.set(player.id, player);
    this.zones.set(zone, inZone);
  }

  async update(zone: string, players: readonly ZonePlayer[]): Promise<UpdateOutcome> {
    const inZone = this.in(zone);
    const gone = players.filter(({ id }) => !inZone.has(id)).map(({ id }) => id);
    await this.enter(
      zone,
      players.filter(({ id }) => inZone.has(id)),
    );
    return { forgotten: false, taken: [], gone };
  }

  async leave(zone: string, characterId: string): Promise<boolean> {
    return this.zones.get(zone)?.delete(characterId) ?? false;
  }

  forget(zone: string, characterId: string): Promise<boolean> {
    return this.leave(zone, characterId);
  }

  async has(zone: string, characterId: string): Promise<boolean> {
    return this.in(zone).has(characterId);
  }

  async count(zone: string): Promise<number> {
    return this.in(zone).size;
  }

  async snapshot(zone: string): Promise<ZonePlayer[]> {
    return [...this.in(zone).values()];
  }

  private in(zone: string): ReadonlyMap<string, ZonePlayer> {
    return this.zones.get(zone) ?? NOBODY;
  }
}
