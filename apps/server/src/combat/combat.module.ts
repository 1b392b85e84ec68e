/** The Nest module of turn-based fights. */
import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts';
import { CharactersModule } from '../characters';
import { InventoryModule } from '../inventory';
import { NodesModule } from '../nodes';
import { SocialModule } from '../social';
import { WorldModule } from '../world';
import { Absences } from './clocks/absences';
import { DeadlineSweep } from './clocks/deadline-sweep';
import { OutageCredit } from './clocks/outage-credit';
import { OutageCreditRepository } from './clocks/outage-credit.repository';
import { TurnSurvival } from './clocks/turn-survival';
import { CombatAdminService } from './combat-admin.service';
import { COMBAT_METRIC_PROVIDERS, CombatMetrics } from './combat-metrics';
import { CombatRetention } from './combat-retention';
import { CombatController } from './combat.controller';
import { CombatGateway } from './combat.gateway';
import { SeedOffers } from './fairness/seed-offers';
import { SeedsRepository } from './fairness/seeds.repository';
import { CurrentFights } from './fighters/current-fights';
import { FighterHolds } from './fighters/fighter-holds';
import { FightsOfAccount } from './fighters/fights-of-account';
import { FightersRepository } from './fighters/fighters.repository';
import { FightMonstersRepository } from './fights/fight-monsters.repository';
import { FightLogRepository } from './fights/fight-log.repository';
import { DeletedNamesRepository } from './fights/deleted-names.repository';
import { FightPlayersRepository } from './fights/fight-players.repository';
import { FightsRepository } from './fights/fights.repository';
import { FightHistoryService } from './fights/history.service';
import { FightPublicationsRepository } from './publishing/fight-publications.repository';
import { FightPublisher } from './publishing/fight-publisher';
import { PublicationMarks } from './publishing/publication-marks';
import { DuelsService } from './starting/duels.service';
import { MonsterFightsService } from './starting/monster-fights.service';
import { PlayerSetups } from './starting/player-setups';
import { ActionsService } from './steps/actions.service';
import { FightSettlement } from './steps/fight-settlement';
import { FightSteps } from './steps/fight-steps';
import { SpectatorFeed } from './watching/spectator-feed';
import { SpectatorsService } from './watching/spectators.service';

@Module({
  imports: [AccountsModule, CharactersModule, InventoryModule, NodesModule, SocialModule, WorldModule],
  controllers: [CombatController],
  providers: [
    Absences,
    ActionsService,
    CombatAdminService,
    CombatGateway,
    CombatMetrics,
    CombatRetention,
    CurrentFights,
    DeadlineSweep,
    DuelsService,
    FightersRepository,
    FighterHolds,
    FightHistoryService,
    FightLogRepository,
    FightMonstersRepository,
    DeletedNamesRepository,
    FightPlayersRepository,
    FightPublicationsRepository,
    FightPublisher,
    FightSettlement,
    FightsOfAccount,
    FightsRepository,
    FightSteps,
    MonsterFightsService,
    OutageCredit,
    OutageCreditRepository,
    PlayerSetups,
    PublicationMarks,
    SeedOffers,
    SeedsRepository,
    SpectatorFeed,
    SpectatorsService,
    TurnSurvival,
    ...COMBAT_METRIC_PROVIDERS,
  ],
  exports: [CombatAdminService],
})
export class CombatModule {}
