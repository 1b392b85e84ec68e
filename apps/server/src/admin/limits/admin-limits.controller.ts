/** Admin API for the limits in force. */
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors, Roles } from '../../http';
import { AdminLimitsService, type LimitsInForce } from './admin-limits.service';
import { LIMITS_EXAMPLE } from './limits-example';

@ApiTags('admin')
@Roles('admin')
@Controller('api/admin/limits')
export class AdminLimitsController {
  constructor(private readonly limits: AdminLimitsService) {}

  @Get()
  @ApiOperation({
    summary: 'Shows the rate policies, how often each has refused on each node, and the connection limits.',
  })
  @ApiOkResponse({ schema: { example: LIMITS_EXAMPLE } })
  @ApiErrors('FORBIDDEN')
  list(): Promise<LimitsInForce> {
    return this.limits.limits();
  }
}
