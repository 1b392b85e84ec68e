/** The HTTP API for authentication; it also sets and clears the session cookies. */
import { Body, Controller, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Principal, rate } from '@aeturnis/contracts';
import { Public } from '@aeturnis/platform';
import { addressKey } from '@aeturnis/realtime';
import type { Request, Response } from 'express';
import { ApiErrors, CurrentUser, RateLimit, extractRequestToken, ThrottlePerMinute } from '../../http';
import { GuestRateLimiter } from '../guests/guest-rate-limiter';
import { SessionCookies } from '../sessions/session-cookies';
import { SessionTokens } from '../sessions/session-tokens';
import type { SessionAnswer } from '../sessions/sessions.service';
import { ChangePasswordDto, GuestDto, LoginDto, RefreshTokenDto, RegisterDto } from './auth.dto';
import { GUEST_SESSION_EXAMPLE, SESSION_EXAMPLE } from './examples';
import { OwnAccountsGuard } from './own-accounts.guard';
import { PasswordAuthentication } from './password-authentication';
import { RegistrationService } from './registration.service';

@ApiTags('auth')
@UseGuards(OwnAccountsGuard)
@Controller('api/auth')
export class AuthController {
  constructor(
    private readonly passwords: PasswordAuthentication,
    private readonly tokens: SessionTokens,
    private readonly registration: RegistrationService,
    private readonly guests: GuestRateLimiter,
    private readonly cookies: SessionCookies,
  ) {}

  @Post('register')
  @Public()
  @ThrottlePerMinute(5)
  @ApiOperation({ summary: 'Registers an account. With the token of a guest, the guest keeps all its data.' })
  @ApiCreatedResponse({ schema: { example: SESSION_EXAMPLE } })
  @ApiErrors('VALIDATION', 'NAME_TAKEN', 'CONFLICT', 'INVALID_TOKEN', 'EXPIRED_TOKEN', 'UNAVAILABLE')
  async register(
    @Body() dto: RegisterDto,
    @Req() request: Request,
    @PassthroughResponse() response: Response,
  ): Promise<SessionAnswer> {
    return this.cookies.setCookies(
      response,
      await this.registration.register(dto, extractRequestToken(request), addressOf(request)),
    );
  }

  @Post('login')
  @HttpCode(200)
  @Public()
  @ThrottlePerMinute(120)
  @ApiOperation({ summary: 'Starts a session with username and password.' })
  @ApiOkResponse({ schema: { example: SESSION_EXAMPLE } })
  @ApiErrors('VALIDATION', 'BAD_CREDENTIALS', 'ACCOUNT_DISABLED', 'UNAVAILABLE')
  async login(
    @Body() dto: LoginDto,
    @Req() request: Request,
    @PassthroughResponse() response: Response,
  ): Promise<SessionAnswer> {
    return this.cookies.setCookies(response, await this.passwords.login(dto, addressOf(request)));
  }

  @Post('guest')
  @Public()
  @ThrottlePerMinute(10)
  @ApiOperation({ summary: 'Starts a session as a guest, without registration. Idle guests are deleted.' })
  @ApiCreatedResponse({ schema: { example: GUEST_SESSION_EXAMPLE } })
  @ApiErrors('VALIDATION', 'NAME_TAKEN')
  async guest(
    @Body() dto: GuestDto,
    @Req() request: Request,
    @PassthroughResponse() response: Response,
  ): Promise<SessionAnswer> {
    await this.guests.take(addressOf(request));
    return this.cookies.setCookies(response, await this.registration.playAsGuest(dto));
  }

  @Post('refresh')
  @HttpCode(200)
  @Public()
  @ThrottlePerMinute(120)
  @ApiOperation({
    summary: 'Exchanges a refresh token for new tokens. It is valid once: using it again later ends the session.',
  })
  @ApiOkResponse({ schema: { example: SESSION_EXAMPLE } })
  @ApiErrors('VALIDATION', 'MISSING_TOKEN', 'INVALID_TOKEN', 'EXPIRED_TOKEN', 'ACCOUNT_DISABLED', 'FORBIDDEN')
  async refresh(
    @Body() dto: RefreshTokenDto,
    @Req() request: Request,
    @PassthroughResponse() response: Response,
  ): Promise<SessionAnswer> {
    const refreshToken = this.cookies.refreshToken(request, dto.refreshToken);
    return this.cookies.setCookies(response, await this.tokens.refresh(refreshToken, addressOf(request)));
  }

  @Post('logout')
  @HttpCode(200)
  @Public()
  @ThrottlePerMinute(30)
  @ApiOperation({ summary: 'Ends the session of the refresh token, or else of the access token, and its connections.' })
  @ApiOkResponse({ schema: { example: {} } })
  @ApiErrors('VALIDATION', 'FORBIDDEN')
  async logout(
    @Body() dto: RefreshTokenDto,
    @Req() request: Request,
    @PassthroughResponse() response: Response,
  ): Promise<object> {
    await this.tokens.logout(this.cookies.refreshToken(request, dto.refreshToken), extractRequestToken(request));
    this.cookies.clear(response);
    return {};
  }

  @Post('password')
  @HttpCode(200)
  // `PasswordAttempts` limits wrong passwords by address, so a stolen token cannot block its owner from changing it.
  @RateLimit('account:password', rate(60, 60, { scope: 'cluster' }))
  @ThrottlePerMinute(60)
  @ApiOperation({ summary: 'Changes the password. All sessions end; the response is a new one.' })
  @ApiOkResponse({ schema: { example: SESSION_EXAMPLE } })
  @ApiErrors('VALIDATION', 'BAD_CREDENTIALS', 'FORBIDDEN', 'UNAVAILABLE')
  async password(
    @CurrentUser() user: Principal,
    @Body() dto: ChangePasswordDto,
    @Req() request: Request,
    @PassthroughResponse() response: Response,
  ): Promise<SessionAnswer> {
    return this.cookies.setCookies(response, await this.passwords.changePassword(user, dto, addressOf(request)));
  }
}

/** The key of the client's address in rate limits. */
const addressOf = ({ ip = '' }: Request): string => addressKey(ip);

function PassthroughResponse(): ParameterDecorator {
  return Res({ passthrough: true });
}
