/** Interest management: the zones of this node, their visible entities, and the tick that sends changes to viewers. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { SeenMonster, SeenPlayer } from '@aeturnis/contracts';
import { Clock, Multicast } from '@aeturnis/realtime';
import type { EntityProfile, Entity, EntityPose } from './entity';
import { Viewer } from './viewer';
import { type MonsterStatuses, ZoneSimulation } from '../zone-simulation';
import type { PlayedCharacter } from '../played-characters/played-character';
import { ZoneTicker } from '../zone-ticker';
import { Atlas } from '../zones/atlas';

type EntitiesMovedListener = (zone: string, moved: readonly Entity[], tick: number) => void;

@Injectable()
export class InterestManager implements OnModuleInit {
  private readonly simulations: ReadonlyMap<string, ZoneSimulation>;
  private movedCharacters: PlayedCharacter[] = [];
  private movedListener: EntitiesMovedListener = () => undefined;

  constructor(
    atlas: Atlas,
    multicast: Multicast,
    private readonly ticker: ZoneTicker,
    private readonly clock: Clock,
  ) {
    const now = clock.now();
    this.simulations = new Map(
      [...atlas.zones.values()].map((zone) => [zone.id, new ZoneSimulation(zone, multicast, now)]),
    );
  }

  onModuleInit(): void {
    this.ticker.onTick((tick) => this.tick(tick));
  }

  /** The listener is called at most once per tick and zone, with the entities that have moved or entered. */
  onMoved(listener: EntitiesMovedListener): void {
    this.movedListener = listener;
  }

  /** Makes a character of this node visible, or updates its profile and pose. */
  showCharacter(played: PlayedCharacter): void {
    this.upsert(played.zone.id, played.profile, played.motion);
  }

  /** The next tick applies the current motion of this character to its entity. */
  markMoved(played: PlayedCharacter): void {
    if (played.hasWalked) return;
    played.hasWalked = true;
    this.movedCharacters.push(played);
  }

  /** Sends `zone:state` to the connection of this character, and the changes of its view from the next tick on. */
  startViewing(played: PlayedCharacter): void {
    const { caller, zone } = played;
    const simulation = this.simulationOf(zone.id);
    simulation.moveMonsters(this.clock.now());
    const entity = simulation.space.upsert(played.profile, played.motion);
    const players: SeenPlayer[] = [];
    const monsters: SeenMonster[] = [];
    for (const { view } of entity.cell === null ? [] : simulation.space.entitiesVisibleFrom(entity.cell)) {
      if ('class' in view) players.push(view);
      else monsters.push(view);
    }
    caller.reply('zone:state', { zone: zone.id, tick: this.ticker.currentTick, players, monsters });
    // Last: if anything above throws, the previous viewer stays attached. The view does not change before the next tick.
    played.viewer = new Viewer(caller, played.encoding);
    simulation.space.watch(played.viewer, entity);
  }

  /** Detaches the connection of this character from its view; the character stays visible to others. */
  stopViewing({ viewer, zone, id }: PlayedCharacter): void {
    const { space } = this.simulationOf(zone.id);
    const entity = space.get(id);
    if (viewer && entity) space.unwatch(entity, viewer);
  }

  /** Replaces the statuses of all monsters; the next tick shows them. */
  setMonsterStatuses(statuses: MonsterStatuses): void {
    for (const simulation of this.simulations.values()) simulation.statuses = statuses;
  }

  upsert(zone: string, profile: EntityProfile, pose: EntityPose): void {
    this.simulationOf(zone).space.upsert(profile, pose);
  }

  move(zone: string, id: string, pose: EntityPose): void {
    const { space } = this.simulationOf(zone);
    const entity = space.get(id);
    if (entity) space.move(entity, pose);
  }

  get(zone: string, id: string): Entity | undefined {
    return this.simulationOf(zone).space.get(id);
  }

  remove(zone: string, id: string): void {
    this.simulationOf(zone).space.remove(id);
  }

  private tick(tick: number): void {
    const { movedCharacters } = this;
    this.movedCharacters = [];
    for (const played of movedCharacters) {
      played.hasWalked = false;
      if (played.isPresent) this.applyMovement(played);
    }
    const now = this.clock.now();
    for (const [zone, simulation] of this.simulations) {
      const movedEntities = simulation.tick(tick, now);
      if (movedEntities.length > 0) this.movedListener(zone, movedEntities, tick);
    }
  }

  private applyMovement(played: PlayedCharacter): void {
    const { space } = this.simulationOf(played.zone.id);
    if (typeof played.entity?.cell !== 'number') played.entity = space.get(played.id);
    if (played.entity) space.move(played.entity, played.motion);
  }

  private simulationOf(zone: string): ZoneSimulation {
    const simulation = this.simulations.get(zone);
    if (!simulation) throw new Error(`unknown zone '${zone}': it has no zone file on this node`);
    return simulation;
  }
}
