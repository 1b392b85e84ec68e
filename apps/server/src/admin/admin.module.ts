/** Module of the admin API: overview, figures, users, fights, announcements and audit log. */
import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts';
import { CombatModule } from '../combat';
import { WorldModule } from '../world';
import { AdminAuditRepository } from './admin-audit.repository';
import { AdminAuditService } from './admin-audit.service';
import { AdminCombatsController } from './combats/admin-combats.controller';
import { AdminCombatsService } from './combats/admin-combats.service';
import { AdminOverviewService } from './admin-overview.service';
import { AdminUsersController } from './admin-users.controller';
import { AdminUsersService } from './admin-users.service';
import { AdminController } from './admin.controller';
import { BroadcastService } from './broadcast.service';
import { AdminFiguresController } from './figures/admin-figures.controller';
import { AdminGateway } from './figures/admin.gateway';
import { FigureSampler } from './figures/figure-sampler';
import { FigureSource } from './figures/figure-source';
import { FiguresFeed } from './figures/figures-feed';
import { FiguresService } from './figures/figures.service';
import { AdminNodesController } from './nodes/admin-nodes.controller';
import { AdminNodesService } from './nodes/admin-nodes.service';
import { NodeControl } from './nodes/node-control';
import { NodeQuestions } from './nodes/node-questions';
import { NodeReports } from './nodes/node-reports';

@Module({
  imports: [AccountsModule, CombatModule, WorldModule],
  controllers: [
    AdminCombatsController,
    AdminController,
    AdminFiguresController,
    AdminNodesController,
    AdminUsersController,
  ],
  providers: [
    AdminAuditRepository,
    AdminAuditService,
    AdminCombatsService,
    AdminGateway,
    AdminNodesService,
    AdminOverviewService,
    AdminUsersService,
    BroadcastService,
    FigureSampler,
    FigureSource,
    FiguresFeed,
    FiguresService,
    NodeControl,
    NodeQuestions,
    NodeReports,
  ],
})
export class AdminModule {}
