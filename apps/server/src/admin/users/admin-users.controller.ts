/** Admin API for users: list, show, export, disconnect, log out, ban and unban, and change roles. */
import { Body, Controller, Get, HttpCode, Post, Put, Query, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Principal, rate } from '@aeturnis/contracts';
import type { Response } from 'express';
import type { AccountsPage, ExportedAccount } from '../../accounts';
import { ApiErrors, CurrentUser, IdParam, RateLimit, Roles, type Streamed, ThrottlePerMinute } from '../../http';
import { AdminUsersService, type UserDetails } from './admin-users.service';
import { BanDto } from './ban.dto';
import { OptionalReasonDto, ReasonDto } from '../reason.dto';
import { UserActionsService } from './user-actions.service';
import { USER_EXAMPLE, USER_EXPORT_EXAMPLE, USERS_EXAMPLE } from './user-examples';
import { UserPageDto } from './user-page.dto';
import { UserRolesDto } from './user-roles.dto';

/** All actions on users share this rate policy. */
const SANCTIONS = rate(120, 60, { burst: 60 });

@ApiTags('admin')
@Roles('admin')
@Controller('api/admin/users')
export class AdminUsersController {
  constructor(
    private readonly users: AdminUsersService,
    private readonly actions: UserActionsService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Lists users by name.' })
  @ApiOkResponse({ schema: { example: USERS_EXAMPLE } })
  @ApiErrors('VALIDATION', 'FORBIDDEN')
  list(@Query() page: UserPageDto): Promise<AccountsPage> {
    return this.users.list(page);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Shows a user: account, ban, connections, sessions and the newest notes.' })
  @ApiOkResponse({ schema: { example: USER_EXAMPLE } })
  @ApiErrors('VALIDATION', 'FORBIDDEN', 'NOT_FOUND')
  details(@IdParam('id') id: string): Promise<UserDetails> {
    return this.users.details(id);
  }

  @Get(':id/export')
  @ThrottlePerMinute(5)
  @RateLimit('admin:export', rate(5, 60, { scope: 'cluster' }))
  @ApiOperation({ summary: 'Exports the data that the own export of the user contains. Recorded in the audit log.' })
  @ApiOkResponse({ schema: { example: USER_EXPORT_EXAMPLE } })
  @ApiErrors('VALIDATION', 'FORBIDDEN', 'NOT_FOUND')
  export(
    @CurrentUser() actor: Principal,
    @IdParam('id') id: string,
    @Res() response: Response,
  ): Promise<Streamed<ExportedAccount>> {
    return this.actions.sendExport(actor, id, response);
  }

  @Put(':id/roles')
  @RateLimit('admin:user', SANCTIONS)
  @HttpCode(204)
  @ApiOperation({ summary: 'Replaces the roles of a registered user, at once and on open connections too.' })
  @ApiNoContentResponse()
  @ApiErrors('VALIDATION', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT')
  changeRoles(@CurrentUser() actor: Principal, @IdParam('id') id: string, @Body() dto: UserRolesDto): Promise<void> {
    return this.actions.changeRoles(actor, id, dto);
  }

  @Post(':id/log-out')
  @RateLimit('admin:user', SANCTIONS)
  @HttpCode(204)
  @ApiOperation({ summary: 'Ends all sessions and connections of a user, who may log in again.' })
  @ApiNoContentResponse()
  @ApiErrors('VALIDATION', 'FORBIDDEN', 'NOT_FOUND')
  logOut(@CurrentUser() actor: Principal, @IdParam('id') id: string, @Body() dto: ReasonDto): Promise<void> {
    return this.actions.logOut(actor, id, dto);
  }

  @Post(':id/disconnect')
  @RateLimit('admin:user', SANCTIONS)
  @HttpCode(204)
  @ApiOperation({ summary: 'Closes all connections of a user, who may reconnect.' })
  @ApiNoContentResponse()
  @ApiErrors('VALIDATION', 'FORBIDDEN', 'NOT_FOUND')
  disconnect(
    @CurrentUser() actor: Principal,
    @IdParam('id') id: string,
    @Body() dto: OptionalReasonDto,
  ): Promise<void> {
    return this.actions.disconnect(actor, id, dto);
  }

  @Post(':id/ban')
  @RateLimit('admin:user', SANCTIONS)
  @HttpCode(204)
  @ApiOperation({ summary: 'Bans a user permanently or until a given time, and closes all connections of the user.' })
  @ApiNoContentResponse()
  @ApiErrors('VALIDATION', 'FORBIDDEN', 'NOT_FOUND')
  ban(@CurrentUser() actor: Principal, @IdParam('id') id: string, @Body() dto: BanDto): Promise<void> {
    return this.actions.ban(actor, id, dto);
  }

  @Post(':id/unban')
  @RateLimit('admin:user', SANCTIONS)
  @HttpCode(204)
  @ApiOperation({ summary: 'Lifts the ban of a user.' })
  @ApiNoContentResponse()
  @ApiErrors('VALIDATION', 'FORBIDDEN', 'NOT_FOUND')
  unban(@CurrentUser() actor: Principal, @IdParam('id') id: string, @Body() dto: OptionalReasonDto): Promise<void> {
    return this.actions.unban(actor, id, dto);
  }
}
