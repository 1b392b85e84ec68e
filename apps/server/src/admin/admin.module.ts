/** Module of the admin API: overview, users, fights, announcements and audit log. */
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
import { NodeReports } from './node-reports';

@Module({
  imports: [AccountsModule, CombatModule, WorldModule],
  controllers: [AdminCombatsController, AdminController, AdminUsersController],
  providers: [
    AdminAuditRepository,
    AdminAuditService,
    AdminCombatsService,
    AdminOverviewService,
    AdminUsersService,
    BroadcastService,
    NodeReports,
  ],
})
export class AdminModule {}
