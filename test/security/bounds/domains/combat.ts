/** Bounds: fights. The largest are those of one player against eight. */
import { randomUUID } from 'node:crypto';
import { beyondBound, type BoundTerms, commandBound, type RouteRequest, routeBound } from '../bound';
import type { BoundsWorld } from '../bounds-world';
import { FightWorld, LONGEST_SEED } from '../fight-world';

const SIDE = 'MAX_COMBATANTS_PER_SIDE: a duel is of one against eight, a hunt of eight against one';
const FIGHTERS = 'the players of the fight';
const WATCHERS = 'the players and the spectators of the fight';
const LOG = 'entries of the log, for 30 days after the end';
const VIEW = 7_500;
const TURN = 2_300;
const LEGAL = 'only the player whose turn it is gets its legal actions';
const HISTORY = 300_000;

const session = (sessionId: string): object => ({ sessionId });
const clear = async (world: BoundsWorld): Promise<void> => (await FightWorld.of(world)).clear();
/** The payload with a fight that is made for it. */
const inFight =
  <Sent>(prepare: (fights: FightWorld) => Promise<string>, payload: (sessionId: string) => Sent) =>
  async (world: BoundsWorld): Promise<Sent> => {
    const fights = await FightWorld.of(world);
    await fights.clear();
    return payload(await prepare(fights));
  };

const cleave = () => ({ actionId: randomUUID(), turn: undefined, type: 'skill', skillId: 'cleave' });
const path = (id: string): RouteRequest => ({ params: { id } });
const stranger = () => session(randomUUID());
const tooFar = { ...session(randomUUID()), after: Number.MAX_SAFE_INTEGER + 1 };

const started = [
  { event: 'combat:started', bytes: VIEW, to: FIGHTERS, seen: 1 },
  { event: 'combat:action_result', bytes: 1_000, to: WATCHERS, seen: 1 },
  { event: 'combat:turn', bytes: TURN, to: FIGHTERS, seen: 1 },
] as const;

const step = [
  { event: 'combat:action_result', bytes: 3_500, to: WATCHERS, seen: 1 },
  { event: 'combat:turn', bytes: TURN, to: FIGHTERS, seen: 1 },
] as const;

const acting: Pick<
  BoundTerms<object>,
  'request' | 'rows' | 'answerBytes' | 'causes' | 'calculated' | 'leaves' | 'bounded' | 'clear'
> = {
  request: 'a strike at eight enemies',
  rows: 5,
  answerBytes: 3_500,
  causes: step,
  calculated: LEGAL,
  leaves: `an input and ${LOG}`,
  bounded: SIDE,
  clear,
};

export const combatBounds = [
  commandBound('combat:start (duel)', {
    request: 'a challenge to eight characters',
    requestBytes: 700,
    rows: 35,
    answerBytes: 2_500,
    causes: [{ event: 'combat:invited', bytes: 2_500, to: 'the challenged players', seen: 1 }],
    leaves: 'a challenge, for a minute',
    bounded: `${SIDE}; one open challenge of a user, and MAX_CHALLENGES: 20 to it`,
    fill: async (world) => (await FightWorld.of(world)).challengeSample(),
    clear,
    beyond: [
      beyondBound('nine characters', 'VALIDATION', async (world) => ({
        targetIds: [...(await FightWorld.of(world)).rivalIds, randomUUID()],
      })),
      beyondBound('a character with 20 open challenges', 'CONFLICT', async (world) => {
        const fights = await FightWorld.of(world);
        await fights.clear();
        await fights.fillChallenges(world.witness.id, await fights.challengeOfHeavy());
        return { targetIds: fights.rivalIds };
      }),
    ],
  }),
  commandBound('combat:start (monster)', {
    request: 'a monster',
    requestBytes: 260,
    rows: 25,
    answerBytes: 2_800,
    causes: [
      { event: 'combat:started', bytes: 2_000, to: 'the caller', seen: 1 },
      { event: 'combat:action_result', bytes: 2_500, to: 'the caller', seen: 1 },
      { event: 'combat:turn', bytes: 1_300, to: 'the caller', seen: 1 },
    ],
    calculated: 'the monster may act first, and some kinds several times',
    leaves: `a fight, and ${LOG}`,
    bounded: 'one fight of a user',
    fill: async (world) => {
      await clear(world);
      return (await FightWorld.of(world)).monsterSample();
    },
    clear,
    beyond: [
      beyondBound('a monster of 131 characters', 'VALIDATION', () => ({ monsterId: 'm'.repeat(131) })),
      beyondBound('a seed of 65 bytes', 'VALIDATION', () => ({ monsterId: 'rat', clientSeed: `${LONGEST_SEED}4c` })),
      beyondBound('spectators 21 turns behind', 'VALIDATION', () => ({ monsterId: 'rat', delayTurns: 21 })),
    ],
  }),
  commandBound('combat:accept', {
    request: 'the last consent to a duel of nine',
    requestBytes: 200,
    rows: 200,
    answerBytes: VIEW,
    causes: started,
    calculated: LEGAL,
    leaves: `a fight, and ${LOG}`,
    bounded: SIDE,
    fill: inFight(
      (fights) => fights.challengeOfHeavy(),
      (sessionId) => ({ sessionId, clientSeed: LONGEST_SEED }),
    ),
    clear,
  }),
  commandBound('combat:decline', {
    request: 'a challenge of nine',
    requestBytes: 60,
    rows: 5,
    answerBytes: 20,
    causes: [{ event: 'combat:cancelled', bytes: 100, to: 'the challenged players and the challenger', seen: 1 }],
    bounded: SIDE,
    fill: inFight((fights) => fights.challengeOfHeavy(), session),
  }),
  commandBound('combat:join', {
    request: 'the last place of a hunt',
    requestBytes: 60,
    rows: 25,
    answerBytes: VIEW,
    calculated: LEGAL,
    causes: [
      { event: 'combat:participant_joined', bytes: 700, to: FIGHTERS, seen: 1 },
      { event: 'combat:action_result', bytes: 1_000, to: WATCHERS, seen: 1 },
      { event: 'combat:turn', bytes: TURN, to: FIGHTERS, seen: 1 },
    ],
    leaves: LOG,
    bounded: SIDE,
    fill: inFight((fights) => fights.hunt(), session),
    clear,
  }),
  commandBound('combat:action', {
    ...acting,
    requestBytes: 200,
    fill: inFight(
      (fights) => fights.duel(),
      (sessionId) => ({ sessionId, ...cleave() }),
    ),
    beyond: [
      beyondBound('a target of 131 characters', 'VALIDATION', () => ({
        ...stranger(),
        actionId: randomUUID(),
        type: 'attack',
        targetId: 't'.repeat(131),
      })),
      beyondBound('a skill of 41 characters', 'VALIDATION', () => ({
        ...stranger(),
        actionId: randomUUID(),
        type: 'skill',
        skillId: 's'.repeat(41),
      })),
    ],
  }),
  commandBound('combat:flee', {
    request: 'the end of a duel of nine',
    requestBytes: 120,
    rows: 35,
    answerBytes: 700,
    calculated: 'nine characters are released before the answer or after it',
    causes: [
      { event: 'combat:action_result', bytes: 700, to: WATCHERS, seen: 1 },
      { event: 'combat:fled', bytes: 150, to: FIGHTERS },
      { event: 'combat:ended', bytes: 300, to: WATCHERS, seen: 1 },
    ],
    leaves: `an input and ${LOG}`,
    bounded: SIDE,
    fill: inFight(
      (fights) => fights.duel(),
      (sessionId) => ({ sessionId, actionId: randomUUID() }),
    ),
    clear,
  }),
  commandBound('combat:spectate', {
    request: 'a duel of eight in its last round, 20 turns behind it',
    requestBytes: 60,
    rows: 850,
    answerBytes: 5_000,
    leaves: 'a place in the room of the spectators',
    bounded: 'MAX_ROUNDS: 100 are replayed; MAX_SPECTATOR_DELAY: 20 turns; CAPACITY: 1,000 spectators',
    fill: inFight((fights) => fights.longDuelOfRivals(), session),
    clear,
  }),
  commandBound('combat:leave_spectate', {
    request: 'a duel of eight',
    requestBytes: 60,
    rows: 5,
    answerBytes: 20,
    bounded: 'one room',
    fill: inFight((fights) => fights.duelOfRivals(), session),
    clear,
  }),
  commandBound('combat:history', {
    request: 'the first page of a long fight of nine',
    requestBytes: 80,
    rows: 1_400,
    answerBytes: HISTORY,
    bounded: 'MAX_HISTORY_ENTRIES: 1,000 of a page',
    fill: inFight(
      (fights) => fights.longFight(),
      (sessionId) => ({ sessionId, after: 0 }),
    ),
    clear,
    beyond: [beyondBound('an entry past the largest number', 'VALIDATION', () => tooFar)],
  }),
  routeBound('GET /api/combats', {
    request: 'a duel of nine, and 20 challenges of nine',
    requestBytes: 0,
    rows: 30,
    answerBytes: 60_000,
    bounded: `${SIDE}; MAX_CHALLENGES: 20`,
    fill: async (world) => {
      const fights = await FightWorld.of(world);
      await fights.clear();
      await fights.fillChallenges(world.heavy.id, await fights.duel());
      return {};
    },
    clear,
  }),
  routeBound('GET /api/combats/{id}', {
    request: 'a duel of nine',
    requestBytes: 0,
    rows: 3,
    answerBytes: VIEW,
    bounded: SIDE,
    fill: inFight((fights) => fights.duel(), path),
    clear,
  }),
  routeBound('GET /api/combats/{id}/history', {
    request: 'the first page of a long fight of nine',
    requestBytes: 20,
    rows: 1_400,
    answerBytes: HISTORY,
    bounded: 'MAX_HISTORY_ENTRIES: 1,000 of a page',
    fill: inFight(
      (fights) => fights.longFight(),
      (id) => ({ ...path(id), query: { after: '0' } }),
    ),
    clear,
    beyond: [
      beyondBound('an entry past the largest number', 'VALIDATION', () => ({
        ...path(randomUUID()),
        query: { after: '9007199254740992' },
      })),
    ],
  }),
  routeBound('POST /api/combats/{id}/actions', {
    ...acting,
    requestBytes: 200,
    fill: inFight(
      (fights) => fights.duel(),
      (id) => ({ ...path(id), body: cleave() }),
    ),
  }),
];
