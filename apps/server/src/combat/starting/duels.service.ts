/** Duels: challenges, and the consent of every player that begins them. */
import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { RULES_VERSION } from '@aeturnis/combat-rules';
import {
  AppError,
  type CombatAcceptDto,
  type CombatInvitation,
  type CombatSessionDto,
  type CombatStartDto,
  type CombatView,
  type EventPayload,
  RoomKind,
  type RoomName,
  roomName,
} from '@aeturnis/contracts';
import { Database, NodeIdentity } from '@aeturnis/platform';
import { type Caller, Presence } from '@aeturnis/realtime';
import { RealtimeService } from '../../realtime';
import { BlockList } from '../../social';
import { WorldService } from '../../world';
import { withConnection } from '../clocks/turn-clock';
import { RULE_DATA_HASH } from '../fairness/fight-secrets';
import { SeedOffers } from '../fairness/seed-offers';
import { FighterHolds } from '../fighters/fighter-holds';
import { type Fight, type FightPlayer, playerOf } from '../fights/fight';
import { fightViewFor, inviteesOf } from '../fights/fight-views';
import { FightPlayersRepository } from '../fights/fight-players.repository';
import { FightsRepository } from '../fights/fights.repository';
import { notFound } from '../steps/actions.service';
import { FightSteps } from '../steps/fight-steps';
import { duelSetup, PlayerSetups } from './player-setups';
import { conflict, refuseOtherSeed, translateConflicts } from './start-conflicts';

const CHALLENGE_MS = 60_000;
/** Open challenges of one user. */
export const MAX_CHALLENGES = 20;

@Injectable()
export class DuelsService {
  constructor(
    private readonly database: Database,
    private readonly world: WorldService,
    private readonly fights: FightsRepository,
    private readonly players: FightPlayersRepository,
    private readonly setups: PlayerSetups,
    private readonly seeds: SeedOffers,
    private readonly steps: FightSteps,
    private readonly holds: FighterHolds,
    private readonly blocks: BlockList,
    private readonly presence: Presence,
    private readonly realtime: RealtimeService,
    private readonly identity: NodeIdentity,
  ) {}

  /**
   * Challenges characters. A user that blocks the challenger, or is blocked, never learns of the challenge, which then expires.
   * @throws AppError NO_CHARACTER, NOT_FOUND for an unknown character, CONFLICT with the reason.
   */
  async challenge(caller: Caller, dto: CombatStartDto, targetIds: readonly string[]): Promise<CombatView> {
    const { userId } = caller.principal;
    const { characterId } = this.world.requireFighter(caller);
    const challenged = await Promise.all(targetIds.map((id) => this.setups.challenged(id)));
    if (challenged.some((player) => player.userId === userId))
      throw conflict('same_user', 'This is a character of your own: challenge others');
    const fight = await translateConflicts(this.players, userId, () =>
      this.database.transaction(async () => {
        const challenger = await this.setups.playerOf(userId, characterId, 0, true);
        if ((await this.players.findOfUser(userId)) !== null) throw conflict('fights_already', 'You fight already');
        await this.requireRoomForChallenges(challenged);
        const seed = await this.seeds.draw(userId);
        refuseOtherSeed(dto, seed);
        const { clientSeed, spectators = 'public', delayTurns = 0 } = dto;
        const id = randomUUID();
        const players = [challenger, ...challenged];
        await this.fights.insert({
          ...{ id, mode: 'duel', createdBy: userId, spectators, delayTurns, zone: null, x: null, y: null, players },
          ...{ rulesVersion: RULES_VERSION, dataHash: RULE_DATA_HASH, ...seed, expiresInMs: CHALLENGE_MS },
          clocks: this.withCaller({}, characterId, caller),
          clientSeeds: clientSeed === undefined ? {} : { [characterId]: clientSeed },
        });
        await this.players.insertPlayers(id, players, 'invited');
        return this.requireFight(await this.fights.lock(id));
      }),
    );
    const hidden = await this.blocks.hiddenFrom(userId);
    const invitation = invitationOf(fight);
    const receivers = challenged.filter((player) => !hidden.has(player.userId));
    this.realtime.emitToRoom(userRooms(receivers), 'combat:invited', invitation, { chargedTo: userId });
    return fightViewFor(fight, characterId);
  }

  /** @throws AppError NOT_FOUND for a challenge that is not open, CONFLICT with the reason. */
  async accept(caller: Caller, { sessionId, clientSeed }: CombatAcceptDto): Promise<CombatView> {
    const { userId } = caller.principal;
    const [view, fighting] = await translateConflicts(this.players, userId, () =>
      this.database.transaction(async (): Promise<[CombatView, readonly FightPlayer[]]> => {
        const { fight, player } = await this.lockChallenge(userId, sessionId);
        if ((await this.players.findOfUser(userId)) !== null) throw conflict('fights_already', 'You fight already');
        const accepted = await this.setups.playerOf(userId, player.characterId, player.side, true);
        const players = fight.players.map((each) => (each.userId === userId ? accepted : each));
        const clientSeeds =
          clientSeed === undefined || player.accepted
            ? fight.clientSeeds
            : { ...fight.clientSeeds, [player.characterId]: clientSeed };
        const clocks = this.withCaller(fight.clocks, player.characterId, caller);
        await this.fights.change(sessionId, { players, clientSeeds, clocks });
        const agreed = { ...fight, players, clientSeeds, clocks };
        if (!players.every((each) => each.accepted)) return [fightViewFor(agreed, player.characterId), []];
        return [await this.begin(agreed, player), players];
      }),
    );
    this.holds.announce(
      fighting.map(({ characterId }) => characterId),
      true,
    );
    return view;
  }

  /** Declines a challenge, or withdraws the own one. @throws AppError NOT_FOUND for a challenge that is not open. */
  async decline(userId: string, { sessionId }: CombatSessionDto): Promise<object> {
    const fight = await this.database.transaction(async () => {
      const challenge = await this.lockChallenge(userId, sessionId);
      await this.fights.remove(sessionId);
      return challenge.fight;
    });
    await this.announceCancelled(fight, fight.createdBy === userId ? 'withdrawn' : 'declined', userId);
    return {};
  }

  /** Call it after a challenge was removed. Users who never learned of the challenge do not learn of its end either. */
  async announceCancelled(
    { id, createdBy, players }: Fight,
    reason: EventPayload<'combat:cancelled'>['reason'],
    chargedTo?: string,
  ): Promise<void> {
    const hidden = await this.blocks.hiddenFrom(createdBy);
    const receivers = players.filter(({ userId }) => !hidden.has(userId));
    this.realtime.emitToRoom(userRooms(receivers), 'combat:cancelled', { sessionId: id, reason }, { chargedTo });
  }

  private async begin(fight: Fight, { characterId }: FightPlayer): Promise<CombatView> {
    await this.requirePresent(fight);
    await this.requireNoBlocks(fight);
    // What the challenger owns may have changed since the challenge. One after the other: a transaction has one connection.
    const players: FightPlayer[] = [];
    for (const { userId, characterId: id, side } of fight.players)
      players.push(await this.setups.playerOf(userId, id, side, true));
    await this.fights.change(fight.id, { players });
    await this.players.setFighting(fight.id);
    const begun = await this.steps.begin({ ...fight, players }, duelSetup(players));
    return fightViewFor(begun.fight, characterId);
  }

  /** So that no player waits for one that left after the challenge. While Redis is unavailable, all count as present. */
  private async requirePresent({ players }: Fight): Promise<void> {
    const online = await this.presence.areOnlineAnywhere(players.map(({ userId }) => userId));
    if (online && !online.every(Boolean)) throw cannotBegin();
  }

  /** Two players with a block between them do not meet. Answers as if one was away, so that the block does not show. */
  private async requireNoBlocks({ players }: Fight): Promise<void> {
    const userIds = players.map(({ userId }) => userId);
    for (const userId of userIds) {
      const hidden = await this.blocks.hiddenFrom(userId);
      if (userIds.some((other) => hidden.has(other))) throw cannotBegin();
    }
  }

  private async lockChallenge(userId: string, sessionId: string): Promise<{ fight: Fight; player: FightPlayer }> {
    const fight = await this.fights.lock(sessionId);
    const player = fight && playerOf(fight, userId);
    if (!fight || !player || fight.phase !== 'invited') throw notFound();
    if (userId !== fight.createdBy && (await this.blocks.hiddenFrom(userId)).has(fight.createdBy)) throw notFound();
    return { fight, player };
  }

  /**
   * Challenges that a block hides do not count: the challenged user cannot decline what is not shown. Two characters of one
   * user, and users between whom there is a block, are refused in the same way, so that the challenger learns of neither.
   */
  private async requireRoomForChallenges(challenged: readonly FightPlayer[]): Promise<void> {
    const seen = new Set<string>();
    await this.players.lockChallenges(challenged.map(({ userId }) => userId));
    for (const { userId } of challenged) {
      const hidden = await this.blocks.hiddenFrom(userId);
      const count = await this.players.countChallenges(userId, hidden);
      const isBlocked = challenged.some((other) => hidden.has(other.userId));
      if (count >= MAX_CHALLENGES || isBlocked || seen.has(userId))
        throw conflict('too_many_challenges', 'One of the players cannot take this challenge now: try later');
      seen.add(userId);
    }
  }

  private withCaller(clocks: Fight['clocks'], characterId: string, caller: Caller): Fight['clocks'] {
    return withConnection(clocks, characterId, this.identity.incarnation, caller.measureRoundTrip());
  }

  private requireFight(fight: Fight | null): Fight {
    if (!fight) throw new AppError('NOT_FOUND', 'There is no such fight');
    return fight;
  }
}

export function invitationOf(fight: Fight): CombatInvitation {
  const { id: sessionId, players, createdBy, spectators, commitment, dueAt, now } = fight;
  const { characterId = '', name = '', level = 1 } = players.find(({ userId }) => userId === createdBy) ?? {};
  const challenger = { characterId, name, level };
  return {
    ...{ sessionId, challenger, invited: inviteesOf(fight), spectators, commitment },
    expiresAt: Math.round(dueAt ?? now),
  };
}

const cannotBegin = (): AppError =>
  conflict('player_away', 'One of the players is away, or cannot begin this duel now: try later');

const userRooms = (players: readonly FightPlayer[]): RoomName[] =>
  players.map(({ userId }) => roomName(RoomKind.User, userId));
