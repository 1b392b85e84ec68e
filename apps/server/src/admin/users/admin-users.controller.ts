/** Admin API for users: list, disconnect, ban and unban. */
import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Principal, rate } from '@aeturnis/contracts';
import type { AccountsPage } from '../../accounts';
import { ApiErrors, CurrentUser, IdParam, RateLimit, Roles } from '../../http';
import { AdminUsersService } from './admin-users.service';
import { BanDto } from './ban.dto';
import { USERS_EXAMPLE } from './user-examples';
import { UserPageDto } from './user-page.dto';

/** Disconnecting, banning and unbanning share this rate policy. */
const SANCTIONS = rate(120, 60, { burst: 60 });

@ApiTags('admin')
@Roles('admin')
@Controller('api/admin/users')
export class AdminUsersController {
  constructor(private readonly users: AdminUsersService) {}

  @Get()
  @ApiOperation({ summary: 'Lists users by name.' })
  @ApiOkResponse({ schema: { example: USERS_EXAMPLE } })
  @ApiErrors('VALIDATION', 'FORBIDDEN')
  list(@Query() page: UserPageDto): Promise<AccountsPage> {
    return this.users.list(page);
  }

  @Post(':id/disconnect')
  @RateLimit('admin:user', SANCTIONS)
  @HttpCode(204)
  @ApiOperation({ summary: 'Closes all connections of a user, who may reconnect.' })
  @ApiNoContentResponse()
  @ApiErrors('VALIDATION', 'FORBIDDEN', 'NOT_FOUND')
  disconnect(@CurrentUser() actor: Principal, @IdParam('id') id: string): Promise<void> {
    return this.users.disconnect(actor, id);
  }

  @Post(':id/ban')
  @RateLimit('admin:user', SANCTIONS)
  @HttpCode(204)
  @ApiOperation({ summary: 'Bans a user permanently or until a given time, and closes all connections of the user.' })
  @ApiNoContentResponse()
  @ApiErrors('VALIDATION', 'FORBIDDEN', 'NOT_FOUND')
  ban(@CurrentUser() actor: Principal, @IdParam('id') id: string, @Body() dto: BanDto): Promise<void> {
    return this.users.ban(actor, id, dto);
  }

  @Post(':id/unban')
  @RateLimit('admin:user', SANCTIONS)
  @HttpCode(204)
  @ApiOperation({ summary: 'Lifts the ban of a user.' })
  @ApiNoContentResponse()
  @ApiErrors('VALIDATION', 'FORBIDDEN', 'NOT_FOUND')
  unban(@CurrentUser() actor: Principal, @IdParam('id') id: string): Promise<void> {
    return this.users.unban(actor, id);
  }
}
