/** Starts fights against monsters, and lets players join them. */
import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { isMonsterKind, type FightSetup, RULES_VERSION } from '@aeturnis/combat-rules';
import {
  AppError,
  type CombatSessionDto,
  type CombatStartDto,
  type CombatView,
  RoomKind,
  roomName,
} from '@aeturnis/contracts';
import { Database, NodeIdentity } from '@aeturnis/platform';
import { type Caller, RoomService } from '@aeturnis/realtime';
import { BlockList } from '../../social';
import { type WorldFighter, WorldService } from '../../world';
import { withConnection } from '../clocks/turn-clock';
import { RULE_DATA_HASH } from '../fairness/fight-secrets';
import { SeedOffers } from '../fairness/seed-offers';
import { FighterHolds } from '../fighters/fighter-holds';
import { type Fight, type FightPlayer, isActive, playerOf } from '../fights/fight';
import { FightMonstersRepository } from '../fights/fight-monsters.repository';
import { fightViewFor } from '../fights/fight-views';
import { FightPlayersRepository } from '../fights/fight-players.repository';
import { FightsRepository } from '../fights/fights.repository';
import { notFound } from '../steps/actions.service';
import { FightSteps } from '../steps/fight-steps';
import { refusalError } from '../steps/refusals';
import { PlayerSetups, playerSetup } from './player-setups';
import { conflict, refuseOtherSeed, translateConflicts } from './start-conflicts';

/** The most units between a character and what it fights. */
const REACH = 12;

@Injectable()
export class MonsterFightsService {
  constructor(
    private readonly database: Database,
    private readonly world: WorldService,
    private readonly fights: FightsRepository,
    private readonly players: FightPlayersRepository,
    private readonly monsters: FightMonstersRepository,
    private readonly setups: PlayerSetups,
    private readonly seeds: SeedOffers,
    private readonly steps: FightSteps,
    private readonly holds: FighterHolds,
    private readonly blocks: BlockList,
    private readonly rooms: RoomService,
    private readonly identity: NodeIdentity,
  ) {}

  /** @throws AppError NO_CHARACTER, NOT_FOUND for a monster that is not in the zone, CONFLICT with the reason. */
  async start(caller: Caller, dto: CombatStartDto, monsterId: string): Promise<CombatView> {
    const { userId } = caller.principal;
    const fighter = this.world.requireFighter(caller);
    const monster = this.world.findMonster(fighter.zone, monsterId);
    if (!monster || !isMonsterKind(monster.kind))
      throw new AppError('NOT_FOUND', 'There is no such monster in your zone');
    this.requireReach(fighter, monster);
    const { x, y, kind, level } = monster;
    const view = await translateConflicts(this.players, userId, () =>
      this.database.transaction(async () => {
        const player = await this.setups.playerOf(userId, fighter.characterId, 0, true);
        const seed = await this.seeds.draw(userId);
        refuseOtherSeed(dto, seed);
        const { clientSeed, spectators = 'public', delayTurns = 0 } = dto;
        const id = randomUUID();
        await this.fights.insert({
          ...{ id, mode: 'monsters', createdBy: userId, spectators, delayTurns, zone: fighter.zone, x, y },
          ...{ rulesVersion: RULES_VERSION, dataHash: RULE_DATA_HASH, ...seed, expiresInMs: null },
          clientSeeds: clientSeed === undefined ? {} : { [player.characterId]: clientSeed },
          players: [player],
          clocks: this.withCaller({}, player, caller),
        });
        await this.players.insertPlayers(id, [player], 'fighting');
        await this.takeMonster(monsterId, id);
        const fight = await this.fights.lock(id);
        if (!fight) throw notFound();
        const name = kind.replaceAll('_', ' ');
        const setup: FightSetup = {
          mode: 'monsters',
          participants: [playerSetup(player), { id: monsterId, side: 1, name, level, monster: kind }],
        };
        const begun = await this.steps.begin(fight, setup);
        return fightViewFor(begun.fight, player.characterId);
      }),
    );
    this.holds.announce([fighter.characterId], true);
    return view;
  }

  /** @throws AppError NO_CHARACTER, NOT_FOUND, CONFLICT with the reason. */
  async join(caller: Caller, { sessionId }: CombatSessionDto): Promise<CombatView> {
    const { userId } = caller.principal;
    const fighter = this.world.requireFighter(caller);
    const view = await translateConflicts(this.players, userId, () =>
      this.database.transaction(async () => {
        const player = await this.setups.playerOf(userId, fighter.characterId, 0, true);
        const fight = await this.fights.lock(sessionId);
        if (!fight || fight.phase === 'invited') throw notFound();
        // A duel that may not be watched does not exist for users who take no part in it.
        if (fight.mode === 'duel' && fight.spectators === 'off' && !playerOf(fight, userId)) throw notFound();
        if (playerOf(fight, userId)) throw refusalError(isActive(fight) ? 'already_joined' : 'ended');
        // Before the end: outsiders do not learn of that of a private fight.
        if (fight.mode === 'duel' || (await this.isClosedTo(userId, fight))) throw refusalError('joining_closed');
        if (!isActive(fight)) throw refusalError('ended');
        if (fight.zone !== fighter.zone) throw conflict('too_far', 'The fight is in another zone');
        this.requireReach(fighter, { x: fight.x ?? 0, y: fight.y ?? 0 });
        const players = [...fight.players, player];
        await this.fights.change(sessionId, { players });
        await this.players.insertPlayers(sessionId, [player], 'fighting');
        const clocks = this.withCaller(fight.clocks, player, caller);
        const input = { type: 'join', player: playerSetup(player) } as const;
        const taken = await this.steps.take({ ...fight, players, clocks }, input, { userId, actionId: null });
        if (typeof taken === 'string') throw refusalError(taken);
        return fightViewFor(taken.fight, player.characterId);
      }),
    );
    // Players get the entries once, and not as late as spectators.
    this.rooms.evict(userId, roomName(RoomKind.Spectate, sessionId));
    this.holds.announce([fighter.characterId], true);
    return view;
  }

  private withCaller(clocks: Fight['clocks'], { characterId }: FightPlayer, caller: Caller): Fight['clocks'] {
    return withConnection(clocks, characterId, this.identity.incarnation, caller.measureRoundTrip());
  }

  /** Whether the fight is private, or there is a block between the user and a player, which looks as if the user were late. */
  private async isClosedTo(userId: string, { spectators, players }: Fight): Promise<boolean> {
    const hidden = await this.blocks.hiddenFrom(userId);
    return spectators === 'off' || players.some((player) => hidden.has(player.userId));
  }

  private requireReach(fighter: WorldFighter, target: { x: number; y: number }): void {
    if (Math.hypot(fighter.x - target.x, fighter.y - target.y) > REACH)
      throw conflict('too_far', `The target is more than ${REACH} units away: walk closer to it`);
    if (!this.world.isHostile(fighter.zone, fighter) || !this.world.isHostile(fighter.zone, target))
      throw conflict('safe_ground', 'Fights against monsters take place on hostile ground only');
  }

  private async takeMonster(monsterId: string, fightId: string): Promise<void> {
    const other = await this.monsters.take(monsterId, fightId);
    if (other === 'returning') throw conflict('defeated', 'This monster was defeated a moment ago: try later');
    if (other !== null) throw conflict('monster_fights', 'This monster fights already: join the fight', other);
  }
}
