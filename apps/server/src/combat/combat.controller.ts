/** HTTP routes of fights: reading, and the actions of a player. */
import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  CombatAction,
  CombatHistoryRead,
  type CombatActionResult,
  type CombatHistory,
  type CombatOverview,
  type CombatView,
  type Principal,
} from '@aeturnis/contracts';
import { ApiErrors, CurrentUser, IdParam, RateLimitAs } from '../http';
import {
  ACTION_EXAMPLE,
  ACTION_RESULT_EXAMPLE,
  COMBAT_EXAMPLE,
  HISTORY_EXAMPLE,
  COMBAT_OVERVIEW_EXAMPLE,
} from './examples';
import { CurrentFights } from './fighters/current-fights';
import { FightHistoryService } from './fights/history.service';
import { CombatActionBody, CombatHistoryQuery } from './request-bodies';
import { ActionsService } from './steps/actions.service';

@ApiTags('combats')
@Controller('api/combats')
export class CombatController {
  constructor(
    private readonly current: CurrentFights,
    private readonly histories: FightHistoryService,
    private readonly actions: ActionsService,
  ) {}

  @Get()
  @ApiOperation({ summary: "Returns the caller's fight, open challenges, and the commitment for the next fight." })
  @ApiOkResponse({ schema: { example: COMBAT_OVERVIEW_EXAMPLE } })
  @ApiErrors('UNAUTHENTICATED')
  overview(@CurrentUser() { userId }: Principal): Promise<CombatOverview> {
    return this.current.overview(userId);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Shows a fight to those who take part, and a public one to all once it has ended.' })
  @ApiOkResponse({ schema: { example: COMBAT_EXAMPLE } })
  @ApiErrors('VALIDATION', 'NOT_FOUND')
  view(@CurrentUser() { userId }: Principal, @IdParam('id') id: string): Promise<CombatView> {
    return this.histories.view(userId, id);
  }

  @Get(':id/history')
  @RateLimitAs(CombatHistoryRead)
  @ApiOperation({ summary: 'One page of the log of a fight. Once it has ended, the pages verify it.' })
  @ApiOkResponse({ schema: { example: HISTORY_EXAMPLE } })
  @ApiErrors('VALIDATION', 'NOT_FOUND')
  history(
    @CurrentUser() { userId }: Principal,
    @IdParam('id') sessionId: string,
    @Query() { after }: CombatHistoryQuery,
  ): Promise<CombatHistory> {
    return this.histories.page(userId, { sessionId, ...(after !== undefined && { after }) });
  }

  @Post(':id/actions')
  @RateLimitAs(CombatAction)
  @HttpCode(200)
  @ApiOperation({ summary: 'Takes an action in a fight; the same `actionId` is answered by the first result.' })
  @ApiBody({ type: CombatActionBody, examples: { attack: { value: ACTION_EXAMPLE } } })
  @ApiOkResponse({ schema: { example: ACTION_RESULT_EXAMPLE } })
  @ApiErrors('VALIDATION', 'NOT_FOUND', 'NOT_PARTICIPANT', 'CONFLICT')
  act(
    @CurrentUser() { userId }: Principal,
    @IdParam('id') sessionId: string,
    @Body() body: CombatActionBody,
  ): Promise<CombatActionResult> {
    return this.actions.act(userId, { sessionId, ...body });
  }
}
