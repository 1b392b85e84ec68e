/** The world: zones, the characters played in them, and their movement. */
export { BrokenWorldError } from './zones/zone-folder';
export { ZonesModule } from './zones/zones.module';
export { type Playing, WorldService } from './world.service';
export { WorldModule } from './world.module';
