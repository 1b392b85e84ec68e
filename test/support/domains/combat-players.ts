/** Players in the training yard of the starting village, and their fights. */
import { randomUUID } from 'node:crypto';
import type { CombatTurnRequest, CombatView } from '@aeturnis/contracts';
import { waitUntil, type TestClient } from '../clients/client';
import { type PlacedPlayer, type PlacementServer, placePlayer } from '../zones/placed-players';

/** On hostile ground, less than 12 units from every rat. */
export const AMONG_RATS = { zone: 'starting_village', x: 136, y: 93 };
export const RATS = Array.from({ length: 6 }, (_, index) => `starting_village:yard_rats:${index + 1}`);

export const placeFighter = (server: PlacementServer): Promise<PlacedPlayer> => placePlayer(server, AMONG_RATS);

/** A player of a fight, in whichever way a test has brought it there. */
type Fighter = Pick<PlacedPlayer, 'client' | 'characterId'>;

type Answer = Awaited<ReturnType<TestClient['send']>>;

/** The ack of a command that succeeds. */
export async function succeed(client: TestClient, command: string, payload: object): Promise<Answer> {
  const answer = await client.send(command, payload);
  if (!answer.success) throw new Error(`${command} was refused: ${JSON.stringify(answer.error)}`);
  return answer;
}

/** Starts a fight against the first rat that is free. */
export async function hunt({ client }: PlacedPlayer, options: object = {}): Promise<CombatView> {
  for (const monsterId of RATS) {
    const answer = await client.send('combat:start', { monsterId, ...options });
    if (answer.success) return answer as unknown as CombatView;
    const { reason } = (answer.error?.details ?? {}) as { reason?: string };
    if (reason !== 'defeated' && reason !== 'monster_fights')
      throw new Error(`combat:start was refused: ${JSON.stringify(answer.error)}`);
  }
  throw new Error('every rat fights or was defeated');
}

/** A duel between two players that both have accepted. */
export async function duel(challenger: PlacedPlayer, other: PlacedPlayer, options: object = {}): Promise<CombatView> {
  const challenge = await succeed(challenger.client, 'combat:start', { targetIds: [other.characterId], ...options });
  const sessionId = String(challenge['sessionId']);
  await other.client.waitForEvent('combat:invited', (invitation) => invitation.sessionId === sessionId);
  return (await succeed(other.client, 'combat:accept', { sessionId })) as unknown as CombatView;
}

/** The latest request of a fight that this client has received. */
export function latestRequest({ client }: Pick<Fighter, 'client'>, sessionId: string): CombatTurnRequest | undefined {
  return client.eventsNamed('combat:turn').findLast((request) => request.sessionId === sessionId);
}

/** Waits for the turn of this player. @returns undefined if the fight has ended before. */
export async function untilOwnTurn(player: PlacedPlayer, sessionId: string): Promise<CombatTurnRequest | undefined> {
  const hasEnded = () => player.client.eventsNamed('combat:ended').some((end) => end.sessionId === sessionId);
  const own = () => {
    const request = latestRequest(player, sessionId);
    return request?.participantId === player.characterId ? request : undefined;
  };
  await waitUntil(() => hasEnded() || own() !== undefined, 'the own turn or the end');
  return hasEnded() ? undefined : own();
}

/** Lets the others pass until it is the turn of this player. */
export async function passUntilTurnOf(player: Fighter, others: readonly Fighter[], sessionId: string): Promise<void> {
  // One of the clients may have received a turn that the others have not.
  const newest = (): CombatTurnRequest | undefined =>
    [player, ...others]
      .flatMap((fighter) => latestRequest(fighter, sessionId) ?? [])
      .reduce<CombatTurnRequest | undefined>((one, other) => (one && one.turn >= other.turn ? one : other), undefined);
  await waitUntil(() => newest() !== undefined, 'the first turn');
  for (;;) {
    const request = newest();
    const current = others.find(({ characterId }) => characterId === request?.participantId);
    if (!current) return waitUntil(() => latestRequest(player, sessionId)?.turn === newest()?.turn, 'the own turn');
    await act(current, sessionId, { type: 'pass' });
    await waitUntil(() => newest()?.turn !== request?.turn, 'the next turn');
  }
}

/** Passes the own turn, and waits for the next. */
export async function pass(player: Fighter, sessionId: string): Promise<void> {
  const turn = latestRequest(player, sessionId)?.turn;
  await act(player, sessionId, { type: 'pass' });
  await waitUntil(() => latestRequest(player, sessionId)?.turn !== turn, 'the next turn');
}

export const act = (
  { client }: Pick<Fighter, 'client'>,
  sessionId: string,
  action: object = { type: 'attack' },
): Promise<Answer> => client.send('combat:action', { sessionId, actionId: randomUUID(), ...action });

/** Attacks in every own turn until the fight has ended. */
export async function fightToTheEnd(players: readonly PlacedPlayer[], sessionId: string): Promise<void> {
  await Promise.all(
    players.map(async (player) => {
      for (;;) {
        const request = await untilOwnTurn(player, sessionId);
        if (!request) return;
        const { turn } = request;
        await act(player, sessionId, { type: 'attack', turn });
        await waitUntil(
          () =>
            latestRequest(player, sessionId)?.turn !== turn ||
            player.client.eventsNamed('combat:ended').some((end) => end.sessionId === sessionId),
          'the next turn',
        );
      }
    }),
  );
}
