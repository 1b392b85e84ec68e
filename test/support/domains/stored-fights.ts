/** Fights in the database of a server, started and played through its services, without sockets. */
import { randomUUID } from 'node:crypto';
import type { INestApplication } from '@nestjs/common';
import { type FightSetup, RULES_VERSION } from '@aeturnis/combat-rules';
import type { CombatHistory } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { NEW_CLOCKS } from '../../../apps/server/src/combat/clocks/turn-clock';
import { RULE_DATA_HASH } from '../../../apps/server/src/combat/fairness/fight-secrets';
import { SeedOffers } from '../../../apps/server/src/combat/fairness/seed-offers';
import type { FightPlayer, FightWithSetup } from '../../../apps/server/src/combat/fights/fight';
import { FightHistoryService } from '../../../apps/server/src/combat/fights/history.service';
import { FightPlayersRepository } from '../../../apps/server/src/combat/fights/fight-players.repository';
import { FightsRepository } from '../../../apps/server/src/combat/fights/fights.repository';
import { duelSetup, PlayerSetups, playerSetup } from '../../../apps/server/src/combat/starting/player-setups';
import { ActionsService } from '../../../apps/server/src/combat/steps/actions.service';
import { FightSteps } from '../../../apps/server/src/combat/steps/fight-steps';
import { InventoryService } from '../../../apps/server/src/inventory';
import { chooseBotAction } from '../../../libs/combat-rules/src/simulation/bot';
import { createCharacter, playAsGuest } from '../clients/client';

/** A node whose services play fights. */
export interface FightNode {
  readonly url: string;
  readonly app: INestApplication;
}

export interface Fighter {
  readonly userId: string;
  readonly characterId: string;
  readonly accessToken: string;
}

export const FIRST_BAG = { healing_potion: 3, throwing_knife: 2 } as const;

/** A new guest with a character that owns a few items. */
export async function newFighter({ url, app }: FightNode): Promise<Fighter> {
  const guest = await playAsGuest(url);
  const { id: characterId } = await createCharacter(url, guest);
  await app.get(InventoryService).change(characterId, guest.id, FIRST_BAG);
  return { userId: guest.id, characterId, accessToken: guest.accessToken };
}

/** Begins a fight of one player against rats, or of two players against each other. @returns its id. */
export async function beginStoredFight(
  { app }: FightNode,
  fighters: readonly Fighter[],
  { rats = 1, clientSeeds = {} }: { rats?: number; clientSeeds?: Record<string, string> } = {},
): Promise<string> {
  const fights = app.get(FightsRepository, { strict: false });
  const setups = app.get(PlayerSetups, { strict: false });
  const mode = fighters.length > 1 ? 'duel' : 'monsters';
  const createdBy = fighters[0]?.userId ?? '';
  return app.get(Database).transaction(async () => {
    // One after the other: a transaction has one connection.
    const players: FightPlayer[] = [];
    for (const [index, { userId, characterId }] of fighters.entries())
      players.push(await setups.playerOf(userId, characterId, mode === 'duel' && index > 0 ? 1 : 0, true));
    const seed = await app.get(SeedOffers, { strict: false }).draw(createdBy);
    const id = randomUUID();
    const clocks = Object.fromEntries(players.map(({ characterId }) => [characterId, NEW_CLOCKS]));
    await fights.insert({
      ...{ id, mode, createdBy, spectators: 'public', delayTurns: 0, zone: null, x: null, y: null, players, clocks },
      ...{ rulesVersion: RULES_VERSION, dataHash: RULE_DATA_HASH, ...seed, clientSeeds, expiresInMs: null },
    });
    await app.get(FightPlayersRepository, { strict: false }).insertPlayers(id, players, 'fighting');
    const fight = await fights.lock(id);
    if (!fight) throw new Error('the fight was not inserted');
    const monsters = Array.from({ length: rats }, (_, index) => ({
      ...{ id: `test:${id}:${index}`, side: 1, name: 'rat', level: 1, monster: 'rat' },
    })) as FightSetup['participants'];
    const setup: FightSetup =
      mode === 'duel' ? duelSetup(players) : { mode, participants: [...players.map(playerSetup), ...monsters] };
    await app.get(FightSteps, { strict: false }).begin(fight, setup);
    return id;
  });
}

export async function storedFight({ app }: FightNode, id: string): Promise<FightWithSetup> {
  const fight = await app.get(FightsRepository, { strict: false }).find(id);
  if (!fight) throw new Error(`there is no fight ${id}`);
  return fight;
}

/** The action of a bot for the player whose turn it is; null once the fight has ended. */
export function nextBotAction({ id, state, players }: FightWithSetup): { userId: string; dto: ActionDto } | null {
  const player = players.find(({ characterId }) => characterId === state?.queue[0]);
  if (!state || state.outcome || !player) return null;
  const { type, ...rest } = chooseBotAction(state);
  const dto = { sessionId: id, actionId: randomUUID(), turn: state.turn, type, ...rest } as ActionDto;
  return { userId: player.userId, dto };
}

type ActionDto = Parameters<ActionsService['act']>[1];

export const actionsOf = ({ app }: FightNode): ActionsService => app.get(ActionsService, { strict: false });

/** All pages of a history, as a client reads them. */
export async function historyOf({ app }: FightNode, userId: string, sessionId: string): Promise<CombatHistory[]> {
  const histories = app.get(FightHistoryService, { strict: false });
  const pages: CombatHistory[] = [];
  for (let after: number | null = 0; after !== null;) {
    const page: CombatHistory = await histories.page(userId, { sessionId, after });
    pages.push(page);
    after = page.next;
  }
  return pages;
}
