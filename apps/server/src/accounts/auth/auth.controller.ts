/** Authentication over HTTP: one line per route, and the cookies. */
import { Body, Controller, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Principal, rate } from '@aeturnis/contracts';
import { Public } from '@aeturnis/platform';
import { addressKey } from '@aeturnis/realtime';
import type { Request, Response } from 'express';
import { ApiErrors, CurrentUser, Limited, offeredToken, PerMinute } from '../../http';
import { GuestAllowance } from '../guests/guest-allowance';
import { SessionCookies } from '../sessions/session-cookies';
import type { SessionAnswer } from '../sessions/sessions.service';
import { ChangePasswordDto, GuestDto, LoginDto, RefreshTokenDto, RegisterDto } from './auth.dto';
import { AuthService } from './auth.service';
import { GUEST_SESSION_EXAMPLE, SESSION_EXAMPLE } from './examples';
import { OwnAccountsGuard } from './own-accounts.guard';
import { RegistrationService } from './registration.service';

@ApiTags('auth')
@UseGuards(OwnAccountsGuard)
@Controller('api/auth')
export class AuthController {
  constructor(
    private readonly auth: AuthService,
    private readonly registration: RegistrationService,
    private readonly guests: GuestAllowance,
    private readonly cookies: SessionCookies,
  ) {}

  @Post('register')
  @Public()
  @PerMinute(5)
  @ApiOperation({ summary: 'Makes an account. With the token of a guest, the guest becomes one and keeps everything.' })
  @ApiCreatedResponse({ schema: { example: SESSION_EXAMPLE } })
  @ApiErrors('VALIDATION', 'NAME_TAKEN', 'CONFLICT', 'INVALID_TOKEN', 'EXPIRED_TOKEN', 'UNAVAILABLE')
  async register(
    @Body() dto: RegisterDto,
    @Req() request: Request,
    @Answer() response: Response,
  ): Promise<SessionAnswer> {
    return this.cookies.give(
      response,
      await this.registration.register(dto, offeredToken(request), addressOf(request)),
    );
  }

  @Post('login')
  @HttpCode(200)
  @Public()
  @PerMinute(120)
  @ApiOperation({ summary: 'Begins a session with name and password.' })
  @ApiOkResponse({ schema: { example: SESSION_EXAMPLE } })
  @ApiErrors('VALIDATION', 'BAD_CREDENTIALS', 'ACCOUNT_DISABLED', 'UNAVAILABLE')
  async login(@Body() dto: LoginDto, @Req() request: Request, @Answer() response: Response): Promise<SessionAnswer> {
    return this.cookies.give(response, await this.auth.login(dto, addressOf(request)));
  }

  @Post('guest')
  @Public()
  @PerMinute(10)
  @ApiOperation({ summary: 'Plays without registering. A guest who stays away for long is deleted.' })
  @ApiCreatedResponse({ schema: { example: GUEST_SESSION_EXAMPLE } })
  @ApiErrors('VALIDATION', 'NAME_TAKEN')
  async guest(@Body() dto: GuestDto, @Req() request: Request, @Answer() response: Response): Promise<SessionAnswer> {
    await this.guests.take(addressOf(request));
    return this.cookies.give(response, await this.registration.playAsGuest(dto));
  }

  @Post('refresh')
  @HttpCode(200)
  @Public()
  @PerMinute(120)
  @ApiOperation({
    summary: 'Exchanges a refresh token for new tokens. It is good once: used again later, it ends the session.',
  })
  @ApiOkResponse({ schema: { example: SESSION_EXAMPLE } })
  @ApiErrors('VALIDATION', 'MISSING_TOKEN', 'INVALID_TOKEN', 'EXPIRED_TOKEN', 'ACCOUNT_DISABLED', 'FORBIDDEN')
  async refresh(
    @Body() dto: RefreshTokenDto,
    @Req() request: Request,
    @Answer() response: Response,
  ): Promise<SessionAnswer> {
    const refreshToken = this.cookies.refreshToken(request, dto.refreshToken);
    return this.cookies.give(response, await this.auth.refresh(refreshToken, addressOf(request)));
  }

  @Post('logout')
  @HttpCode(200)
  @Public()
  @PerMinute(30)
  @ApiOperation({ summary: 'Ends the session of the refresh token, or else of the access token, and its connections.' })
  @ApiOkResponse({ schema: { example: {} } })
  @ApiErrors('VALIDATION', 'FORBIDDEN')
  async logout(@Body() dto: RefreshTokenDto, @Req() request: Request, @Answer() response: Response): Promise<object> {
    await this.auth.logout(this.cookies.refreshToken(request, dto.refreshToken), offeredToken(request));
    this.cookies.clear(response);
    return {};
  }

  @Post('password')
  @HttpCode(200)
  // `PasswordAttempts` bounds wrong ones by address: with a stolen token nobody keeps the owner from changing it.
  @Limited('account:password', rate(60, 60, { scope: 'cluster' }))
  @PerMinute(60)
  @ApiOperation({ summary: 'Changes the password. All sessions end; the answer is a new one.' })
  @ApiOkResponse({ schema: { example: SESSION_EXAMPLE } })
  @ApiErrors('VALIDATION', 'BAD_CREDENTIALS', 'FORBIDDEN', 'UNAVAILABLE')
  async password(
    @CurrentUser() user: Principal,
    @Body() dto: ChangePasswordDto,
    @Req() request: Request,
    @Answer() response: Response,
  ): Promise<SessionAnswer> {
    return this.cookies.give(response, await this.auth.changePassword(user, dto, addressOf(request)));
  }
}

/** As limits count it. */
const addressOf = ({ ip = '' }: Request): string => addressKey(ip);

function Answer(): ParameterDecorator {
  return Res({ passthrough: true });
}
