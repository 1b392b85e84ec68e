/** Why a fight cannot be started, accepted or joined. */
import { AppError, type CombatStartDto } from '@aeturnis/contracts';
import { isUniqueViolation } from '@aeturnis/platform';
import type { DrawnSeed } from '../fairness/seed-offers';
import type { FightPlayersRepository } from '../fights/fight-players.repository';

export function conflict(reason: string, message: string, { fightId }: { fightId?: string } = {}): AppError {
  return new AppError('CONFLICT', message, {
    details: { reason, ...(fightId !== undefined && { sessionId: fightId }) },
  });
}

/** A client that has read the commitment may insist on it. */
export function refuseOtherSeed(dto: CombatStartDto, { commitment }: DrawnSeed): void {
  if (dto.commitment === undefined || dto.commitment === commitment) return;
  throw new AppError('CONFLICT', "The server's seed is another one by now: read its commitment again", {
    details: { reason: 'other_commitment', commitment },
  });
}

/** One fight per user, and one open challenge: the database decides. */
export async function translateConflicts<T>(
  players: FightPlayersRepository,
  userId: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isUniqueViolation(error, 'fights_challenge'))
      throw conflict('challenge_open', 'Your last challenge is still open: withdraw it first');
    if (!isUniqueViolation(error, 'fight_players_fighting')) throw error;
    const fightId = await players.findOfUser(userId);
    throw fightId === null
      ? conflict('other_fights', 'One of the players fights already')
      : conflict('fights_already', 'You fight already', { fightId });
  }
}
