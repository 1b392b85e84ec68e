/** Socket commands of fights. */
import {
  CombatAccept,
  CombatAcceptDto,
  CombatAction,
  CombatActionDto,
  type CombatActionResult,
  CombatDecline,
  CombatFlee,
  CombatFleeDto,
  type CombatHistory,
  CombatHistoryDto,
  CombatHistoryRead,
  CombatJoin,
  CombatLeaveSpectate,
  CombatSessionDto,
  CombatSpectate,
  CombatStart,
  CombatStartDto,
  type CombatView,
} from '@aeturnis/contracts';
import { type Caller, Handles, RealtimeGateway } from '@aeturnis/realtime';
import { FightHistoryService } from './fights/history.service';
import { DuelsService } from './starting/duels.service';
import { MonsterFightsService } from './starting/monster-fights.service';
import { ActionsService } from './steps/actions.service';
import { SpectatorsService } from './watching/spectators.service';

@RealtimeGateway()
export class CombatGateway {
  constructor(
    private readonly monsterFights: MonsterFightsService,
    private readonly duels: DuelsService,
    private readonly actions: ActionsService,
    private readonly spectators: SpectatorsService,
    private readonly histories: FightHistoryService,
  ) {}

  @Handles(CombatStart)
  start(dto: CombatStartDto, caller: Caller): Promise<CombatView> {
    const { monsterId, targetIds = [] } = dto;
    return monsterId === undefined
      ? this.duels.challenge(caller, dto, targetIds)
      : this.monsterFights.start(caller, dto, monsterId);
  }

  @Handles(CombatAccept)
  accept(dto: CombatAcceptDto, caller: Caller): Promise<CombatView> {
    return this.duels.accept(caller, dto);
  }

  @Handles(CombatDecline)
  decline(dto: CombatSessionDto, { principal }: Caller): Promise<object> {
    return this.duels.decline(principal.userId, dto);
  }

  @Handles(CombatJoin)
  join(dto: CombatSessionDto, caller: Caller): Promise<CombatView> {
    return this.monsterFights.join(caller, dto);
  }

  @Handles(CombatAction)
  act(dto: CombatActionDto, caller: Caller): Promise<CombatActionResult> {
    return this.actions.act(caller.principal.userId, dto, caller.measureRoundTrip());
  }

  @Handles(CombatFlee)
  flee(dto: CombatFleeDto, caller: Caller): Promise<CombatActionResult> {
    return this.actions.flee(caller.principal.userId, dto, caller.measureRoundTrip());
  }

  @Handles(CombatSpectate)
  watch(dto: CombatSessionDto, caller: Caller): Promise<CombatView> {
    return this.spectators.watch(caller, dto);
  }

  @Handles(CombatLeaveSpectate)
  leave(dto: CombatSessionDto, caller: Caller): Promise<object> {
    return this.spectators.leave(caller, dto);
  }

  @Handles(CombatHistoryRead)
  history(dto: CombatHistoryDto, { principal }: Caller): Promise<CombatHistory> {
    return this.histories.page(principal.userId, dto);
  }
}
