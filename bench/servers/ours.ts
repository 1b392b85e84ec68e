/** A node of this library with the benchmark's commands and nothing else: no domain, no database. */
import { Global, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Principal } from '@aeturnis/contracts';
import {
  ConfigModule,
  HealthModule,
  loadConfig,
  MetricsModule,
  RedisModule,
  Shutdown,
  ShutdownModule,
} from '@aeturnis/platform';
import { RealtimeModule, TokenVerifier, useRealtime } from '@aeturnis/realtime';
import { BenchGateway } from './bench.gateway';

/** The token is the name. */
@Injectable()
class NameVerifier extends TokenVerifier {
  verify(name: string): Promise<Principal> {
    return Promise.resolve({ userId: name, name, roles: [], sessionId: '', expiresAt: Date.now() + 3_600_000 });
  }
}

@Global()
@Module({ providers: [{ provide: TokenVerifier, useClass: NameVerifier }], exports: [TokenVerifier] })
class TokensModule {}

async function main(): Promise<void> {
  const config = loadConfig(process.env);
  @Module({
    imports: [
      ConfigModule.forRoot(config),
      ShutdownModule,
      HealthModule,
      MetricsModule,
      RedisModule,
      TokensModule,
      RealtimeModule.forRoot({}),
    ],
    providers: [BenchGateway],
  })
  class BenchModule {}
  const app = await NestFactory.create(BenchModule, { logger: false, abortOnError: false });
  const sockets = useRealtime(app);
  await app.listen(config.port, config.host);
  await sockets.listen();
  process.on(
    'SIGTERM',
    () =>
      void app
        .get(Shutdown)
        .run(() => app.close())
        .then(() => process.exit(0)),
  );
  process.send?.(await app.getUrl());
}

void main();
