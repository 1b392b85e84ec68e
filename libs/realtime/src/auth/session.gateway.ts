/** Commands about the connection itself. */
import { AuthRefresh, type AuthRefreshDto, type EmptyDto, SystemPing } from '@aeturnis/contracts';
import { type CommandRequest, Handles } from '../commands/handles.decorator';
import { RealtimeGateway } from '../commands/realtime-gateway.decorator';
import type { Caller } from '../connections/caller';
import { SessionService } from './session.service';

@RealtimeGateway()
export class SessionGateway {
  constructor(private readonly session: SessionService) {}

  @Handles(SystemPing)
  ping(_: EmptyDto, caller: Caller, request: CommandRequest): { pong: true; timestamp: number } {
    return this.session.ping(caller, request.acked);
  }

  @Handles(AuthRefresh)
  refresh(dto: AuthRefreshDto, caller: Caller): Promise<{ expiresAt: number }> {
    return this.session.refresh(caller, dto.token);
  }
}
