/** What the entries of a fight change in its state, as far as it is shown. */
import type { CombatEntry, CombatParticipant, CombatState } from '@aeturnis/contracts';

type Participants = CombatState['participants'];
type Participant = Participants[number];

/** Entries up to the `seq` of the state are part of it already. @returns the state after them. */
export function applyEntries(state: CombatState, entries: readonly CombatEntry[]): CombatState {
  return entries.filter(({ seq }) => seq > state.seq).reduce(applyEntry, state);
}

function applyEntry(state: CombatState, entry: CombatEntry): CombatState {
  const next = { ...state, seq: entry.seq, turn: Math.max(state.turn, entry.turn) };
  switch (entry.type) {
    case 'round':
      return { ...next, round: entry.round, queue: entry.order };
    case 'turn':
      return {
        ...change(next, entry.actorId, () => ({ energy: entry.energy, isDefending: false })),
        queue: next.queue.slice(Math.max(0, next.queue.indexOf(entry.actorId))),
      };
    case 'joined':
      return { ...next, participants: [...next.participants, entry.participant] };
    case 'action':
      return change(next, entry.actorId, () => ({ energy: entry.energy, isDefending: entry.action === 'defend' }));
    case 'strike':
    case 'effect_damage':
    case 'healing':
      return change(next, entry.targetId, () => ({ health: entry.health }));
    case 'energy':
      return change(next, entry.targetId, () => ({ energy: entry.energy }));
    case 'effect':
      return change(next, entry.targetId, ({ effects }) => ({
        effects: [
          ...effects.filter(({ id }) => id !== entry.effect),
          { id: entry.effect, turns: entry.turns, amount: entry.amount },
        ],
      }));
    case 'effect_ended':
      return change(next, entry.targetId, ({ effects }) => ({
        effects: effects.filter(({ id }) => id !== entry.effect),
      }));
    case 'down':
      return change(next, entry.targetId, () => ({ status: 'down', isDefending: false, effects: [] }));
    case 'flight':
      return entry.succeeded ? change(next, entry.actorId, () => ({ status: 'fled' })) : next;
    case 'left':
      return change(next, entry.actorId, () => ({ status: 'left' }));
    case 'ended':
      return { ...next, queue: [], outcome: { result: entry.result, winningSide: entry.winningSide } };
    default:
      return next;
  }
}

function change(state: CombatState, id: string, by: (before: Participant) => Partial<CombatParticipant>): CombatState {
  const participants = state.participants.map((participant) =>
    participant.id === id ? { ...participant, ...by(participant) } : participant,
  );
  return { ...state, participants };
}
