/** Refuses commands once the token of their connection has expired; its signature was checked at the handshake. */
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { Clock } from '../base/clock';
import type { Caller } from '../connections/caller';

@Injectable()
export class WsJwtGuard implements CanActivate {
  constructor(private readonly clock: Clock) {}

  canActivate(context: ExecutionContext): boolean {
    const { principal } = context.switchToWs().getClient<Caller>();
    if (principal.expiresAt > this.clock.now()) return true;
    throw new AppError('EXPIRED_TOKEN', 'The token has expired: connect again with a fresh one');
  }
}
