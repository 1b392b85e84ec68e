/** Characters over sockets: one line per command. */
import {
  CharacterMove,
  CharacterMoveDto,
  CharacterSelect,
  CharacterSelectDto,
  type ResultOf,
  ZoneEnter,
  ZoneEnterDto,
  ZonePopulation,
  ZonePopulationDto,
} from '@aeturnis/contracts';
import { type Caller, Handles, RealtimeGateway } from '@aeturnis/realtime';
import { MovementService } from './movement.service';
import { SelectionService } from './selection.service';
import { TravelService } from './travel.service';
import { ZoneMembers } from './zone-members';

@RealtimeGateway()
export class CharacterGateway {
  constructor(
    private readonly selection: SelectionService,
    private readonly movement: MovementService,
    private readonly travel: TravelService,
    private readonly zones: ZoneMembers,
  ) {}

  @Handles(CharacterSelect)
  select(dto: CharacterSelectDto, caller: Caller): Promise<ResultOf<typeof CharacterSelect>> {
    return this.selection.select(caller, dto);
  }

  @Handles(CharacterMove)
  move(dto: CharacterMoveDto, caller: Caller): ResultOf<typeof CharacterMove> {
    return this.movement.move(caller, dto);
  }

  @Handles(ZoneEnter)
  enter(dto: ZoneEnterDto, caller: Caller): Promise<ResultOf<typeof ZoneEnter>> {
    return this.travel.enter(caller, dto);
  }

  @Handles(ZonePopulation)
  population({ zone }: ZonePopulationDto): Promise<ResultOf<typeof ZonePopulation>> {
    return this.zones.population(zone);
  }
}
