/** Rooms that players of the other application enter and leave as they like, and words and bytes that are said there. */
import { command, declareEvents, event, returns, roomName } from '@aeturnis/contracts';
import { type Caller, Handles, RealtimeGateway, RoomService } from '@aeturnis/realtime';
import { IsString, Length } from 'class-validator';

export const CAMP_KIND = 'camp';

export class CampDto {
  @IsString()
  @Length(1, 20)
  camp: string;
}

export interface CampWord {
  readonly n: number;
  /** Binary attachments: none makes it a plain JSON event. */
  readonly data?: readonly Buffer[];
}

export const CampEnter = command({
  name: 'camp:enter',
  summary: 'Enters a camp.',
  payload: CampDto,
  result: returns<object>(),
});
export const CampLeave = command({
  name: 'camp:leave',
  summary: 'Leaves a camp.',
  payload: CampDto,
  result: returns<object>(),
});
declareEvents([event('camp:word', 'recoverable', returns<CampWord>())]);
declare module '@aeturnis/contracts' {
  interface ServerToClientEvents {
    'camp:word': (payload: CampWord) => void;
  }
}

@RealtimeGateway()
export class CampGateway {
  constructor(private readonly rooms: RoomService) {
    rooms.define(CAMP_KIND, { access: () => true });
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
