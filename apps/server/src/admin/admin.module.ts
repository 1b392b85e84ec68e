/** Administration: looks at all of the server and acts on it, on the record. */
import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts';
import { WorldModule } from '../world';
import { AdminAuditRepository } from './admin-audit.repository';
import { AdminAuditService } from './admin-audit.service';
import { AdminOverviewService } from './admin-overview.service';
import { AdminUsersController } from './admin-users.controller';
import { AdminUsersService } from './admin-users.service';
import { AdminController } from './admin.controller';
import { BroadcastService } from './broadcast.service';
import { NodeReports } from './node-reports';

@Module({
  imports: [AccountsModule, WorldModule],
  controllers: [AdminController, AdminUsersController],
  providers: [
    AdminAuditRepository,
    AdminAuditService,
    AdminOverviewService,
    AdminUsersService,
    BroadcastService,
    NodeReports,
  ],
})
export class AdminModule {}
