/** Whose turn it is in a duel of SDK clients. */
import type { Fights } from '../../../libs/client/src/combat/fights';
import { waitUntil } from '../clients/client';

interface Duellist {
  readonly characterId: string;
  readonly fights: Fights;
}

/** Waits for a turn. @returns undefined if the fight has ended. */
export async function duelTurn<Player extends Duellist>(players: readonly Player[]): Promise<Player | undefined> {
  const acting = (): Player | undefined =>
    players.find(({ characterId, fights }) => fights.current.get()?.request?.participantId === characterId);
  const hasEnded = (): boolean => players.some(({ fights }) => fights.current.get()?.end != null);
  await waitUntil(() => acting() !== undefined || hasEnded(), 'the next turn', 30_000);
  return hasEnded() ? undefined : acting();
}
