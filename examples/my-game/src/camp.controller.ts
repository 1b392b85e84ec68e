/** The HTTP routes of camps, for users with a token. */
import { Controller, Param, Post, UseGuards } from '@nestjs/common';
import { type Principal, roomName } from '@aeturnis/contracts';
import { CurrentUser, JwtGuard, RealtimeService } from '@aeturnis/realtime';
import { CAMP } from './camp.gateway';

@Controller('camps')
@UseGuards(JwtGuard)
export class CampController {
  constructor(private readonly realtime: RealtimeService) {}

  @Post(':camp/bell')
  ring(@Param('camp') camp: string, @CurrentUser() { name }: Principal): { rung: true } {
    this.realtime.emitToRoom(roomName(CAMP, camp), 'camp:bell', { by: name });
    return { rung: true };
  }
}
