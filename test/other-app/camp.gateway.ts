/** Rooms of the other application that players enter and leave freely, with messages that may carry binary data. */
import { command, declareEvents, event, typeToken, roomName } from '@aeturnis/contracts';
import { type Caller, Handles, RealtimeGateway, RoomService } from '@aeturnis/realtime';
import { IsString, Length } from 'class-validator';

export const CAMP_KIND = 'camp';

export class CampDto {
  @IsString()
  @Length(1, 20)
  camp: string;
}

export interface CampMessage {
  readonly n: number;
  /** Binary attachments; without them the event is plain JSON. */
  readonly data?: readonly Buffer[];
}

export const CampEnter = command({
  name: 'camp:enter',
  payload: CampDto,
  result: typeToken<object>(),
});
export const CampLeave = command({
  name: 'camp:leave',
  payload: CampDto,
  result: typeToken<object>(),
});
declareEvents([event('camp:word', 'recoverable', typeToken<CampMessage>())]);
declare module '@aeturnis/contracts' {
  interface ServerToClientEvents {
    'camp:word': (payload: CampMessage) => void;
  }
}

@RealtimeGateway()
export class CampGateway {
  constructor(private readonly rooms: RoomService) {
    rooms.define(CAMP_KIND, { canEnter: () => true });
  }

  @Handles(CampEnter)
  async enter({ camp }: CampDto, caller: Caller): Promise<object> {
    await this.rooms.join(caller, roomName(CAMP_KIND, camp));
    return {};
  }

  @Handles(CampLeave)
  async leave({ camp }: CampDto, caller: Caller): Promise<object> {
    await this.rooms.leave(caller, roomName(CAMP_KIND, camp));
    return {};
  }
}
