/** Brings connecting clients back into their fights: the rooms, the current state, and the clocks of absence. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CombatInvitation, CombatOverview } from '@aeturnis/contracts';
import { RoomKind, roomName } from '@aeturnis/contracts';
import { Database, NodeIdentity, runInBackground } from '@aeturnis/platform';
import { type Caller, ConnectionHooks, Presence, RoomService, SystemSync } from '@aeturnis/realtime';
import { BlockList } from '../../social';
import { nextLookAt, withAbsence, withNode, withReturn } from '../clocks/turn-clock';
import { SeedOffers } from '../fairness/seed-offers';
import { type ActiveFight, isActive, playerOf } from '../fights/fight';
import { fightViewFor } from '../fights/fight-views';
import { FightPlayersRepository } from '../fights/fight-players.repository';
import { FightsRepository } from '../fights/fights.repository';
import { invitationOf, MAX_CHALLENGES } from '../starting/duels.service';

/** The challenges of others, and the own one. */
const MAX_SHOWN = MAX_CHALLENGES + 1;

@Injectable()
export class CurrentFights implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly fights: FightsRepository,
    private readonly players: FightPlayersRepository,
    private readonly offers: SeedOffers,
    private readonly blocks: BlockList,
    private readonly rooms: RoomService,
    private readonly presence: Presence,
    private readonly sync: SystemSync,
    private readonly hooks: ConnectionHooks,
    private readonly identity: NodeIdentity,
  ) {}

  onModuleInit(): void {
    this.rooms.define(RoomKind.Combat, {
      canEnter: ({ principal }, id) => this.players.isInFight(id, principal.userId),
    });
    this.hooks.onOpen((caller) => this.onRecovered(caller));
    this.sync.register('combat', (caller) => this.syncPart(caller));
    this.presence.onOffline(
      (userId) => void runInBackground('fights', () => this.onAway(userId)).catch(() => undefined),
    );
  }

  /** What a user sees over HTTP. */
  async overview(userId: string): Promise<CombatOverview> {
    const { fightId, challengeIds, seedsDrawn } = await this.players.overviewOf(userId, MAX_SHOWN);
    const [fight, challenges, commitment] = await Promise.all([
      fightId === null ? null : this.fights.find(fightId),
      this.invitationsOf(userId, challengeIds),
      this.offers.commitmentFor(userId, seedsDrawn),
    ]);
    const current = fight && fightViewFor(fight, playerOf(fight, userId)?.characterId);
    return { current, challenges, commitment };
  }

  private async syncPart(caller: Caller): Promise<CombatOverview> {
    const { userId } = caller.principal;
    const part = await this.overview(userId);
    if (!part.current) return part;
    await this.rooms.enter(caller, roomName(RoomKind.Combat, part.current.sessionId));
    await this.recordReturn(userId, part.current.sessionId);
    // Read again: a step between the first read and the entry was not received.
    const fight = await this.fights.find(part.current.sessionId);
    return { ...part, current: fight && fightViewFor(fight, playerOf(fight, userId)?.characterId) };
  }

  private async invitationsOf(userId: string, ids: readonly string[]): Promise<CombatInvitation[]> {
    if (ids.length === 0) return [];
    const hidden = await this.blocks.hiddenFrom(userId);
    // As many may be hidden: they take the place of no other.
    const shown = ids.length < MAX_SHOWN ? ids : await this.players.challengesOf(userId, hidden, MAX_SHOWN);
    const found = await Promise.all(shown.map((id) => this.fights.find(id)));
    return found.flatMap((fight) => (fight && !hidden.has(fight.createdBy) ? [invitationOf(fight)] : []));
  }

  private async onAway(userId: string): Promise<void> {
    if (this.database.state !== 'ready') return;
    const fightId = await this.players.findOfUser(userId);
    if (fightId !== null)
      await this.changeClocks(userId, fightId, async (fight, id) =>
        fight.mode === 'duel' && !(await this.isOnline(userId))
          ? withAbsence(fight.clocks, id, fight.now)
          : fight.clocks,
      );
  }

  /** Read under the lock of the fight: the user may have returned, on another node, before its departure was noticed. */
  private async isOnline(userId: string): Promise<boolean> {
    return (await this.presence.areOnline([userId]))[0] === true;
  }

  /** A recovered connection is still in the room of its fight. */
  private async onRecovered(caller: Caller): Promise<void> {
    const [fightId] = this.rooms.idsOf(caller, RoomKind.Combat);
    if (fightId === undefined) return;
    const { userId } = caller.principal;
    await this.recordReturn(userId, fightId);
    const fight = await this.fights.find(fightId);
    if (fight) caller.reply('combat:state', fightViewFor(fight, playerOf(fight, userId)?.characterId));
  }

  private recordReturn(userId: string, fightId: string): Promise<void> {
    return this.changeClocks(userId, fightId, async (fight, id) => {
      const clocks = withReturn(fight.clocks, id, fight.now);
      // The sweep has yet to find out whether the former node outlived the deadline.
      const isOverdue = fight.state.queue[0] === id && fight.deadline !== null && fight.now > fight.deadline;
      return isOverdue ? clocks : withNode(clocks, id, this.identity.incarnation);
    });
  }

  private async changeClocks(
    userId: string,
    fightId: string,
    change: (fight: ActiveFight, participantId: string) => Promise<ActiveFight['clocks']>,
  ): Promise<void> {
    await this.database.transaction(async () => {
      const fight = await this.fights.lock(fightId);
      const player = fight && playerOf(fight, userId);
      if (!fight || !player || !isActive(fight)) return;
      const clocks = await change(fight, player.characterId);
      if (clocks === fight.clocks) return;
      const { deadline } = fight;
      await this.fights.saveTimes(fightId, clocks, { deadline, dueAt: nextLookAt({ ...fight, clocks }) });
    });
  }
}
