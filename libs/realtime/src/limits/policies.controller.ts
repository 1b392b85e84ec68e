/** Tells clients the rate policies in force, so that they can pace themselves. */
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CONNECTION_POLICY, type RatePolicy } from '@aeturnis/contracts';
import { Public } from '@aeturnis/platform';
import { CommandTable } from '../commands/command-table';

export interface Policies {
  connection: RatePolicy;
  commands: Record<string, RatePolicy | null>;
}

@ApiTags('realtime')
@Public()
@Controller('api/realtime')
export class PoliciesController {
  constructor(private readonly table: CommandTable) {}

  @Get('policies')
  @ApiOperation({ summary: 'The rate policy of every command; null where there is none.' })
  @ApiOkResponse({
    schema: {
      example: {
        connection: CONNECTION_POLICY,
        commands: { 'chat:whisper': { limit: 10, windowMs: 60000, burst: 10, scope: 'cluster', excess: 'refuse' } },
      },
    },
  })
  policies(): Policies {
    const commands = this.table.all().map(({ contract, policy }) => [contract.name, policy] as const);
    return { connection: CONNECTION_POLICY, commands: Object.fromEntries(commands) };
  }
}
