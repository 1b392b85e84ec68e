/** Positions of the zones of a node that is alone: nothing is copied, so they are never old. */
import type { ZonePlayer } from '@aeturnis/contracts';
import { type EntryOutcome, type UpdateOutcome, type Visible, ZonePositions } from './zone-positions';

const NOBODY: ReadonlyMap<string, Visible> = new Map();

export class MemoryZonePositions extends ZonePositions {
  readonly shared = false;
  private readonly zones = new Map<string, Map<string, Visible>>();

  async enter(zone: string, players: readonly Visible[]): Promise<EntryOutcome> {
    const inZone = this.zones.get(zone) ?? new Map<string, Visible>();
    const known = players.filter(({ id }) => inZone.has(id)).map(({ id }) => id);
    for (const player of players) inZone.set(player.id, player);
    this.zones.set(zone, inZone);
    return { known, taken: [] };
  }

  async update(zone: string, players: readonly Visible[]): Promise<UpdateOutcome> {
    const inZone = this.zones.get(zone);
    const gone: string[] = [];
    for (const player of players) {
      if (inZone?.has(player.id)) inZone.set(player.id, player);
      else gone.push(player.id);
    }
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
    return [...this.in(zone).values()].map((player) => player.asSeenByOthers());
  }

  private in(zone: string): ReadonlyMap<string, Visible> {
    return this.zones.get(zone) ?? NOBODY;
  }
}
