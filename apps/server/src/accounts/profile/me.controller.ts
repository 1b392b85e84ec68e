/** The HTTP API for the user's own account. */
import { Body, Controller, Delete, Get, HttpCode, Patch, Req, Res } from '@nestjs/common';
import { ApiBody, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AccountSettingsDto, type OwnProfile, type Principal, rate } from '@aeturnis/contracts';
import { addressKey } from '@aeturnis/realtime';
import type { Request, Response } from 'express';
import { ApiErrors, CurrentUser, RateLimit, type Streamed, ThrottlePerMinute } from '../../http';
import { SessionCookies } from '../sessions/session-cookies';
import { AccountDeletion } from './account-deletion';
import { AccountExport, type ExportedAccount } from './account-export';
import { DeleteAccountDto } from './me.dto';
import { ProfileService } from './profile.service';

const PROFILE_EXAMPLE: OwnProfile = {
  id: '0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11',
  displayName: 'Anna Maria',
  login: 'anna',
  roles: ['player'],
  isGuest: false,
  whoMayAdd: 'everyone',
  email: 'anna@example.com',
  createdAt: '2030-05-17T12:00:00.000Z',
};

const EXPORT_EXAMPLE: ExportedAccount = {
  account: { ...PROFILE_EXAMPLE, lastSeenAt: '2030-05-17T12:00:00.000Z' },
  characters: [],
};

@ApiTags('me')
@Controller('api/me')
export class MeController {
  constructor(
    private readonly profiles: ProfileService,
    private readonly deletion: AccountDeletion,
    private readonly exports: AccountExport,
    private readonly cookies: SessionCookies,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Returns the own account.' })
  @ApiOkResponse({ schema: { example: PROFILE_EXAMPLE } })
  @ApiErrors('UNAUTHENTICATED')
  profile(@CurrentUser() user: Principal): Promise<OwnProfile> {
    return this.profiles.profile(user);
  }

  @Patch()
  @RateLimit('account:update', rate(10, 60))
  @ApiOperation({
    summary: 'Changes the display name, and who may add the user to groups: everyone, contacts or nobody.',
  })
  @ApiBody({ schema: { example: { displayName: 'Anna Maria', whoMayAdd: 'contacts' } } })
  @ApiOkResponse({ schema: { example: { ...PROFILE_EXAMPLE, whoMayAdd: 'contacts' } } })
  @ApiErrors('VALIDATION', 'NAME_TAKEN')
  change(@CurrentUser() user: Principal, @Body() settings: AccountSettingsDto): Promise<OwnProfile> {
    return this.profiles.change(user, settings);
  }

  @Get('export')
  @ThrottlePerMinute(5)
  @RateLimit('account:export', rate(5, 60, { scope: 'cluster' }))
  @ApiOperation({ summary: 'Exports all data stored about the user, one part per domain.' })
  @ApiOkResponse({ schema: { example: EXPORT_EXAMPLE } })
  @ApiErrors('UNAUTHENTICATED')
  export(@CurrentUser() user: Principal, @Res() response: Response): Promise<Streamed<ExportedAccount>> {
    return this.exports.send(user.userId, response);
  }

  @Delete()
  @HttpCode(204)
  @ThrottlePerMinute(60)
  // `PasswordAttempts` limits wrong passwords by address.
  @RateLimit('account:delete', rate(60, 60, { scope: 'cluster' }))
  @ApiOperation({ summary: 'Permanently deletes the own account and all its data. Its name is free at once.' })
  @ApiNoContentResponse()
  @ApiErrors('VALIDATION', 'BAD_CREDENTIALS')
  async delete(
    @CurrentUser() user: Principal,
    @Body() dto: DeleteAccountDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    await this.deletion.delete(user, dto.password, addressKey(request.ip ?? ''));
    this.cookies.clear(response);
  }
}
