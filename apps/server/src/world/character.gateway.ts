/** WebSocket gateway for the commands of played characters. */
import {
  CharacterAction,
  CharacterActionDto,
  CharacterMove,
  CharacterMoveDto,
  CharacterSelect,
  CharacterSelectDto,
  CharacterStatus,
  CharacterStatusDto,
  type ResultOf,
  ZoneEnter,
  ZoneEnterDto,
  ZonePopulation,
  ZonePopulationDto,
} from '@aeturnis/contracts';
import { type Caller, Handles, RealtimeGateway } from '@aeturnis/realtime';
import { ActionService } from './actions/action.service';
import { CharacterStatusService } from './actions/character-status.service';
import { MovementService } from './movement/movement.service';
import { SelectionService } from './played-characters/selection.service';
import { TravelService } from './movement/travel.service';
import { ZoneMembership } from './zone-membership';

@RealtimeGateway()
export class CharacterGateway {
  constructor(
    private readonly selection: SelectionService,
    private readonly movement: MovementService,
    private readonly travel: TravelService,
    private readonly actions: ActionService,
    private readonly statuses: CharacterStatusService,
    private readonly membership: ZoneMembership,
  ) {}

  @Handles(CharacterSelect)
  select(dto: CharacterSelectDto, caller: Caller): Promise<ResultOf<typeof CharacterSelect>> {
    return this.selection.select(caller, dto);
  }

  @Handles(CharacterMove)
  move(dto: CharacterMoveDto, caller: Caller): ResultOf<typeof CharacterMove> {
    return this.movement.move(caller, dto);
  }

  @Handles(CharacterAction)
  act(dto: CharacterActionDto, caller: Caller): Promise<ResultOf<typeof CharacterAction>> {
    return this.actions.act(caller, dto);
  }

  @Handles(CharacterStatus)
  status(dto: CharacterStatusDto, caller: Caller): ResultOf<typeof CharacterStatus> {
    return this.statuses.setStatus(caller, dto);
  }

  @Handles(ZoneEnter)
  enter(dto: ZoneEnterDto, caller: Caller): Promise<ResultOf<typeof ZoneEnter>> {
    return this.travel.enter(caller, dto);
  }

  @Handles(ZonePopulation)
  population({ zone }: ZonePopulationDto): Promise<ResultOf<typeof ZonePopulation>> {
    return this.membership.population(zone);
  }
}
