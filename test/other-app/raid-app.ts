/** A whole other application on the realtime library: its own tokens, its own commands, no domain of ours, no database. */
import { createServer } from 'node:net';
import { Global, type INestApplication, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppError, type Principal } from '@aeturnis/contracts';
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
import { testEnvironment } from '../support/environment';
import { CampGateway } from './camp.gateway';
import { ClosedGuard, CountingGuard, RaidGateway } from './raid.gateway';

/** Tokens such as `anna` or `anna:50`, valid for so many milliseconds; for a minute where it is not said. */
@Injectable()
class NameVerifier extends TokenVerifier {
  verify(token: string): Promise<Principal> {
    if (token === 'wrong') return Promise.reject(new AppError('INVALID_TOKEN', 'Not a token'));
    const [name = '', lifeMs = '60000'] = token.split(':');
    return Promise.resolve({ userId: name, name, roles: [], sessionId: '', expiresAt: Date.now() + Number(lifeMs) });
  }
}

@Global()
@Module({ providers: [{ provide: TokenVerifier, useClass: NameVerifier }], exports: [TokenVerifier] })
class TokensModule {}

export interface RaidApp {
  app: INestApplication;
  url: string;
  close(): Promise<void>;
}

export async function startRaidApp(environment: Record<string, string> = {}): Promise<RaidApp> {
  const config = loadConfig(testEnvironment(environment));
  @Module({
    imports: [
      ConfigModule.forRoot(config),
      ShutdownModule,
      HealthModule,
      MetricsModule,
      RedisModule,
      TokensModule,
      RealtimeModule.forRoot({ policies: { 'raid:join': { limit: 3, windowMs: 60_000, burst: 3 } } }),
    ],
    providers: [RaidGateway, CampGateway, CountingGuard, ClosedGuard],
  })
  class RaidModule {}
  const app = await NestFactory.create(RaidModule, { logger: false, abortOnError: false });
  const sockets = useRealtime(app);
  await app.listen(config.port, config.host);
  await sockets.listen();
  return { app, url: await app.getUrl(), close: () => app.get(Shutdown).run(() => app.close()) };
}

/** A port that nobody listens on right now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
      .once('error', reject)
      .listen(0, '127.0.0.1', () => {
        const address = probe.address();
        probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
      });
  });
}
