/** Lets a command pass only while the token of its connection is valid; signatures were checked at the handshake. */
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { Clock } from '../clock';
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
