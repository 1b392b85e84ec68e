/**
 * Fights that differ only in what is hidden look the same to spectators, and to the other players: byte for byte. `FIGHT_PAIRS`
 * sets how many pairs are compared.
 */
import {
  beginFight,
  type FightEntry,
  type FightInput,
  type FightStep,
  type FightState,
  type ItemId,
  type ParticipantSetup,
  type PlayerSetup,
  stepFight,
} from '@aeturnis/combat-rules';
import {
  finishedFight,
  type FightTranscript,
  seededNumbers,
} from '../../../../../test/support/domains/finished-fights';
import { historyPages } from '../../../../../test/support/domains/fight-histories';
import { rollsFor } from '../fairness/fight-secrets';
import type { Fight, RecordedStep } from '../fights/fight';
import { fightViewFor } from '../fights/fight-views';
import { resultOf, spectatorEvents, turnEvents } from './fight-events';

const PAIRS = Number(process.env['FIGHT_PAIRS'] ?? 1_000);
const USABLE: readonly ItemId[] = ['healing_potion', 'energy_tonic', 'antidote', 'throwing_knife', 'smoke_bomb'];

/** The same fight, with other bags: each holds at least what its owner uses, and anything besides. */
function withOtherBags(transcript: FightTranscript, number: number): FightTranscript {
  const below = seededNumbers(`bags ${number}`);
  const used = usedItems(transcript);
  const rebag = (player: PlayerSetup): PlayerSetup => {
    const counts = USABLE.map((itemId) => [itemId, (used.get(`${player.id} ${itemId}`) ?? 0) + below(4)] as const);
    // The order of the fields in a bag is hidden too.
    const bag = Object.fromEntries(below(2) === 0 ? counts : [...counts].reverse());
    return { ...player, bag };
  };
  const setup = (each: ParticipantSetup): ParticipantSetup => ('monster' in each ? each : rebag(each));
  const { fight, steps } = transcript;
  const changed = { ...fight, setup: { ...fight.setup, participants: fight.setup.participants.map(setup) } };
  const inputs = steps.flatMap(({ input }) => (input ? [input] : []));
  return replay(
    changed,
    inputs.map((input) => (input.type === 'join' ? { ...input, player: rebag(input.player) } : input)),
  );
}

function usedItems({ steps }: FightTranscript): Map<string, number> {
  const used = new Map<string, number>();
  for (const { entries } of steps)
    for (const { public: known } of entries) {
      if (known.type !== 'action' || known.itemId === undefined) continue;
      const key = `${known.actorId} ${known.itemId}`;
      used.set(key, (used.get(key) ?? 0) + 1);
    }
  return used;
}

function replay(fight: FightTranscript['fight'], inputs: readonly FightInput[]): FightTranscript {
  const steps: { input?: FightInput; entries: readonly FightEntry[] }[] = [];
  forEachStep({ fight, inputs }, ({ entries }, input) => steps.push({ entries, ...(input && { input }) }));
  return { fight, steps };
}

function forEachStep(
  { fight, inputs }: { fight: FightTranscript['fight']; inputs: readonly FightInput[] },
  visit: (step: FightStep, input?: FightInput) => void,
): void {
  const rolls = rollsFor(fight.serverSeed ?? '', fight.clientSeeds);
  let step = beginFight(fight.setup, rolls);
  visit(step);
  for (const input of inputs) {
    const next = stepFight(step.state, input, rolls);
    if (typeof next === 'string') throw new Error(`an input was refused: ${next}`);
    step = next;
    visit(step, input);
  }
}

/** All that a spectator gets of a fight: events step by step, the state when it comes, and the history. */
function spectatorStream(transcript: FightTranscript): string {
  const inputs = transcript.steps.flatMap(({ input }) => (input ? [input] : []));
  const shown: unknown[] = [];
  forEachStep({ fight: transcript.fight, inputs }, ({ state, entries }) => {
    const fight = storedFight(transcript, state);
    shown.push(spectatorEvents(fight, entries), fightViewFor(fight), turnEvents(fight)[0]);
  });
  return JSON.stringify([...shown, historyPages(transcript)]);
}

/** What the owner of no bag that differs gets: results without the private halves of others. */
const resultsFor = ({ fight, steps }: FightTranscript, participantId: string): string =>
  JSON.stringify(steps.map((step) => resultOf(fight.sessionId, { ...recorded(step.entries) }, participantId)));

function recorded(entries: readonly FightEntry[]): Pick<RecordedStep, 'turn' | 'lastSeq' | 'entries'> {
  return { turn: entries[0]?.turn ?? 0, lastSeq: entries.at(-1)?.seq ?? 0, entries };
}

function storedFight({ fight }: FightTranscript, state: FightState): Fight {
  const { sessionId: id, rulesVersion, dataHash, commitment, clientSeeds, setup, serverSeed } = fight;
  const players = setup.participants.flatMap((each) =>
    'monster' in each
      ? []
      : [{ ...each, userId: `user of ${each.id}`, characterId: each.id, accepted: true, bag: each.bag ?? {} }],
  );
  return {
    ...{ id, rulesVersion, dataHash, commitment, clientSeeds, players, state, seq: state.seq, published: 0 },
    ...{ mode: setup.mode, phase: state.outcome ? 'ended' : 'active', createdBy: players[0]?.userId ?? '' },
    ...{ spectators: 'public', delayTurns: 0, zone: null, x: null, y: null, clocks: {} },
    ...{ serverSeed: serverSeed ?? '', deadline: 1_000, dueAt: 1_500, now: 0 },
  };
}

it(`${PAIRS} pairs of fights that differ in their bags look the same to spectators`, () => {
  let different = 0;
  for (let number = 0; number < PAIRS; number++) {
    const one = finishedFight(number);
    const other = withOtherBags(one, number);
    expect(spectatorStream(other)).toBe(spectatorStream(one));
    if (JSON.stringify(one.steps) !== JSON.stringify(other.steps)) different++;
  }
  // Hidden halves did differ: items that were used, with other numbers left.
  expect(different).toBeGreaterThan(PAIRS / 10);
}, 600_000);

it(`${PAIRS} pairs of fights look the same to each player, whatever the bags of the others hold`, () => {
  for (let number = 0; number < PAIRS; number++) {
    const one = finishedFight(number);
    const [viewer] = one.fight.setup.participants;
    if (!viewer || 'monster' in viewer) continue;
    const changed = withOtherBags(one, number);
    const keepOwn = (each: ParticipantSetup): ParticipantSetup => (each.id === viewer.id ? viewer : each);
    const setup = { ...changed.fight.setup, participants: changed.fight.setup.participants.map(keepOwn) };
    const inputs = changed.steps.flatMap(({ input }) => (input ? [input] : []));
    const other = replay({ ...changed.fight, setup }, inputs);
    expect(resultsFor(other, viewer.id)).toBe(resultsFor(one, viewer.id));
  }
}, 600_000);
