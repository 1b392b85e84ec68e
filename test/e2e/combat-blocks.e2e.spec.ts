/** Blocks and fights: two users with a block between them do not meet in fights, and the block does not show. */
import { RoomKind, roomName } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { RoomService } from '@aeturnis/realtime';
import { sql } from 'drizzle-orm';
import { MAX_CHALLENGES } from '../../apps/server/src/combat/starting/duels.service';
import { closeClients, waitUntil } from '../support/clients/client';
import { callApi } from '../support/clients/http';
import { act, hunt, placeFighter, succeed } from '../support/domains/combat-players';
import { fightRow, userIdOf } from '../support/domains/fight-rows';
import { usePrivateServer } from '../support/servers/private-server';
import { type PlacedPlayer, placementServerOf } from '../support/zones/placed-players';

const server = usePrivateServer({ LIMITS: 'off' });
afterEach(closeClients);
const newFighter = () => placeFighter(placementServerOf(server));

/** Stores copies of a challenge by other challengers, which no block hides. */
async function copyChallenge(sessionId: string, challenged: PlacedPlayer, copies: number): Promise<void> {
  const { characterId } = challenged;
  const userId = userIdOf(await fightRow(server, sessionId), challenged);
  const { db } = server.app.get(Database);
  const { rows } = await db.execute<{ id: string }>(sql`
    insert into fights select (jsonb_populate_record(fight, jsonb_build_object('id', gen_random_uuid(), 'created_by', gen_random_uuid()))).*
    from fights fight, generate_series(1, ${copies}::int) where fight.id = ${sessionId} returning id`);
  await db.execute(sql`
    insert into fight_players (fight_id, user_id, character_id, role)
    select id, ${userId}, ${characterId}, 'invited' from unnest(${sql.param(rows.map(({ id }) => id))}::uuid[]) as id`);
}

it('a challenge that is withdrawn is announced to the challenged players, except to a user that blocks the challenger', async () => {
  const [anna, ben, carl] = [await newFighter(), await newFighter(), await newFighter()];
  await succeed(carl.client, 'block:add', { characterId: anna.characterId });
  const targetIds = [ben.characterId, carl.characterId];
  const { sessionId } = await succeed(anna.client, 'combat:start', { targetIds });
  await ben.client.waitForEvent('combat:invited');
  await succeed(anna.client, 'combat:decline', { sessionId });
  await ben.client.waitForEvent('combat:cancelled', ({ reason }) => reason === 'withdrawn');
  await carl.client.roundTrip();
  expect(carl.client.received.filter(({ event }) => event.startsWith('combat:'))).toEqual([]);
});

it('a challenge by a blocked user is not shown over HTTP, and takes no place among the open challenges', async () => {
  const [anna, ben, carl, dora] = [await newFighter(), await newFighter(), await newFighter(), await newFighter()];
  for (const { characterId } of [anna, ben]) await succeed(carl.client, 'block:add', { characterId });
  await succeed(ben.client, 'combat:start', { targetIds: [carl.characterId] });
  const { sessionId } = await succeed(anna.client, 'combat:start', { targetIds: [carl.characterId] });
  const read = (path: string) => callApi(server.url, 'GET', path, { token: carl.accessToken });
  expect((await read(`/api/combats/${String(sessionId)}`)).status).toBe(404);
  expect((await read('/api/combats')).body).toMatchObject({ challenges: [] });
  await copyChallenge(String(sessionId), carl, MAX_CHALLENGES - 1);
  const shown = await succeed(dora.client, 'combat:start', { targetIds: [carl.characterId] });
  const { challenges } = (await read('/api/combats')).body as { challenges: { sessionId: string }[] };
  expect(challenges).toHaveLength(MAX_CHALLENGES);
  expect(challenges.map((challenge) => challenge.sessionId)).toContain(shown['sessionId']);
  const emil = await newFighter();
  expect(await emil.client.send('combat:start', { targetIds: [carl.characterId] })).toMatchObject({
    error: { code: 'CONFLICT', details: { reason: 'too_many_challenges' } },
  });
});

it('a blocked user cannot join, in the words that all others get once it is too late', async () => {
  const [anna, ben, carl] = [await newFighter(), await newFighter(), await newFighter()];
  await succeed(anna.client, 'block:add', { characterId: ben.characterId });
  const { sessionId } = await hunt(anna);
  const refused = await ben.client.send('combat:join', { sessionId });
  expect(refused.error).toMatchObject({ code: 'CONFLICT', details: { reason: 'joining_closed' } });
  await succeed(carl.client, 'combat:join', { sessionId });
});

it.each([
  ['blocks the spectator', 0],
  ['is blocked by the spectator', 1],
])('a spectator no longer watches a fight once a player %s', async (_, blocker) => {
  const [anna, ben, carl] = [await newFighter(), await newFighter(), await newFighter()];
  const { sessionId } = await hunt(anna);
  for (const { client } of [ben, carl]) await succeed(client, 'combat:spectate', { sessionId });
  const [by, blocked] = blocker === 0 ? [anna, ben] : [ben, anna];
  await succeed(by.client, 'block:add', { characterId: blocked.characterId });
  const room = roomName(RoomKind.Spectate, sessionId);
  const isAlone = async () => (await server.app.get(RoomService).count(room)).count === 1;
  await waitUntil(isAlone, 'the spectator is removed');
  await act(anna, sessionId, { type: 'defend' });
  await carl.client.waitForEvent('combat:action_result');
  await ben.client.roundTrip();
  expect(ben.client.eventsNamed('combat:action_result')).toEqual([]);
  const again = await ben.client.send('combat:spectate', { sessionId });
  expect(again.error).toMatchObject({ code: 'NOT_FOUND' });
});

it('a fight that is closed to spectators cannot be joined', async () => {
  const [anna, ben] = [await newFighter(), await newFighter()];
  const { sessionId } = await hunt(anna, { spectators: 'off' });
  expect((await ben.client.send('combat:join', { sessionId })).error).toMatchObject({ code: 'CONFLICT' });
});

it('users between whom there is a block do not meet in a duel of a third one, and are refused like busy ones', async () => {
  const [anna, ben, carl] = [await newFighter(), await newFighter(), await newFighter()];
  await succeed(ben.client, 'block:add', { characterId: carl.characterId });
  const targetIds = [ben.characterId, carl.characterId];
  expect(await anna.client.send('combat:start', { targetIds })).toMatchObject({
    error: { code: 'CONFLICT', details: { reason: 'too_many_challenges' } },
  });
});

it('a duel does not begin once there is a block between two of its players', async () => {
  const [anna, ben, carl] = [await newFighter(), await newFighter(), await newFighter()];
  const targetIds = [ben.characterId, carl.characterId];
  const { sessionId } = await succeed(anna.client, 'combat:start', { targetIds });
  await succeed(ben.client, 'combat:accept', { sessionId });
  await succeed(ben.client, 'block:add', { characterId: carl.characterId });
  expect(await carl.client.send('combat:accept', { sessionId })).toMatchObject({
    error: { code: 'CONFLICT', details: { reason: 'player_away' } },
  });
});
