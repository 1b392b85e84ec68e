/** The gateway for commands about the connection itself: ping and token refresh. */
import { AuthRefresh, type AuthRefreshDto, type EmptyDto, SystemPing } from '@aeturnis/contracts';
import { type CommandRequest, Handles } from '../commands/dispatch/handles.decorator';
import { RealtimeGateway } from '../commands/dispatch/realtime-gateway.decorator';
import type { Caller } from '../connections/caller';
import { SessionService } from '../auth/session.service';

@RealtimeGateway()
export class SessionGateway {
  constructor(private readonly session: SessionService) {}

  @Handles(SystemPing)
  ping(_: EmptyDto, caller: Caller, request: CommandRequest): { pong: true; timestamp: number } {
    return this.session.ping(caller, request.isAckRequested);
  }

  @Handles(AuthRefresh)
  refresh(dto: AuthRefreshDto, caller: Caller): Promise<{ expiresAt: number }> {
    return this.session.refresh(caller, dto.token);
  }
}
