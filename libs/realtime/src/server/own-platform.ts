/** What `RealtimeModule.forRoot()` adds for an application that composes no platform of its own. */
import type { DynamicModule, ModuleMetadata, Provider, Type } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import {
  ConfigModule,
  HealthModule,
  loadConfig,
  MetricsModule,
  RedisModule,
  type Settings,
  ShutdownModule,
  withSettings,
} from '@aeturnis/platform';
import { TokenVerifier } from '../auth/token-verifier';
import { AppErrorFilter } from './app-error.filter';
import { ShutdownHooks } from './shutdown-hooks';

export interface PlatformOptions {
  /** Settings by the names of their environment variables, such as `{ REDIS_URL: 'redis://…' }`; the environment has the others. */
  config?: Settings;
  /** Resolves a token to its user, for sockets and for `JwtGuard`. Nest creates an instance of a class. */
  verifier: Type<TokenVerifier> | TokenVerifier;
  /** The modules whose exports the classes of `verifier` and `service` inject, unless they are global. */
  imports?: NonNullable<ModuleMetadata['imports']>;
}

/** @throws ConfigError that names every setting that is wrong. */
export function ownPlatform({
  config = {},
  verifier,
  imports = [],
}: PlatformOptions): Required<Pick<DynamicModule, 'imports' | 'providers' | 'exports'>> {
  return {
    imports: [
      ConfigModule.forRoot(loadConfig(withSettings(config), 'realtime')),
      ShutdownModule,
      HealthModule,
      MetricsModule,
      RedisModule,
      ...imports,
    ],
    providers: [verifierProvider(verifier), ShutdownHooks, { provide: APP_FILTER, useClass: AppErrorFilter }],
    exports: [TokenVerifier],
  };
}

const verifierProvider = (verifier: PlatformOptions['verifier']): Provider<TokenVerifier> =>
  typeof verifier === 'function'
    ? { provide: TokenVerifier, useClass: verifier }
    : { provide: TokenVerifier, useValue: verifier };
