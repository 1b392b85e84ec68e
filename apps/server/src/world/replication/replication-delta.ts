/** Collects the changes of this node's characters in one zone that are published to the other nodes. */
import type { CharacterClass } from '@aeturnis/contracts';
import type { Entity } from '../interest/entity';

type PoseEntry = [id: string, x: number, y: number, facing: number];
/** With its profile where other nodes may not have it yet. */
type ReplicatedCharacter =
  PoseEntry | [...PoseEntry, name: string, characterClass: CharacterClass, level: number, status: string];

export interface ZoneReplicationMessage {
  readonly node: string;
  readonly zone: string;
  readonly here: readonly ReplicatedCharacter[];
  readonly gone: readonly string[];
}

/** In how many full messages a departure is repeated. */
const DEPARTURE_REPEATS = 3;
/** The capacity of a zone. Departures past it are not published; the other nodes expire those characters after 11 s. */
export const MAX_DEPARTURES = 5_000;

export class ReplicationDelta {
  private moves: ReplicatedCharacter[] = [];
  /** By character id: the repeats that are left. */
  private readonly departures = new Map<string, number>();
  private hasNewDepartures = false;
  private readonly publishedProfiles = new WeakSet<object>();

  recordMove(entity: Entity): void {
    this.moves.push(this.entryOf(entity, false));
  }

  recordDeparture(id: string): void {
    // Reinserted at the end: the first entry is the oldest departure.
    this.departures.delete(id);
    this.departures.set(id, DEPARTURE_REPEATS);
    // A node without Redis publishes nothing; without this bound its departures would accumulate.
    const [oldest] = this.departures.size > MAX_DEPARTURES ? this.departures.keys() : [];
    if (oldest !== undefined) this.departures.delete(oldest);
    this.hasNewDepartures = true;
  }

  cancelDeparture(id: string): void {
    this.departures.delete(id);
  }

  /** The changes since the last call, or null; with `allEntities`, a full message with the position of each. */
  take(allEntities: readonly Entity[] | null): Pick<ZoneReplicationMessage, 'here' | 'gone'> | null {
    const here = allEntities?.map((entity) => this.entryOf(entity, true)) ?? this.moves;
    const departed = allEntities || this.hasNewDepartures ? [...this.departures.keys()] : [];
    this.moves = [];
    this.hasNewDepartures = false;
    if (allEntities) {
      for (const [id, repeatsLeft] of this.departures) {
        if (repeatsLeft > 1) this.departures.set(id, repeatsLeft - 1);
        else this.departures.delete(id);
      }
    }
    return here.length + departed.length > 0 ? { here, gone: departed } : null;
  }

  private entryOf({ profile, x, y, facing }: Entity, isFull: boolean): ReplicatedCharacter {
    if (!('class' in profile) || (!isFull && this.publishedProfiles.has(profile))) return [profile.id, x, y, facing];
    this.publishedProfiles.add(profile);
    return [profile.id, x, y, facing, profile.name, profile.class, profile.level, profile.status ?? ''];
  }
}
