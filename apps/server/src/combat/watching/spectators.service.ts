/** Lets users watch fights whose starter allows it. Spectators are never in the room of the fight itself. */
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { type FightState, prepareFight } from '@aeturnis/combat-rules';
import { type CombatSessionDto, type CombatView, RoomKind, roomName } from '@aeturnis/contracts';
import { FailureLog, runInBackground } from '@aeturnis/platform';
import { type Caller, RoomService } from '@aeturnis/realtime';
import { BlockList } from '../../social';
import { rollsFor } from '../fairness/fight-secrets';
import { type ActiveFight, type Fight, type FightWithSetup, isActive, playerOf } from '../fights/fight';
import { fightViewFor } from '../fights/fight-views';
import { FightLogRepository } from '../fights/fight-log.repository';
import { FightPlayersRepository } from '../fights/fight-players.repository';
import { FightsRepository } from '../fights/fights.repository';
import { notFound } from '../steps/actions.service';
import { conflict } from '../starting/start-conflicts';
import { replayInputs } from './delayed-state';

const CAPACITY = 1_000;

@Injectable()
export class SpectatorsService implements OnModuleInit {
  private readonly failures = new FailureLog(new Logger(SpectatorsService.name));

  constructor(
    private readonly fights: FightsRepository,
    private readonly players: FightPlayersRepository,
    private readonly log: FightLogRepository,
    private readonly rooms: RoomService,
    private readonly blocks: BlockList,
  ) {}

  onModuleInit(): void {
    // Entered by `combat:spectate` only.
    this.rooms.define(RoomKind.Spectate, { canEnter: () => false, capacity: CAPACITY });
    this.blocks.onAdded((blockerId, blockedId) => {
      void runInBackground('fights', () => this.endWatching([blockerId, blockedId]));
    });
  }

  /** @throws AppError NOT_FOUND for a fight that cannot be watched, CONFLICT for the own one, ROOM_FULL. */
  async watch(caller: Caller, { sessionId }: CombatSessionDto): Promise<CombatView> {
    const { userId } = caller.principal;
    const fight = await this.fights.find(sessionId);
    if (!fight || !isActive(fight) || fight.spectators === 'off') throw notFound();
    if (playerOf(fight, userId)) throw conflict('takes_part', 'You take part in this fight');
    if (await this.isHidden(fight, userId)) throw notFound();
    // The room before the state, so that no entry is missed; their numbers distinguish those of both.
    await this.rooms.enter(caller, roomName(RoomKind.Spectate, sessionId));
    const current = await this.fights.find(sessionId);
    if (!current || !isActive(current) || (await this.isHidden(current, userId))) {
      await this.leave(caller, { sessionId });
      throw notFound();
    }
    return fightViewFor({ ...current, state: await this.shownState(current) });
  }

  async leave(caller: Caller, { sessionId }: CombatSessionDto): Promise<object> {
    await this.rooms.leave(caller, roomName(RoomKind.Spectate, sessionId));
    return {};
  }

  /** Whether there is a block between the user and a player. */
  private async isHidden({ players }: Fight, userId: string): Promise<boolean> {
    const hidden = await this.blocks.hiddenFrom(userId);
    return players.some((player) => hidden.has(player.userId));
  }

  /** After a new block, neither user watches the fight of the other any longer. */
  private async endWatching(users: readonly [string, string]): Promise<void> {
    try {
      for (const [spectator, player] of [users, users.toReversed()] as [string, string][]) {
        const fightId = await this.players.findOfUser(player);
        if (fightId !== null) this.rooms.evict(spectator, roomName(RoomKind.Spectate, fightId));
      }
    } catch (error) {
      this.failures.warn({ message: 'spectators not removed after a block, they watch on', users, error });
    }
  }

  /** The state as late as spectators see it: replayed, because only the present one is stored. */
  private async shownState(fight: ActiveFight & FightWithSetup): Promise<FightState> {
    const { id, delayTurns, state, setup } = fight;
    if (delayTurns === 0 || !setup) return state;
    const shownSeq = await this.log.lastSeqBeforeActionOf(id, state.turn - delayTurns);
    if (shownSeq === 0) return prepareFight(setup);
    const steps = await this.log.inputsBetween(id, 0, shownSeq);
    const inputs = steps.flatMap(({ input }) => input ?? []);
    return replayInputs(setup, rollsFor(fight.serverSeed, fight.clientSeeds), inputs);
  }
}
