/** The world: zones, the characters played in them, and their movement. */
export { type Playing, WorldService } from './world.service';
export { WorldModule } from './world.module';
