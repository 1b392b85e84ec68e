/** Accounts: who somebody is, how that is proved, and for how long. */
import { createSecretKey, randomBytes } from 'node:crypto';
import { type FactoryProvider, Global, Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { TokenVerifier } from '@aeturnis/realtime';
import { NotificationsModule } from '../notifications';
import { AccountData } from './account-data';
import { AccountsListRepository } from './accounts-list.repository';
import { AccountsRepository } from './accounts.repository';
import { AccountsService } from './accounts.service';
import { knownAddressesProvider } from './addresses/known-addresses.provider';
import { KnownAddressesRepository } from './addresses/known-addresses.repository';
import { AdminNamesRepository } from './administrators/admin-names.repository';
import { adminTokensProvider } from './administrators/admin-tokens';
import { Administrators } from './administrators/administrators';
import { AuthController } from './auth/auth.controller';
import { AuthService } from './auth/auth.service';
import { PasswordAttempts } from './auth/password-attempts';
import { Passwords } from './auth/passwords';
import { RegistrationService } from './auth/registration.service';
import { DisplayNameKeys } from './display-name-keys';
import { DisplayNameKeysRepository } from './display-name-keys.repository';
import { GuestAllowance } from './guests/guest-allowance';
import { GuestPurge } from './guests/guest-purge';
import { NameClaims } from './name-claims';
import { NotificationsOfAccount } from './notifications-of-account';
import { AccountExport } from './profile/account-export';
import { MeController } from './profile/me.controller';
import { MeService } from './profile/me.service';
import { LiveSessions } from './sessions/live-sessions';
import { RefreshTokenCodec } from './sessions/refresh-token-codec';
import { RefreshTokensRepository } from './sessions/refresh-tokens.repository';
import { SessionCookies } from './sessions/session-cookies';
import { Sessions } from './sessions/sessions.service';
import { AccessTokens } from './tokens/access-tokens';
import { AccountStates } from './tokens/account-states';
import { jwtKey } from './tokens/jwt-secret';
import { tokenVerifierProvider } from './tokens/token-verifier.provider';

const refreshTokenCodec: FactoryProvider<RefreshTokenCodec> = {
  provide: RefreshTokenCodec,
  inject: [APP_CONFIG],
  // Where an outside issuer signs, nobody gets a refresh token of this server.
  useFactory: async (config: AppConfig) =>
    new RefreshTokenCodec(config.issuer === 'own' ? await jwtKey(config) : createSecretKey(randomBytes(32))),
};

// Global, because the realtime module asks for the verifier and knows no module of the application.
@Global()
@Module({
  imports: [
    NotificationsModule,
    JwtModule.registerAsync({
      inject: [APP_CONFIG],
      // Where an outside issuer signs, there is no secret to keep.
      useFactory: async (config: AppConfig) => (config.issuer === 'own' ? { secret: await jwtKey(config) } : {}),
    }),
  ],
  controllers: [AuthController, MeController],
  providers: [
    AccessTokens,
    AccountData,
    AccountExport,
    AccountStates,
    AccountsListRepository,
    AccountsRepository,
    AccountsService,
    Administrators,
    AdminNamesRepository,
    adminTokensProvider,
    AuthService,
    DisplayNameKeys,
    DisplayNameKeysRepository,
    GuestAllowance,
    GuestPurge,
    KnownAddressesRepository,
    LiveSessions,
    NameClaims,
    MeService,
    NotificationsOfAccount,
    PasswordAttempts,
    Passwords,
    refreshTokenCodec,
    RefreshTokensRepository,
    RegistrationService,
    SessionCookies,
    Sessions,
    knownAddressesProvider,
    tokenVerifierProvider,
  ],
  exports: [AccountsService, TokenVerifier],
})
export class AccountsModule {}
