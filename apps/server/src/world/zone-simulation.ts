/** Simulates one zone on this node: moves its monsters and broadcasts the changes of each tick. */
import { type PatrollingMonster, createMonsters, monsterPoseAt } from './monsters/patrolling-monsters';
import type { Zone } from './zones/zone';
import type { Entity } from './interest/entity';
import { type PacketEncoder, ZoneBroadcast } from './replication/zone-broadcast';
import { ZoneSpace } from './interest/zone-space';

interface SimulatedMonster {
  readonly monster: PatrollingMonster;
  /** Null while the monster is absent. */
  entity: Entity | null;
}

/** `fights`: stands still. `absent`: was defeated, and is not visible. Monsters without a status patrol. */
export type MonsterStatus = 'fights' | 'absent';
export type MonsterStatuses = ReadonlyMap<string, MonsterStatus>;

export class ZoneSimulation {
  readonly space: ZoneSpace;
  private readonly broadcast: ZoneBroadcast;
  private readonly monsters: readonly SimulatedMonster[];
  /** By monster. */
  statuses: MonsterStatuses = new Map();

  constructor(zone: Zone, encoder: PacketEncoder, nowMs: number) {
    this.space = new ZoneSpace(zone);
    this.broadcast = new ZoneBroadcast(this.space, encoder);
    this.monsters = createMonsters(zone).map((monster) => {
      const { id, kind, level } = monster;
      return { monster, entity: this.space.upsert({ id, kind, level }, monsterPoseAt(monster, nowMs)) };
    });
  }

  /** Moves the monsters to their current poses, and hides or shows them by their status. */
  moveMonsters(nowMs: number): void {
    for (const simulated of this.monsters) this.moveMonster(simulated, nowMs);
  }

  /** Broadcasts to the viewers. @returns the entities that have moved since the last tick. */
  tick(tick: number, nowMs: number): readonly Entity[] {
    const { watchedCells } = this.space;
    if (watchedCells.size > 0) this.moveMonsters(nowMs);
    const movedEntities = this.space.beginTick(tick);
    if (watchedCells.size > 0) this.broadcast.tick(tick);
    return movedEntities;
  }

  private moveMonster(simulated: SimulatedMonster, nowMs: number): void {
    const { monster, entity } = simulated;
    const status = this.statuses.get(monster.id);
    if (status === 'absent') {
      if (entity) this.space.remove(monster.id);
      simulated.entity = null;
    } else if (!entity) {
      const { id, kind, level } = monster;
      simulated.entity = this.space.upsert({ id, kind, level }, monsterPoseAt(monster, nowMs));
    } else if (status === undefined) this.space.move(entity, monsterPoseAt(monster, nowMs));
  }
}
