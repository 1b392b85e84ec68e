/** What a connection can do about its own session: replace the token, and ask for a sign of life. */
import { Injectable } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { Clock } from '../clock';
import type { Caller } from '../connections/caller';
import { Connections } from '../connections/connections';
import { provedPrincipal } from './proved-principal';
import { TokenVerifier } from './token-verifier';

@Injectable()
export class SessionService {
  constructor(
    private readonly verifier: TokenVerifier,
    private readonly connections: Connections,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError of the verifier, FORBIDDEN for another user's token. The old token stays in force then. */
  async refresh(caller: Caller, token: string): Promise<{ expiresAt: number }> {
    const principal = await provedPrincipal(this.verifier, token);
    if (principal.userId !== caller.principal.userId)
      throw new AppError('FORBIDDEN', 'The token belongs to another user');
    this.connections.get(caller.socketId)?.become(principal);
    return { expiresAt: principal.expiresAt };
  }

  /** Answers by ack where one was asked for, else by the event `system:pong`. */
  ping(caller: Caller, acked: boolean): { pong: true; timestamp: number } {
    const timestamp = this.clock.now();
    if (!acked) caller.reply('system:pong', { timestamp });
    return { pong: true, timestamp };
  }
}
