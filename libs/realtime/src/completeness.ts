/** Refuses to start an application in which a part is missing, so that none accepts clients it does not check or answer. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { SocketServer } from './adapter/socket-server';
import { TokenVerifier } from './auth/token-verifier';

@Injectable()
export class Completeness implements OnModuleInit {
  constructor(
    private readonly server: SocketServer,
    private readonly verifier: TokenVerifier,
  ) {}

  /** Nest has bound all gateways by now, through whichever adapter the application has, and does not listen yet. */
  onModuleInit(): void {
    if (!this.server.up)
      throw new Error(
        'RealtimeModule is imported, but its adapter is not used: call useRealtime(app) before app.init() or app.listen(), and no other useWebSocketAdapter after it',
      );
    if (typeof (this.verifier as Partial<TokenVerifier>).verify !== 'function')
      throw new Error('The provider of TokenVerifier has no method verify(token): it must prove a token or throw');
  }
}
