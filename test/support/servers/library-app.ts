/** Starts a small application on the realtime library, with its own tokens and gateways but no domain and no database. */
import { Global, type INestApplication, type LoggerService, Module, type Provider, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type AppConfig,
  ConfigModule,
  HealthModule,
  MetricsModule,
  RedisModule,
  Shutdown,
  ShutdownModule,
} from '@aeturnis/platform';
import { type RealtimeLayerOptions, RealtimeModule, TokenVerifier, useRealtime } from '@aeturnis/realtime';

export interface LibraryApp {
  app: INestApplication;
  url: string;
  close(): Promise<void>;
}

interface Parts {
  verifier: Type<TokenVerifier>;
  /** Gateways and their dependencies. */
  providers: Provider[];
  options?: RealtimeLayerOptions;
  logger?: LoggerService;
}

export async function startLibraryApp(config: AppConfig, parts: Parts): Promise<LibraryApp> {
  @Global()
  @Module({ providers: [{ provide: TokenVerifier, useClass: parts.verifier }], exports: [TokenVerifier] })
  class TokensModule {}
  @Module({
    imports: [
      ConfigModule.forRoot(config),
      ShutdownModule,
      HealthModule,
      MetricsModule,
      RedisModule,
      TokensModule,
      RealtimeModule.forPlatform(parts.options),
    ],
    providers: parts.providers,
  })
  class LibraryModule {}
  const app = await NestFactory.create(LibraryModule, { logger: parts.logger ?? false, abortOnError: false });
  const sockets = useRealtime(app);
  await app.listen(config.port, config.host);
  await sockets.listen();
  return { app, url: await app.getUrl(), close: () => app.get(Shutdown).run(() => app.close()) };
}
