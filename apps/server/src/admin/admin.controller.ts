/** Admin API for the whole server: overview and audit log. */
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors, Roles } from '../http';
import { AdminAuditService, type AuditPage } from './admin-audit.service';
import { AdminOverviewService, type ServerOverview } from './admin-overview.service';
import { AUDIT_EXAMPLE, OVERVIEW_EXAMPLE } from './examples';
import { AuditPageDto } from './page.dto';

@ApiTags('admin')
@Roles('admin')
@Controller('api/admin')
export class AdminController {
  constructor(
    private readonly overviewService: AdminOverviewService,
    private readonly auditService: AdminAuditService,
  ) {}

  @Get('overview')
  @ApiOperation({ summary: 'Shows nodes, online users, rooms, database and Redis.' })
  @ApiOkResponse({ schema: { example: OVERVIEW_EXAMPLE } })
  @ApiErrors('FORBIDDEN')
  overview(): Promise<ServerOverview> {
    return this.overviewService.overview();
  }

  @Get('audit')
  @ApiOperation({ summary: 'Lists the actions of administrators, newest first.' })
  @ApiOkResponse({ schema: { example: AUDIT_EXAMPLE } })
  @ApiErrors('VALIDATION', 'FORBIDDEN')
  audit(@Query() page: AuditPageDto): Promise<AuditPage> {
    return this.auditService.page(page);
  }
}
