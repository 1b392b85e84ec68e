/** HTTP endpoint with the rate policies in force, so that clients can pace themselves. */
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CONNECTION_POLICY, FAN_OUT_BUDGET, HTTP_RESPONSE_BUDGET } from '@aeturnis/contracts';
import { Public } from '@aeturnis/platform';
import { Operations, type PoliciesResponse } from './operations';

@ApiTags('realtime')
@Public()
@Controller('api/realtime')
export class PoliciesController {
  constructor(private readonly operations: Operations) {}

  @Get('policies')
  @ApiOperation({ summary: 'Returns the rate policy of every command and HTTP operation; null if there is none.' })
  @ApiOkResponse({
    schema: {
      example: {
        connection: CONNECTION_POLICY,
        commands: { 'system:ping': { limit: 60, windowMs: 60000, burst: 30, scope: 'node', excess: 'refuse' } },
        operations: { 'account:update': { limit: 10, windowMs: 60000, burst: 10, scope: 'node', excess: 'refuse' } },
        guests: { 'message:update': { limit: 15, windowMs: 60000, burst: 5, scope: 'cluster', excess: 'refuse' } },
        budgets: [FAN_OUT_BUDGET, HTTP_RESPONSE_BUDGET],
      },
    },
  })
  policies(): PoliciesResponse {
    return this.operations.policies();
  }
}
