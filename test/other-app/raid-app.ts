/** A second application on the realtime library: its own tokens and commands, no game domain and no database. */
import { Injectable, type LoggerService } from '@nestjs/common';
import { AppError, type Principal } from '@aeturnis/contracts';
import { loadConfig } from '@aeturnis/platform';
import { TokenVerifier } from '@aeturnis/realtime';
import { testEnvironment } from '../support/environment';
import { type LibraryApp, startLibraryApp } from '../support/servers/library-app';
import { CampGateway } from './camp.gateway';
import { DenyGuard, CountingGuard, RaidGateway } from './raid.gateway';

/** Tokens are a name and an optional lifetime in ms (`anna:50`), by default a minute; the rest is ignored. `guest-…` is a guest. */
@Injectable()
export class NameVerifier extends TokenVerifier {
  verify(token: string): Promise<Principal> {
    if (token === 'wrong') return Promise.reject(new AppError('INVALID_TOKEN', 'Not a token'));
    const [name = '', lifeMs = '60000'] = token.split(':');
    const roles = name.startsWith('guest-') ? ['guest'] : [];
    return Promise.resolve({ userId: name, name, roles, sessionId: '', expiresAt: Date.now() + Number(lifeMs) });
  }
}

export type RaidApp = LibraryApp;

export function startRaidApp(environment: Record<string, string> = {}, logger?: LoggerService): Promise<RaidApp> {
  return startLibraryApp(loadConfig(testEnvironment(environment)), {
    verifier: NameVerifier,
    providers: [RaidGateway, CampGateway, CountingGuard, DenyGuard],
    ...(logger && { logger }),
    options: { policies: { 'raid:join': { limit: 3, windowMs: 60_000, burst: 3 } } },
  });
}
