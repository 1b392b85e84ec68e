/** The own account over HTTP: one line per route. */
import { Body, Controller, Delete, Get, HttpCode, Patch, Req, Res } from '@nestjs/common';
import { ApiBody, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AccountSettingsDto, type Principal, rate } from '@aeturnis/contracts';
import { addressKey } from '@aeturnis/realtime';
import type { Request, Response } from 'express';
import { ApiErrors, CurrentUser, Limited, PerMinute } from '../../http';
import { SessionCookies } from '../sessions/session-cookies';
import { AccountExport } from './account-export';
import { DeleteAccountDto } from './me.dto';
import { MeService, type Profile } from './me.service';

const PROFILE_EXAMPLE: Profile = {
  id: '0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11',
  displayName: 'Anna Maria',
  login: 'anna',
  roles: ['player'],
  isGuest: false,
  whoMayAdd: 'everyone',
  email: 'anna@example.com',
  createdAt: '2030-05-17T12:00:00.000Z',
};

@ApiTags('me')
@Controller('api/me')
export class MeController {
  constructor(
    private readonly me: MeService,
    private readonly exports: AccountExport,
    private readonly cookies: SessionCookies,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Shows the own account.' })
  @ApiOkResponse({ schema: { example: PROFILE_EXAMPLE } })
  @ApiErrors('UNAUTHENTICATED')
  profile(@CurrentUser() user: Principal): Promise<Profile> {
    return this.me.profile(user);
  }

  @Patch()
  @Limited('account:update', rate(10, 60))
  @ApiOperation({
    summary: 'Changes the display name, and who may bring the user into groups: everyone, contacts or nobody.',
  })
  @ApiBody({ schema: { example: { displayName: 'Anna Maria', whoMayAdd: 'contacts' } } })
  @ApiOkResponse({ schema: { example: { ...PROFILE_EXAMPLE, whoMayAdd: 'contacts' } } })
  @ApiErrors('VALIDATION', 'NAME_TAKEN')
  change(@CurrentUser() user: Principal, @Body() settings: AccountSettingsDto): Promise<Profile> {
    return this.me.change(user, settings);
  }

  @Get('export')
  @PerMinute(5)
  @Limited('account:export', rate(5, 60, { scope: 'cluster' }))
  @ApiOperation({ summary: 'Gives everything that is kept about the user, one part per domain.' })
  @ApiOkResponse({ schema: { example: { account: PROFILE_EXAMPLE, characters: [] } } })
  @ApiErrors('UNAUTHENTICATED')
  export(@CurrentUser() user: Principal, @Res() response: Response): Promise<void> {
    return this.exports.send(user.userId, response);
  }

  @Delete()
  @HttpCode(204)
  @PerMinute(60)
  // `PasswordAttempts` bounds wrong ones by address.
  @Limited('account:delete', rate(60, 60, { scope: 'cluster' }))
  @ApiOperation({ summary: 'Deletes the own account and all that belongs to it, for good. Its name is free at once.' })
  @ApiNoContentResponse()
  @ApiErrors('VALIDATION', 'BAD_CREDENTIALS')
  async delete(
    @CurrentUser() user: Principal,
    @Body() dto: DeleteAccountDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    await this.me.delete(user, dto.password, addressKey(request.ip ?? ''));
    this.cookies.clear(response);
  }
}
