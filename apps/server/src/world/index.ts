/** The world: zones, the characters played in them, and their movement. */
export { BrokenWorldError } from './zones/zone-folder';
export { ZonesModule } from './zones/zones.module';
export { FightingCharacters, type FighterStatus } from './played-characters/fighting-characters';
export { type WorldFighter, WorldService } from './world.service';
export { WorldModule } from './world.module';
export type { MonsterStatus } from './zone-simulation';
