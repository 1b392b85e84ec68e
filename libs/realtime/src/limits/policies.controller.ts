/** Tells clients the rate policies in force, so that they can pace themselves. */
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  CONNECTION_POLICY,
  ANSWER_BUDGET,
  FAN_OUT_BUDGET,
  NEW_DIRECT_BUDGET,
  PEOPLE_BUDGET,
  type RatePolicy,
  type WorkBudget,
} from '@aeturnis/contracts';
import { Public } from '@aeturnis/platform';
import { type Operation, Operations } from './operations';

type PolicyByName = Record<string, RatePolicy | null>;

export interface Policies {
  connection: RatePolicy;
  commands: PolicyByName;
  /** What is reached over HTTP alone. A route that is the twin of a command takes from the command's bucket. */
  operations: PolicyByName;
  /** Those that are tighter for guests. */
  guests: PolicyByName;
  budgets: readonly WorkBudget[];
}

@ApiTags('realtime')
@Public()
@Controller('api/realtime')
export class PoliciesController {
  constructor(private readonly known: Operations) {}

  @Get('policies')
  @ApiOperation({ summary: 'The rate policy of every command and HTTP operation; null where there is none.' })
  @ApiOkResponse({
    schema: {
      example: {
        connection: CONNECTION_POLICY,
        commands: { 'chat:whisper': { limit: 10, windowMs: 60000, burst: 10, scope: 'cluster', excess: 'refuse' } },
        operations: { 'account:update': { limit: 10, windowMs: 60000, burst: 10, scope: 'node', excess: 'refuse' } },
        guests: { 'message:update': { limit: 15, windowMs: 60000, burst: 5, scope: 'cluster', excess: 'refuse' } },
        budgets: [PEOPLE_BUDGET, NEW_DIRECT_BUDGET, FAN_OUT_BUDGET, ANSWER_BUDGET],
      },
    },
  })
  policies(): Policies {
    const all = this.known.all();
    const told = (which: (operation: Operation) => boolean): PolicyByName =>
      Object.fromEntries(all.filter(which).map(({ name, policy }) => [name, policy]));
    const tight = all.filter(({ policy, guestPolicy }) => policy !== guestPolicy);
    return {
      connection: CONNECTION_POLICY,
      commands: told(({ isCommand }) => isCommand),
      operations: told(({ isCommand }) => !isCommand),
      guests: Object.fromEntries(tight.map(({ name, guestPolicy }) => [name, guestPolicy])),
      budgets: [PEOPLE_BUDGET, NEW_DIRECT_BUDGET, FAN_OUT_BUDGET, ANSWER_BUDGET],
    };
  }
}
