/** Admin API for fights: list the active ones, and end one as a draw. */
import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Principal, rate } from '@aeturnis/contracts';
import type { FightListPage } from '../../combat';
import { ApiErrors, CurrentUser, IdParam, RateLimit, Roles } from '../../http';
import { AdminCombatsService } from './admin-combats.service';
import { FIGHTS_EXAMPLE } from '../examples';
import { FightPageDto } from '../page.dto';
import { OptionalReasonDto } from '../reason.dto';

@ApiTags('admin')
@Roles('admin')
@Controller('api/admin/combats')
export class AdminCombatsController {
  constructor(private readonly combats: AdminCombatsService) {}

  @Get()
  @ApiOperation({ summary: 'Lists the active fights, the latest first.' })
  @ApiOkResponse({ schema: { example: FIGHTS_EXAMPLE } })
  @ApiErrors('VALIDATION', 'FORBIDDEN')
  list(@Query() page: FightPageDto): Promise<FightListPage> {
    return this.combats.list(page);
  }

  @Post(':id/end')
  @RateLimit('admin:combat', rate(60, 60))
  @HttpCode(204)
  @ApiOperation({ summary: 'Ends a fight as a draw: without a winner, without rewards, and without used items.' })
  @ApiNoContentResponse()
  @ApiErrors('VALIDATION', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT')
  end(@CurrentUser() actor: Principal, @IdParam('id') id: string, @Body() dto: OptionalReasonDto): Promise<void> {
    return this.combats.end(actor, id, dto);
  }
}
