/** Fails the boot if a part of the module is there twice, its adapter is missing, or the token verifier is incomplete. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { APP_CONFIG } from '@aeturnis/platform';
import { SocketServer } from '../transport/socket-server';
import { TokenVerifier } from '../auth/token-verifier';

@Injectable()
export class BootCheck implements OnModuleInit {
  constructor(
    discovery: DiscoveryService,
    private readonly server: SocketServer,
    private readonly verifier: TokenVerifier,
  ) {
    // In the constructor, before any hook: otherwise the second command table would fail first, with a misleading message.
    const isTwice = (wanted: unknown): boolean =>
      discovery.getProviders().filter(({ token }) => token === wanted).length > 1;
    if (isTwice(BootCheck))
      throw new Error(
        'RealtimeModule.forRoot() is imported twice: call it once, in the root module; it is global, so other modules need no import',
      );
    if (isTwice(APP_CONFIG))
      throw new Error(
        'ConfigModule is imported twice: RealtimeModule.forRoot() brings it, so pass settings as its option `config`; an application that imports the platform itself calls RealtimeModule.forPlatform()',
      );
    if (isTwice(TokenVerifier))
      throw new Error(
        'TokenVerifier is provided twice: pass it as the option `verifier` of RealtimeModule.forRoot(), and provide it nowhere else',
      );
  }

  /** At this point Nest has bound all gateways to the adapter of the application, and does not listen yet. */
  onModuleInit(): void {
    if (!this.server.isUp)
      throw new Error(
        'RealtimeModule is imported, but its adapter is not used: call useRealtime(app) before app.init() or app.listen(), and no other useWebSocketAdapter after it',
      );
    const problem = verifierProblem(this.verifier);
    if (problem !== null) throw new Error(`The provider of TokenVerifier ${problem}`);
  }
}

/** Without `isReady` every client would be refused; without `currentStatuses` revoked users would keep their connections. */
function verifierProblem(verifier: unknown): string | null {
  if (typeof verifier !== 'object' || verifier === null)
    return `gives ${String(verifier)}: it must give an object that extends the class TokenVerifier`;
  const { verify, currentStatuses, isReady } = verifier as Partial<Record<keyof TokenVerifier, unknown>>;
  if (typeof verify !== 'function') return 'has no method verify(token): it must prove a token or throw';
  const missing = [
    ...(typeof isReady === 'boolean' ? [] : ['no boolean `isReady`']),
    ...(typeof currentStatuses === 'function' ? [] : ['no method currentStatuses(principals)']),
  ];
  return missing.length > 0 ? `has ${missing.join(' and ')}: extend the class TokenVerifier, which has both` : null;
}
