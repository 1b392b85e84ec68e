/** The public history of a fight, page by page: the same for every reader, and all that a replay of the finished fight needs. */
import type { CombatHistory } from '@aeturnis/contracts';
import {
  entryFor,
  type FightAction,
  type FightEntry,
  type FightInput,
  type FightOutcome,
  type FightSetup,
  type MonsterSetup,
  type PlayerSetup,
  SKILLS,
} from '@aeturnis/combat-rules';
import { type ClientSeeds, jsonDigest } from './fight-secrets';

/** A fight as it is recorded. */
export interface RecordedFight {
  readonly sessionId: string;
  readonly rulesVersion: number;
  readonly dataHash: string;
  readonly commitment: string;
  readonly clientSeeds: ClientSeeds;
  readonly setup: FightSetup;
  /** Null until the fight has ended. */
  readonly outcome: FightOutcome | null;
  /** Published together with the outcome only. */
  readonly serverSeed: string | null;
}

type PublicPlayerSetup = PlayerSetup & { readonly bag: null };

/** A setup without the bags. */
export interface PublicFightSetup extends FightSetup {
  readonly participants: readonly (MonsterSetup | PublicPlayerSetup)[];
}

/** An input without a bag, and without what its action does not use. */
export type PublicFightInput =
  Exclude<FightInput, { type: 'join' }> | { readonly type: 'join'; readonly player: PublicPlayerSetup };

/**
 * One page of a history.
 * @param inputs those whose first entry is on this page.
 * @param next for the next page, as `after`; null on the last page.
 */
export function historyPage(
  fight: RecordedFight,
  inputs: readonly FightInput[],
  entries: readonly FightEntry[],
  next: number | null,
): CombatHistory {
  const { sessionId, rulesVersion, dataHash, commitment, clientSeeds, setup, outcome, serverSeed } = fight;
  const page: Omit<CombatHistory, 'digest'> = {
    ...{ sessionId, rulesVersion, dataHash, commitment, clientSeeds },
    setup: publicSetup(setup),
    inputs: inputs.map(publicInput),
    entries: entries.map((entry) => entryFor(entry)),
    next,
    outcome,
    // With the seed of a running fight its players could compute every roll to come.
    serverSeed: outcome && serverSeed,
  };
  return { ...page, digest: jsonDigest(page) };
}

export function publicSetup({ mode, participants }: FightSetup): PublicFightSetup {
  return {
    mode,
    participants: participants.map((each) => ('monster' in each ? publicMonster(each) : publicPlayer(each))),
  };
}

/** A copy, field by field: a new field is hidden until it is listed here. */
export function publicInput(input: FightInput): PublicFightInput {
  const { type } = input;
  if (type === 'abort') return { type };
  if (type === 'join') return { type, player: publicPlayer(input.player) };
  const { actorId } = input;
  if (type === 'forfeit') return { type, actorId, reason: input.reason };
  const turn = input.turn === undefined ? {} : { turn: input.turn };
  if (type === 'miss') return { type, actorId, ...turn };
  return { type, actorId, ...turn, action: publicAction(input.action) };
}

/** Without the fields that the action does not use: no replay could verify them. */
function publicAction({ type, targetId, skillId, itemId }: FightAction): FightAction {
  const target =
    type === 'skill' ? (SKILLS as Partial<Record<string, { target: string }>>)[skillId ?? '']?.target : type;
  const isAimed = ['attack', 'item', 'enemy', 'ally'].includes(target ?? '');
  return {
    type,
    ...(isAimed && targetId !== undefined && { targetId }),
    ...(type === 'skill' && { skillId }),
    ...(type === 'item' && { itemId }),
  };
}

function publicPlayer(player: PlayerSetup): PublicPlayerSetup {
  const { id, side, name, level, class: classId, health, maxHealth, attack, defense } = player;
  return { ...{ id, side, name, level }, class: classId, ...{ health, maxHealth, attack, defense }, bag: null };
}

function publicMonster({ id, side, name, level, monster }: MonsterSetup): MonsterSetup {
  return { id, side, name, level, monster };
}
