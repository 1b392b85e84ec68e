/** The Nest module for accounts: registration, login, tokens, sessions and administrators. */
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
import { UserAdministration } from './administration/user-administration';
import { knownAddressesProvider } from './addresses/known-addresses.provider';
import { KnownAddressesRepository } from './addresses/known-addresses.repository';
import { AdminNamesRepository } from './administrators/admin-names.repository';
import { adminTokensProvider } from './administrators/admin-tokens';
import { Administrators } from './administrators/administrators';
import { AuthController } from './auth/auth.controller';
import { PasswordAttempts } from './auth/password-attempts';
import { PasswordAuthentication } from './auth/password-authentication';
import { PasswordVerifier } from './auth/password-verifier';
import { Passwords } from './auth/passwords';
import { RegistrationService } from './auth/registration.service';
import { DisplayNameKeys } from './display-names/display-name-keys';
import { DisplayNameKeysRepository } from './display-names/display-name-keys.repository';
import { GuestRateLimiter } from './guests/guest-rate-limiter';
import { GuestPurge } from './guests/guest-purge';
import { GuestUpgrade } from './guests/guest-upgrade';
import { NameClaims } from './display-names/name-claims';
import { AccountNotifications } from './account-notifications';
import { AccountDeletion } from './profile/account-deletion';
import { AccountExport } from './profile/account-export';
import { MeController } from './profile/me.controller';
import { ProfileService } from './profile/profile.service';
import { LiveSessions } from './sessions/live-sessions';
import { RefreshTokenCodec } from './sessions/refresh-token-codec';
import { RefreshTokensRepository } from './sessions/refresh-tokens.repository';
import { SessionCookies } from './sessions/session-cookies';
import { SessionsListRepository } from './sessions/sessions-list.repository';
import { SessionTokens } from './sessions/session-tokens';
import { Sessions } from './sessions/sessions.service';
import { AccessTokens } from './tokens/access-tokens';
import { AccountStates } from './tokens/account-states';
import { jwtKey } from './tokens/jwt-secret';
import { tokenVerifierProvider } from './tokens/token-verifier.provider';

const refreshTokenCodec: FactoryProvider<RefreshTokenCodec> = {
  provide: RefreshTokenCodec,
  inject: [APP_CONFIG],
  // With an outside issuer this server issues no refresh tokens, so a random key does.
  useFactory: async (config: AppConfig) =>
    new RefreshTokenCodec(config.issuer === 'own' ? await jwtKey(config) : createSecretKey(randomBytes(32))),
};

// Global, because the realtime module injects the verifier and imports no module of the application.
@Global()
@Module({
  imports: [
    NotificationsModule,
    JwtModule.registerAsync({
      inject: [APP_CONFIG],
      // With an outside issuer there is no shared secret.
      useFactory: async (config: AppConfig) => (config.issuer === 'own' ? { secret: await jwtKey(config) } : {}),
    }),
  ],
  controllers: [AuthController, MeController],
  providers: [
    AccessTokens,
    AccountData,
    AccountDeletion,
    AccountExport,
    AccountStates,
    AccountsListRepository,
    AccountsRepository,
    AccountsService,
    Administrators,
    AdminNamesRepository,
    adminTokensProvider,
    DisplayNameKeys,
    DisplayNameKeysRepository,
    GuestRateLimiter,
    GuestPurge,
    GuestUpgrade,
    KnownAddressesRepository,
    LiveSessions,
    NameClaims,
    AccountNotifications,
    PasswordAttempts,
    PasswordAuthentication,
    PasswordVerifier,
    Passwords,
    ProfileService,
    refreshTokenCodec,
    RefreshTokensRepository,
    RegistrationService,
    SessionCookies,
    SessionTokens,
    Sessions,
    SessionsListRepository,
    UserAdministration,
    knownAddressesProvider,
    tokenVerifierProvider,
  ],
  exports: [AccountsService, TokenVerifier, UserAdministration],
})
export class AccountsModule {}
