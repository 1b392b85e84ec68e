/** Fights of the amplification test: as many players as a side takes, watched by all receivers who do not take part. */
import { randomUUID } from 'node:crypto';
import { MAX_COMBATANTS_PER_SIDE, MAX_HISTORY_ENTRIES } from '@aeturnis/contracts';
import { Client } from 'pg';
import { CombatAdminService } from '../../../apps/server/src/combat';
import { postJson, uniqueCharacterName } from '../../support/clients/client';
import {
  AMONG_RATS,
  hunt,
  latestRequest,
  pass,
  passUntilTurnOf,
  placeFighter,
} from '../../support/domains/combat-players';
import { lengthenLog } from '../../support/domains/long-fights';
import { type PlacedPlayer, placementServerOf } from '../../support/zones/placed-players';
import { type AmplificationScene, sendOrThrow } from './amplification-scene';

/** The players of the duels against the caller. */
const rivalsOf = ({ others }: AmplificationScene): PlacedPlayer[] => others.slice(0, MAX_COMBATANTS_PER_SIDE);
/** The players of the duel that the caller watches; the rivals of the caller are others. */
const watchedPlayersOf = ({ others }: AmplificationScene): PlacedPlayer[] => others.slice(-1 - MAX_COMBATANTS_PER_SIDE);

/** The caller challenges as many characters as a duel takes. */
export const challengePayload = (scene: AmplificationScene): object => ({
  targetIds: rivalsOf(scene).map(({ characterId }) => characterId),
});

/** The challenge of the caller that is open. */
export async function openChallenge(scene: AmplificationScene): Promise<object> {
  const [rival] = rivalsOf(scene);
  const { sessionId } = (await rival?.client.waitForEvent('combat:invited')) ?? {};
  return { sessionId };
}

/** A challenge that all have accepted except the caller. */
export async function lastConsent(scene: AmplificationScene): Promise<object> {
  const [challenger, ...rivals] = rivalsOf(scene);
  if (!challenger) throw new Error('the scene has no others');
  const targetIds = [scene.caller, ...rivals].map(({ characterId }) => characterId);
  const { sessionId } = await sendOrThrow(challenger.client, 'combat:start', { targetIds });
  for (const { client } of rivals) await sendOrThrow(client, 'combat:accept', { sessionId });
  return { sessionId };
}

/** The duel of the payload before, in the last turn of a round: what the caller does makes the next order known too. */
export async function lastTurnOfRound(scene: AmplificationScene): Promise<{ sessionId: string }> {
  const { caller } = scene;
  const sessionId = caller.client.eventsNamed('combat:started').at(-1)?.sessionId ?? '';
  await watchByOthers(scene, sessionId);
  await passUntilTurnOf(caller, rivalsOf(scene), sessionId);
  while (latestOrder(caller, sessionId)?.at(-1) !== latestRequest(caller, sessionId)?.participantId) {
    await pass(caller, sessionId);
    await passUntilTurnOf(caller, rivalsOf(scene), sessionId);
  }
  return { sessionId };
}

/** The order of the current round, which rolls decide; undefined in the first. */
function latestOrder({ client }: PlacedPlayer, sessionId: string): readonly string[] | undefined {
  const entries = client
    .eventsNamed('combat:action_result')
    .filter((result) => result.sessionId === sessionId)
    .flatMap((result) => result.entries);
  return entries.findLast((entry) => entry.type === 'round')?.order;
}

/** A strike at all rivals, by a warrior of the caller. */
export async function cleavePayload(scene: AmplificationScene): Promise<object> {
  await endDuel(scene);
  await selectFighter(scene);
  const targetIds = rivalsOf(scene).map(({ characterId }) => characterId);
  const { sessionId } = await sendOrThrow(scene.caller.client, 'combat:start', { targetIds });
  for (const { client } of rivalsOf(scene)) await sendOrThrow(client, 'combat:accept', { sessionId });
  await scene.caller.client.waitForEvent('combat:started', (started) => started.sessionId === sessionId);
  return { ...(await lastTurnOfRound(scene)), actionId: randomUUID(), type: 'skill', skillId: 'cleave' };
}

/** The log of that duel, whose first page is the longest for the size of its request. */
export async function longHistoryPayload(scene: AmplificationScene): Promise<object> {
  const sessionId = await endDuel(scene);
  const sql = new Client({ connectionString: scene.server.config.databaseUrl });
  await sql.connect();
  await lengthenLog(sql, sessionId, 2 * MAX_HISTORY_ENTRIES);
  await sql.end();
  return { sessionId };
}

/** A duel of others, which the caller can watch. */
export async function duelOfOthers(scene: AmplificationScene): Promise<object> {
  const [challenger, ...challenged] = watchedPlayersOf(scene);
  if (!challenger) throw new Error('the scene has no others');
  const targetIds = challenged.map(({ characterId }) => characterId);
  const { sessionId } = await sendOrThrow(challenger.client, 'combat:start', { targetIds });
  for (const { client } of challenged) await sendOrThrow(client, 'combat:accept', { sessionId });
  await watchByOthers(scene, String(sessionId), watchedPlayersOf(scene));
  return { sessionId };
}

/** The duel of others that the caller watches. */
export function watchedDuel(scene: AmplificationScene): object {
  const [one] = watchedPlayersOf(scene);
  return { sessionId: one?.client.eventsNamed('combat:started').at(-1)?.sessionId };
}

/** A fight against a rat with room for one more player, near to the warrior of the caller. */
export async function lastPlaceOfHunt(scene: AmplificationScene): Promise<object> {
  const server = placementServerOf(scene.server);
  const { sessionId } = await hunt(await placeFighter(server));
  for (let players = 1; players < MAX_COMBATANTS_PER_SIDE - 1; players++)
    await sendOrThrow((await placeFighter(server)).client, 'combat:join', { sessionId });
  await watchByOthers(scene, sessionId, []);
  return { sessionId };
}

async function watchByOthers(
  scene: AmplificationScene,
  sessionId: string,
  fighters: readonly PlacedPlayer[] = rivalsOf(scene),
): Promise<void> {
  for (const other of scene.others)
    if (!fighters.includes(other)) await sendOrThrow(other.client, 'combat:spectate', { sessionId });
}

/** Ends the caller's latest duel. */
async function endDuel(scene: AmplificationScene): Promise<string> {
  const sessionId = scene.caller.client.eventsNamed('combat:started').at(-1)?.sessionId ?? '';
  await scene.server.app.get(CombatAdminService).endAsDraw(sessionId);
  for (const { client } of rivalsOf(scene))
    await client.waitForEvent('combat:ended', (end) => end.sessionId === sessionId);
  return sessionId;
}

async function selectFighter({ server, caller }: AmplificationScene): Promise<void> {
  const body = { name: uniqueCharacterName(), class: 'warrior' };
  const { id: characterId } = await postJson<{ id: string }>(server.url, '/api/characters', body, caller.accessToken);
  await placementServerOf(server).place(characterId, AMONG_RATS);
  await sendOrThrow(caller.client, 'character:select', { characterId });
}
