/** The admin API about the server as a whole. */
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Announcement, type Principal, rate } from '@aeturnis/contracts';
import { ApiErrors, CurrentUser, Limited, Roles } from '../http';
import { AdminAuditService, type AuditPage } from './admin-audit.service';
import { AdminOverviewService, type Overview } from './admin-overview.service';
import { BroadcastDto } from './broadcast.dto';
import { BroadcastService } from './broadcast.service';
import { ANNOUNCEMENT_EXAMPLE, AUDIT_EXAMPLE, OVERVIEW_EXAMPLE } from './examples';
import { AuditPageDto } from './page.dto';

@ApiTags('admin')
@Roles('admin')
@Controller('api/admin')
export class AdminController {
  constructor(
    private readonly state: AdminOverviewService,
    private readonly broadcasts: BroadcastService,
    private readonly records: AdminAuditService,
  ) {}

  @Get('overview')
  @ApiOperation({ summary: 'Shows nodes, players, rooms and stores at a glance.' })
  @ApiOkResponse({ schema: { example: OVERVIEW_EXAMPLE } })
  @ApiErrors('FORBIDDEN')
  overview(): Promise<Overview> {
    return this.state.overview();
  }

  @Post('broadcasts')
  @Limited('admin:broadcast', rate(30, 60))
  @ApiOperation({ summary: 'Announces something to everybody, to a zone, or to one user: `system:announcement`.' })
  @ApiCreatedResponse({ schema: { example: ANNOUNCEMENT_EXAMPLE } })
  @ApiErrors('VALIDATION', 'FORBIDDEN', 'NOT_FOUND')
  broadcast(@CurrentUser() actor: Principal, @Body() dto: BroadcastDto): Promise<Announcement> {
    return this.broadcasts.announce(actor, dto);
  }

  @Get('audit')
  @ApiOperation({ summary: 'Lists what administrators did, the newest first.' })
  @ApiOkResponse({ schema: { example: AUDIT_EXAMPLE } })
  @ApiErrors('VALIDATION', 'FORBIDDEN')
  audit(@Query() page: AuditPageDto): Promise<AuditPage> {
    return this.records.page(page);
  }
}
