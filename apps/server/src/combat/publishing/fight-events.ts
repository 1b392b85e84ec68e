/** The events of one step: a pure function of its log, so that a repeated publication sends the same ones. */
import { entryFor, type FightEntry, legalActions, type PublicEntry } from '@aeturnis/combat-rules';
import type { CombatEnd, CombatTurnRequest, EventName, EventPayload } from '@aeturnis/contracts';
import { type Fight, type FightPlayer, isActive, playerByCharacter, type RecordedStep } from '../fights/fight';
import { rewardsIn } from '../steps/rewards';

type EventOf<Name extends EventName> = {
  readonly name: Name;
  readonly payload: EventPayload<Name>;
  /** The users who get it; undefined for all who take part except `except`. */
  readonly userId?: string;
  readonly except?: readonly string[];
};
export type FightEvent = { [Name in EventName]: EventOf<Name> }[EventName];

/** A step causes fewer events. */
export const EVENTS_PER_STEP = 64;

/** For those who take part, in their order. The turn request is left out: only that of the latest step is current. */
export function eventsOf(fight: Fight, step: RecordedStep): FightEvent[] {
  const { id: sessionId, players } = fight;
  const owners = players.filter(({ characterId }) => step.entries.some((entry) => isKnownTo(entry, characterId)));
  const result = (viewer?: FightPlayer) => resultOf(sessionId, step, viewer?.characterId);
  return [
    { name: 'combat:action_result', payload: result(), except: owners.map(({ userId }) => userId) },
    ...owners.map((player): FightEvent => ({
      name: 'combat:action_result',
      payload: result(player),
      userId: player.userId,
    })),
    ...step.entries.flatMap(({ public: known }) => eventOfEntry(sessionId, known)),
    ...endOf(fight, step),
  ];
}

/** What an accepted action has led to, for one participant or for all other clients. */
export function resultOf(
  sessionId: string,
  { turn, lastSeq, entries }: Pick<RecordedStep, 'turn' | 'lastSeq' | 'entries'>,
  participantId?: string,
): EventPayload<'combat:action_result'> {
  return { sessionId, turn, seq: lastSeq, entries: entries.map((entry) => entryFor(entry, participantId)) };
}

/** For spectators: public halves only. */
export function spectatorEvents(fight: Fight, entries: readonly FightEntry[]): FightEvent[] {
  const [first] = entries;
  const last = entries.at(-1);
  if (!first || !last) return [];
  const payload = resultOf(fight.id, { turn: first.turn, lastSeq: last.seq, entries });
  return [{ name: 'combat:action_result', payload }, ...endOf(fight, { entries })];
}

/** The request for the next action; to its own player with the legal actions. Empty once the fight has ended. */
export function turnEvents(fight: Fight): FightEvent[] {
  const request = turnRequestOf(fight);
  if (!request) return [];
  const player = playerByCharacter(fight, request.participantId);
  const others: FightEvent = {
    name: 'combat:turn',
    payload: { ...request, legal: [] },
    except: player ? [player.userId] : [],
  };
  return player ? [others, { name: 'combat:turn', payload: request, userId: player.userId }] : [others];
}

/** With the legal actions, which only the player whose turn it is may see. */
export function turnRequestOf(fight: Fight): CombatTurnRequest | null {
  const { deadline, now: serverTime } = fight;
  const [participantId] = fight.state?.queue ?? [];
  if (!isActive(fight) || deadline === null || participantId === undefined) return null;
  return {
    sessionId: fight.id,
    turn: fight.state.turn,
    participantId,
    deadline,
    serverTime,
    legal: legalActions(fight.state),
  };
}

function eventOfEntry(sessionId: string, known: PublicEntry): FightEvent[] {
  if (known.type === 'joined')
    return [{ name: 'combat:participant_joined', payload: { sessionId, participant: known.participant } }];
  if (known.type === 'left')
    return [
      {
        name: 'combat:participant_left',
        payload: { sessionId, participantId: known.actorId, reason: known.reason },
      },
    ];
  if (known.type === 'flight' && known.succeeded)
    return [{ name: 'combat:fled', payload: { sessionId, participantId: known.actorId } }];
  return [];
}

function endOf(fight: Fight, { entries }: Pick<RecordedStep, 'entries'>): FightEvent[] {
  const ended = entries.find(({ public: known }) => known.type === 'ended')?.public;
  if (ended?.type !== 'ended') return [];
  const payload: CombatEnd = {
    sessionId: fight.id,
    outcome: { result: ended.result, winningSide: ended.winningSide },
    rewards: Object.fromEntries(rewardsIn(entries)),
    serverSeed: fight.serverSeed,
  };
  return [{ name: 'combat:ended', payload }];
}

const isKnownTo = ({ private: halves }: FightEntry, participantId: string): boolean =>
  halves !== undefined && Object.hasOwn(halves, participantId);
