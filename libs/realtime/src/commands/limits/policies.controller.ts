/** HTTP endpoint with the rate policies in force, so that clients can pace themselves. */
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  CONNECTION_POLICY,
  FAN_OUT_BUDGET,
  HTTP_RESPONSE_BUDGET,
  type RatePolicy,
  type WorkBudget,
} from '@aeturnis/contracts';
import { Public } from '@aeturnis/platform';
import { type Operation, Operations } from './operations';

type PolicyByName = Record<string, RatePolicy | null>;

export interface PoliciesResponse {
  connection: RatePolicy;
  commands: PolicyByName;
  /** HTTP-only operations. A route that corresponds to a command uses the command's bucket. */
  operations: PolicyByName;
  /** The policies that are tighter for guests. */
  guests: PolicyByName;
  budgets: readonly WorkBudget[];
}

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
    const all = this.operations.all();
    const policiesOf = (isIncluded: (operation: Operation) => boolean): PolicyByName =>
      Object.fromEntries(all.filter(isIncluded).map(({ name, policy }) => [name, policy]));
    const tighterForGuests = all.filter(({ policy, guestPolicy }) => policy !== guestPolicy);
    return {
      connection: CONNECTION_POLICY,
      commands: policiesOf(({ isCommand }) => isCommand),
      operations: policiesOf(({ isCommand }) => !isCommand),
      guests: Object.fromEntries(tighterForGuests.map(({ name, guestPolicy }) => [name, guestPolicy])),
      budgets: [...this.operations.budgets, FAN_OUT_BUDGET, HTTP_RESPONSE_BUDGET],
    };
  }
}
