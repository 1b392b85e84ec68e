/** Module of the admin API: overview, figures, nodes, connections, rooms, limits, log level, users, fights, announcements, audit. */
import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts';
import { CombatModule } from '../combat';
import { WorldModule } from '../world';
import { AdminAuditRepository } from './admin-audit.repository';
import { AdminAuditService } from './admin-audit.service';
import { AdminOverviewService } from './admin-overview.service';
import { AdminController } from './admin.controller';
import { AdminBroadcastsController } from './broadcasts/admin-broadcasts.controller';
import { AudienceService } from './broadcasts/audience.service';
import { BroadcastTargets } from './broadcasts/broadcast-targets';
import { BroadcastService } from './broadcasts/broadcast.service';
import { LocalAudience } from './broadcasts/local-audience';
import { ClusterPages } from './cluster-pages/cluster-pages';
import { AdminCombatsController } from './combats/admin-combats.controller';
import { AdminCombatsService } from './combats/admin-combats.service';
import { AdminFiguresController } from './figures/admin-figures.controller';
import { AdminGateway } from './figures/admin.gateway';
import { FigureSampler } from './figures/figure-sampler';
import { FigureSource } from './figures/figure-source';
import { FiguresFeed } from './figures/figures-feed';
import { FiguresService } from './figures/figures.service';
import { AdminLimitsController } from './limits/admin-limits.controller';
import { AdminLimitsService } from './limits/admin-limits.service';
import { LocalLimits } from './limits/local-limits';
import { AdminLogLevelController } from './log-level/admin-log-level.controller';
import { AdminLogLevelService } from './log-level/admin-log-level.service';
import { NodeLogLevel } from './log-level/node-log-level';
import { AdminNodesController } from './nodes/admin-nodes.controller';
import { AdminNodesService } from './nodes/admin-nodes.service';
import { NodeControl } from './nodes/node-control';
import { NodeQuestions } from './nodes/node-questions';
import { NodeReports } from './nodes/node-reports';
import { AdminRoomsController } from './rooms/admin-rooms.controller';
import { AdminRoomsService } from './rooms/admin-rooms.service';
import { LocalRoomPages } from './rooms/local-room-pages';
import { AdminSocketsController } from './sockets/admin-sockets.controller';
import { AdminSocketsService } from './sockets/admin-sockets.service';
import { LocalSockets } from './sockets/local-sockets';
import { AdminUserNotesController } from './users/admin-user-notes.controller';
import { AdminUsersController } from './users/admin-users.controller';
import { AdminUsersService } from './users/admin-users.service';
import { UserActionsService } from './users/user-actions.service';
import { UserNotesRepository } from './users/user-notes.repository';
import { UserNotesService } from './users/user-notes.service';

@Module({
  imports: [AccountsModule, CombatModule, WorldModule],
  controllers: [
    AdminBroadcastsController,
    AdminCombatsController,
    AdminController,
    AdminFiguresController,
    AdminLimitsController,
    AdminLogLevelController,
    AdminNodesController,
    AdminRoomsController,
    AdminSocketsController,
    AdminUserNotesController,
    AdminUsersController,
  ],
  providers: [
    AdminAuditRepository,
    AdminAuditService,
    AdminCombatsService,
    AdminGateway,
    AdminLimitsService,
    AdminLogLevelService,
    AdminNodesService,
    AdminOverviewService,
    AdminRoomsService,
    AdminSocketsService,
    AdminUsersService,
    AudienceService,
    BroadcastService,
    BroadcastTargets,
    ClusterPages,
    FigureSampler,
    FigureSource,
    FiguresFeed,
    FiguresService,
    LocalAudience,
    LocalLimits,
    LocalRoomPages,
    LocalSockets,
    NodeControl,
    NodeLogLevel,
    NodeQuestions,
    NodeReports,
    UserActionsService,
    UserNotesRepository,
    UserNotesService,
  ],
})
export class AdminModule {}
