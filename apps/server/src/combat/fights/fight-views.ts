/** Fights as one user sees them. */
import { stateFor } from '@aeturnis/combat-rules';
import type { CombatInvitee, CombatView } from '@aeturnis/contracts';
import { turnRequestOf } from '../publishing/fight-events';
import { type Fight, isActive } from './fight';

/** @param characterId the participant of the viewer; undefined for other clients, which see no request. */
export function fightViewFor(fight: Fight, characterId?: string): CombatView {
  const { id, mode, phase, spectators, delayTurns, commitment, rulesVersion, dataHash, state } = fight;
  const request = characterId !== undefined && isActive(fight) ? turnRequestOf(fight) : null;
  return {
    ...{ sessionId: id, mode, phase, spectators, delayTurns, commitment, rulesVersion, dataHash },
    invited: phase === 'invited' ? inviteesOf(fight) : [],
    state: state && stateFor(state, characterId),
    request: request && { ...request, legal: request.participantId === characterId ? request.legal : [] },
  };
}

export const inviteesOf = ({ players }: Fight): CombatInvitee[] =>
  players.map(({ characterId, name, level, accepted }) => ({ characterId, name, level, accepted }));
