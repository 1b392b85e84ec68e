/** One zone on this node: its space, its monsters, and what its viewers are told. */
import { type Wanderer, wanderersOf, whereabouts } from '../monsters/wandering';
import type { Zone } from '../zones/zone';
import type { Inhabitant } from './inhabitant';
import { type Press, ZoneBroadcast } from './zone-broadcast';
import { ZoneSpace } from './zone-space';

interface Monster {
  readonly wanderer: Wanderer;
  readonly one: Inhabitant;
}

export class ZoneLife {
  readonly space: ZoneSpace;
  private readonly broadcast: ZoneBroadcast;
  private readonly monsters: readonly Monster[];

  constructor(zone: Zone, press: Press, nowMs: number) {
    this.space = new ZoneSpace(zone);
    this.broadcast = new ZoneBroadcast(this.space, press);
    this.monsters = wanderersOf(zone).map((wanderer) => {
      const { id, kind, level } = wanderer;
      return { wanderer, one: this.space.put({ id, kind, level }, whereabouts(wanderer, nowMs)) };
    });
  }

  /** Puts the monsters where they are now. Whatever holds one, or takes it out of the world, is to be asked here. */
  wander(nowMs: number): void {
    for (const { wanderer, one } of this.monsters) this.space.move(one, whereabouts(wanderer, nowMs));
  }

  /** Tells the viewers. @returns who has moved since the last tick. */
  tick(tick: number, nowMs: number): readonly Inhabitant[] {
    const { watched } = this.space;
    if (watched.size > 0) this.wander(nowMs);
    const moved = this.space.begin(tick);
    if (watched.size > 0) this.broadcast.tick(tick);
    return moved;
  }
}
