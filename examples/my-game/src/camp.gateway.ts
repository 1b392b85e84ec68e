/** The commands of camps, and who may join one. */
import { roomName } from '@aeturnis/contracts';
import { type Caller, Handles, RealtimeGateway, RealtimeService, RoomService } from '@aeturnis/realtime';
import { JoinCamp, type JoinCampDto } from './camp.contract';

export const CAMP = 'camp';

@RealtimeGateway()
export class CampGateway {
  constructor(
    private readonly rooms: RoomService,
    private readonly realtime: RealtimeService,
  ) {
    rooms.define(CAMP, { canEnter: (_caller, camp) => camp !== 'closed', capacity: 20 });
  }

  @Handles(JoinCamp)
  async join({ camp, greeting }: JoinCampDto, caller: Caller): Promise<{ members: string[] }> {
    const room = roomName(CAMP, camp);
    await this.rooms.join(caller, room);
    this.realtime.emitToRoom(room, 'camp:joined', { by: caller.principal.name, greeting }, { except: caller.socketId });
    return { members: (await this.rooms.members(room)).users };
  }
}
