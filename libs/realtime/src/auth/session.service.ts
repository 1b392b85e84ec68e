/** Commands of a connection about its own session: replacing the token, and ping. */
import { Injectable } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { Clock } from '../base/clock';
import type { Caller } from '../connections/caller';
import { ConnectionRegistry } from '../connections/connection-registry';
import { verifyPrincipal } from './verify-principal';
import { TokenVerifier } from './token-verifier';

@Injectable()
export class SessionService {
  constructor(
    private readonly verifier: TokenVerifier,
    private readonly connections: ConnectionRegistry,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError of the verifier, or FORBIDDEN for another user's token. The old token then stays valid. */
  async refresh(caller: Caller, token: string): Promise<{ expiresAt: number }> {
    const principal = await verifyPrincipal(this.verifier, token, this.clock);
    if (principal.userId !== caller.principal.userId)
      throw new AppError('FORBIDDEN', 'The token belongs to another user');
    this.connections.get(caller.socketId)?.updatePrincipal(principal);
    return { expiresAt: principal.expiresAt };
  }

  /** Answers by ack if one was requested, else by the event `system:pong`. */
  ping(caller: Caller, isAckRequested: boolean): { pong: true; timestamp: number } {
    const timestamp = this.clock.now();
    if (!isAckRequested) caller.reply('system:pong', { timestamp });
    return { pong: true, timestamp };
  }
}
