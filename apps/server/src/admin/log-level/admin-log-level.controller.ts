/** Admin API for the log level of the nodes. */
import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Principal, rate } from '@aeturnis/contracts';
import { ApiErrors, CurrentUser, RateLimit, Roles } from '../../http';
import { LogLevelDto } from './log-level.dto';
import { LOG_LEVELS_EXAMPLE } from './log-level-example';
import { type LogLevels, AdminLogLevelService } from './admin-log-level.service';

@ApiTags('admin')
@Roles('admin')
@Controller('api/admin/log-level')
export class AdminLogLevelController {
  constructor(private readonly levels: AdminLogLevelService) {}

  @Get()
  @ApiOperation({ summary: 'Shows the log level of each node, and until when a change of it lasts.' })
  @ApiOkResponse({ schema: { example: LOG_LEVELS_EXAMPLE } })
  @ApiErrors('FORBIDDEN')
  list(): Promise<LogLevels> {
    return this.levels.levels();
  }

  @Put()
  @RateLimit('admin:log-level', rate(30, 60))
  @ApiOperation({ summary: 'Changes the log level of all nodes, or of one, for some minutes.' })
  @ApiOkResponse({ schema: { example: LOG_LEVELS_EXAMPLE } })
  @ApiErrors('VALIDATION', 'FORBIDDEN', 'NOT_FOUND', 'UNAVAILABLE')
  change(@CurrentUser() actor: Principal, @Body() dto: LogLevelDto): Promise<LogLevels> {
    return this.levels.change(actor, dto);
  }
}
