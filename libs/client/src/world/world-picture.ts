/** The entities in view, by the rules for clients: what is lost is correct again within a second. */
import type { SeenMonster, SeenPlayer, ZoneMoves, ZoneState, ZoneView } from '@aeturnis/contracts';
import { EntityTrack, type ShownPose } from './entity-track';
import { readMoves, type Move } from './moves-decoder';
import { PlaybackClock } from './playback-clock';

const TICK_MS = 100;

export type SeenEntity = SeenPlayer | SeenMonster;
/** An entity at the moment that is shown. */
export type ShownEntity = SeenEntity & ShownPose;

interface Tracked {
  seen: SeenEntity;
  readonly track: EntityTrack;
}

export class WorldPicture {
  zone = '';
  private readonly byId = new Map<string, Tracked>();
  private readonly byShortId = new Map<number, Tracked>();
  private readonly playback = new PlaybackClock();

  setState({ zone, tick, players, monsters }: ZoneState, now: number): void {
    this.zone = zone;
    this.byId.clear();
    this.byShortId.clear();
    this.playback.reset();
    this.playback.onTick(tick, now);
    for (const entity of [...players, ...monsters]) this.put(entity, tick);
  }

  applyView({ tick, entered, left }: ZoneView, now: number): void {
    this.playback.onTick(tick, now);
    for (const id of left) this.remove(id);
    for (const entity of entered) this.put(entity, tick);
  }

  applyMoves({ tick, moves, full }: ZoneMoves, now: number): void {
    this.playback.onTick(tick, now);
    const moved = new Set<Tracked>();
    for (const move of readMoves(moves)) {
      const entity = this.find(move);
      entity?.track.add(tick * TICK_MS, move);
      if (entity) moved.add(entity);
    }
    if (full) for (const entity of this.byId.values()) if (!moved.has(entity)) this.remove(entity.seen.id);
  }

  /** A lasting change of an entity, such as its level. */
  change(id: string, change: Partial<Pick<SeenPlayer, 'level' | 'status'>>): void {
    const entity = this.byId.get(id);
    if (entity) entity.seen = { ...entity.seen, ...change };
  }

  /** @param now milliseconds by the clock of the device; call it once a frame. */
  at(now: number): ShownEntity[] {
    const time = this.playback.at(now);
    return [...this.byId.values()].map(({ seen, track }) => ({ ...seen, ...track.at(time) }));
  }

  private put(seen: SeenEntity, tick: number): void {
    const known = this.byId.get(seen.id);
    const entity = known ?? { seen, track: new EntityTrack() };
    if (known) this.byShortId.delete(known.seen.n);
    entity.seen = seen;
    entity.track.add(tick * TICK_MS, seen);
    this.byId.set(seen.id, entity);
    this.byShortId.set(seen.n, entity);
  }

  private find({ id, n }: Move): Tracked | undefined {
    if (id !== undefined) return this.byId.get(id);
    return n === undefined ? undefined : this.byShortId.get(n);
  }

  private remove(id: string): void {
    const entity = this.byId.get(id);
    if (!entity) return;
    this.byId.delete(id);
    if (this.byShortId.get(entity.seen.n) === entity) this.byShortId.delete(entity.seen.n);
  }
}
