/** The one decorator of a gateway: guards, limits, validation and error answers, so that none can be forgotten. */
import { applyDecorators, SetMetadata, UseFilters, UseGuards, UsePipes } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import { WsJwtGuard } from '../auth/ws-jwt.guard';
import { WsThrottlerGuard } from '../limits/ws-throttler.guard';
import { WsExceptionFilter } from './ws-exception.filter';
import { WsValidationPipe } from './ws-validation.pipe';

export const REALTIME_GATEWAY = 'aeturnis:gateway';

/** A class whose `@Handles` methods take commands of authenticated players. More guards may be added with `@UseGuards`. */
export function RealtimeGateway(): ClassDecorator {
  return applyDecorators(
    WebSocketGateway(),
    SetMetadata(REALTIME_GATEWAY, true),
    UseGuards(WsJwtGuard, WsThrottlerGuard),
    UsePipes(WsValidationPipe),
    UseFilters(WsExceptionFilter),
  );
}
