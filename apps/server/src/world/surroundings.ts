/** What is around whom: all zones of this node, who is seen in them, and the tick in which that is told. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { SeenMonster, SeenPlayer } from '@aeturnis/contracts';
import { Clock, Multicast } from '@aeturnis/realtime';
import type { About, Inhabitant, Spot } from './area/inhabitant';
import { Viewer } from './area/viewer';
import { ZoneLife } from './area/zone-life';
import type { PlayedCharacter } from './played-character';
import { ZoneTicker } from './zone-ticker';
import { Atlas } from './zones/atlas';

type MovedListener = (zone: string, moved: readonly Inhabitant[], tick: number) => void;

@Injectable()
export class Surroundings implements OnModuleInit {
  private readonly lives: ReadonlyMap<string, ZoneLife>;
  private walked: PlayedCharacter[] = [];
  private movedListener: MovedListener = () => undefined;

  constructor(
    atlas: Atlas,
    multicast: Multicast,
    private readonly ticker: ZoneTicker,
    private readonly clock: Clock,
  ) {
    const now = clock.now();
    this.lives = new Map([...atlas.zones.values()].map((zone) => [zone.id, new ZoneLife(zone, multicast, now)]));
  }

  onModuleInit(): void {
    this.ticker.onTick((tick) => this.tick(tick));
  }

  /** Hears, once a tick and zone, of those who have moved or come. */
  onMoved(listener: MovedListener): void {
    this.movedListener = listener;
  }

  /** A character of this node is seen from now on. */
  appear(played: PlayedCharacter): void {
    this.put(played.zone.id, played.about, played.motion);
  }

  /** It has walked, and is seen where it stands in the next tick. */
  mark(played: PlayedCharacter): void {
    if (played.hasWalked) return;
    played.hasWalked = true;
    this.walked.push(played);
  }

  /** Shows its player what is around it, and tells what changes about that from now on. */
  show(played: PlayedCharacter): void {
    const { caller, zone } = played;
    const life = this.life(zone.id);
    life.wander(this.clock.now());
    const one = life.space.put(played.about, played.motion);
    const players: SeenPlayer[] = [];
    const monsters: SeenMonster[] = [];
    for (const { seen } of one.cell === null ? [] : life.space.viewFrom(one.cell)) {
      if ('class' in seen) players.push(seen);
      else monsters.push(seen);
    }
    caller.reply('zone:state', { zone: zone.id, tick: this.ticker.current, players, monsters });
    // Last: where any of this fails, the player is told what it was told before. Nothing changes until the next tick.
    played.viewer = new Viewer(caller, played.encoding);
    life.space.watch(played.viewer, one);
  }

  /** Its connection is told nothing more; the character is still seen. */
  lookAway({ viewer, zone, id }: PlayedCharacter): void {
    const { space } = this.life(zone.id);
    const one = space.get(id);
    if (viewer && one) space.unwatch(one, viewer);
  }

  put(zone: string, about: About, spot: Spot): void {
    this.life(zone).space.put(about, spot);
  }

  move(zone: string, id: string, spot: Spot): void {
    const { space } = this.life(zone);
    const one = space.get(id);
    if (one) space.move(one, spot);
  }

  get(zone: string, id: string): Inhabitant | undefined {
    return this.life(zone).space.get(id);
  }

  remove(zone: string, id: string): void {
    this.life(zone).space.remove(id);
  }

  private tick(tick: number): void {
    const { walked } = this;
    this.walked = [];
    for (const played of walked) {
      played.hasWalked = false;
      if (played.present) this.follow(played);
    }
    const now = this.clock.now();
    for (const [zone, life] of this.lives) {
      const moved = life.tick(tick, now);
      if (moved.length > 0) this.movedListener(zone, moved, tick);
    }
  }

  private follow(played: PlayedCharacter): void {
    const { space } = this.life(played.zone.id);
    if (typeof played.inhabitant?.cell !== 'number') played.inhabitant = space.get(played.id);
    if (played.inhabitant) space.move(played.inhabitant, played.motion);
  }

  private life(zone: string): ZoneLife {
    const life = this.lives.get(zone);
    if (!life) throw new Error(`there is no zone '${zone}'`);
    return life;
  }
}
