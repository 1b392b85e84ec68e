/** Admin API for the whole server: overview, announcements and audit log. */
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Announcement, type Principal, rate } from '@aeturnis/contracts';
import { ApiErrors, CurrentUser, RateLimit, Roles } from '../http';
import { AdminAuditService, type AuditPage } from './admin-audit.service';
import { AdminOverviewService, type ServerOverview } from './admin-overview.service';
import { BroadcastDto } from './broadcast.dto';
import { BroadcastService } from './broadcast.service';
import { ANNOUNCEMENT_EXAMPLE, AUDIT_EXAMPLE, OVERVIEW_EXAMPLE } from './examples';
import { AuditPageDto } from './page.dto';

@ApiTags('admin')
@Roles('admin')
@Controller('api/admin')
export class AdminController {
  constructor(
    private readonly overviewService: AdminOverviewService,
    private readonly broadcasts: BroadcastService,
    private readonly auditService: AdminAuditService,
  ) {}

  @Get('overview')
  @ApiOperation({ summary: 'Shows nodes, online users, rooms, database and Redis.' })
  @ApiOkResponse({ schema: { example: OVERVIEW_EXAMPLE } })
  @ApiErrors('FORBIDDEN')
  overview(): Promise<ServerOverview> {
    return this.overviewService.overview();
  }

  @Post('broadcasts')
  @RateLimit('admin:broadcast', rate(30, 60))
  @ApiOperation({ summary: 'Sends `system:announcement` to all users, to a zone or to one user.' })
  @ApiCreatedResponse({ schema: { example: ANNOUNCEMENT_EXAMPLE } })
  @ApiErrors('VALIDATION', 'FORBIDDEN', 'NOT_FOUND')
  broadcast(@CurrentUser() actor: Principal, @Body() dto: BroadcastDto): Promise<Announcement> {
    return this.broadcasts.announce(actor, dto);
  }

  @Get('audit')
  @ApiOperation({ summary: 'Lists the actions of administrators, newest first.' })
  @ApiOkResponse({ schema: { example: AUDIT_EXAMPLE } })
  @ApiErrors('VALIDATION', 'FORBIDDEN')
  audit(@Query() page: AuditPageDto): Promise<AuditPage> {
    return this.auditService.page(page);
  }
}
