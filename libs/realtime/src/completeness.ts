/** Refuses to start an application in which a part is missing, so that none accepts clients it does not check or answer. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { SocketServer } from './adapter/socket-server';
import { TokenVerifier } from './auth/token-verifier';

@Injectable()
export class Completeness implements OnModuleInit {
  constructor(
    discovery: DiscoveryService,
    private readonly server: SocketServer,
    private readonly verifier: TokenVerifier,
  ) {
    // Earlier than any hook: a second table of commands would complain of a command that is handled twice.
    if (discovery.getProviders().filter(({ token }) => token === Completeness).length > 1)
      throw new Error(
        'RealtimeModule.forRoot() is imported twice: call it once, in the root module; it is global, so other modules need no import',
      );
  }

  /** Nest has bound all gateways by now, through whichever adapter the application has, and does not listen yet. */
  onModuleInit(): void {
    if (!this.server.up)
      throw new Error(
        'RealtimeModule is imported, but its adapter is not used: call useRealtime(app) before app.init() or app.listen(), and no other useWebSocketAdapter after it',
      );
    const problem = problemOf(this.verifier);
    if (problem !== null) throw new Error(`The provider of TokenVerifier ${problem}`);
  }
}

/** An object that lacks `ready` would refuse every client, and one without `standing` would never lose a right. */
function problemOf(verifier: unknown): string | null {
  if (typeof verifier !== 'object' || verifier === null)
    return `gives ${String(verifier)}: it must give an object that extends the class TokenVerifier`;
  const { verify, standing, ready } = verifier as Partial<Record<keyof TokenVerifier, unknown>>;
  if (typeof verify !== 'function') return 'has no method verify(token): it must prove a token or throw';
  const missing = [
    ...(typeof ready === 'boolean' ? [] : ['no boolean `ready`']),
    ...(typeof standing === 'function' ? [] : ['no method standing(principals)']),
  ];
  return missing.length > 0 ? `has ${missing.join(' and ')}: extend the class TokenVerifier, which has both` : null;
}
