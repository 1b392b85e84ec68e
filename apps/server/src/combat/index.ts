/** Turn-based fights: what other domains may use. */
export { CombatAdminService } from './combat-admin.service';
export { CombatModule } from './combat.module';
export type { FightListPage } from './fights/fight';
