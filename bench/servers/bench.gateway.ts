/** The handlers of the benchmark's commands. */
import { AppError, roomName } from '@aeturnis/contracts';
import { type Caller, Handles, RealtimeGateway, RealtimeService, RoomService } from '@aeturnis/realtime';
import {
  BENCH_KIND,
  BenchFill,
  type BenchFillDto,
  BenchJoin,
  type BenchJoinDto,
  BenchRequest,
  type BenchRequestDto,
  BenchSay,
  type BenchSayDto,
} from './bench.contract';

@RealtimeGateway()
export class BenchGateway {
  private serial = 0;

  constructor(
    private readonly rooms: RoomService,
    private readonly realtime: RealtimeService,
  ) {
    rooms.define(BENCH_KIND, { canEnter: () => true });
    // As in the server, whose connections are all in the room of the global chat.
    rooms.addStandingRoom('global:chat');
  }

  @Handles(BenchJoin)
  async join({ room }: BenchJoinDto, caller: Caller): Promise<object> {
    await this.rooms.join(caller, roomName(BENCH_KIND, room));
    return {};
  }

  @Handles(BenchSay)
  say({ room, text, t }: BenchSayDto, caller: Caller): object {
    if (!this.rooms.has(caller, roomName(BENCH_KIND, room))) throw new AppError('FORBIDDEN', 'Not in this room');
    this.emit(room, caller.principal.name, text, t);
    return {};
  }

  @Handles(BenchFill)
  fill({ room, count }: BenchFillDto, caller: Caller): object {
    for (let n = 0; n < count; n++) this.emit(room, caller.principal.name, 'The quick brown fox', 0);
    return {};
  }

  @Handles(BenchRequest)
  request({ action, target, t }: BenchRequestDto): object {
    return { action, target, health: 73, t };
  }

  private emit(room: string, from: string, text: string, t: number): void {
    const said = { id: ++this.serial, room, from, text, at: Date.now(), t };
    this.realtime.emitToRoom(roomName(BENCH_KIND, room), 'bench:said', said);
  }
}
