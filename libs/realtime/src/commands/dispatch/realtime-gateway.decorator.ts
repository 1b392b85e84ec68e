/** The decorator of a gateway: applies guards, limits, validation and error answers together, so that none is missing. */
import { applyDecorators, SetMetadata, UseFilters, UseGuards, UsePipes } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import { WsJwtGuard } from '../../auth/ws-jwt.guard';
import { WsThrottlerGuard } from '../limits/ws-throttler.guard';
import { WsExceptionFilter } from './ws-exception.filter';
import { WsValidationPipe } from '../validation/ws-validation.pipe';

export const REALTIME_GATEWAY = 'aeturnis:gateway';

/** Marks a class whose `@Handles` methods handle commands of authenticated players. `@UseGuards` may add further guards. */
export function RealtimeGateway(): ClassDecorator {
  return applyDecorators(
    WebSocketGateway(),
    SetMetadata(REALTIME_GATEWAY, true),
    UseGuards(WsJwtGuard, WsThrottlerGuard),
    UsePipes(WsValidationPipe),
    UseFilters(WsExceptionFilter),
  );
}
