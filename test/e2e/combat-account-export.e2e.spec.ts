/** The fights of a user are in the export of its account: all of them, and no fight of others. */
import { randomUUID } from 'node:crypto';
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { closeClients } from '../support/clients/client';
import { callApi } from '../support/clients/http';
import { duel, hunt, passUntilTurnOf, placeFighter, succeed } from '../support/domains/combat-players';
import { fightRow, userIdOf } from '../support/domains/fight-rows';
import { usePrivateServer } from '../support/servers/private-server';
import { type PlacedPlayer, placementServerOf } from '../support/zones/placed-players';

/** More than two pages. */
const FIGHTS = 250;
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);
const server = usePrivateServer({ LIMITS: 'off' });
afterEach(closeClients);
const newFighter = () => placeFighter(placementServerOf(server));

async function exportedFights({ accessToken }: PlacedPlayer): Promise<{ sessionId: string }[]> {
  const { body } = await callApi(server.url, 'GET', '/api/me/export', { token: accessToken });
  return body['fights'] as { sessionId: string }[];
}

it('an export has the fights that have ended and the one that goes on, but no challenge', async () => {
  const [anna, ben, carl] = [await newFighter(), await newFighter(), await newFighter()];
  const ended = await duel(anna, ben);
  await passUntilTurnOf(ben, [anna], ended.sessionId);
  await succeed(ben.client, 'combat:flee', { sessionId: ended.sessionId });
  await anna.client.waitForEvent('combat:ended');
  await succeed(carl.client, 'combat:start', { targetIds: [anna.characterId] });
  const current = await hunt(anna);
  const { characterId } = anna;
  const outcome = { result: 'victory', winningSide: 0 };
  const fought = { sessionId: ended.sessionId, mode: 'duel', outcome, startedAt: TIME, endedAt: TIME };
  const fighting = { sessionId: current.sessionId, mode: 'monsters', outcome: null, startedAt: TIME, endedAt: null };
  expect(await exportedFights(anna)).toEqual(
    [fought, fighting]
      .sort((one, other) => (one.sessionId < other.sessionId ? -1 : 1))
      .map((fight) => ({ ...fight, characterId })),
  );
  expect(await exportedFights(ben)).toEqual([{ ...fought, characterId: ben.characterId }]);
  expect(await exportedFights(carl)).toEqual([]);
});

it(`an export has each of ${FIGHTS} fights once`, async () => {
  const [anna, ben] = [await newFighter(), await newFighter()];
  const { sessionId } = await duel(anna, ben);
  const userId = userIdOf(await fightRow(server, sessionId), anna);
  const ids = Array.from({ length: FIGHTS }, () => randomUUID());
  const { db } = server.app.get(Database);
  await db.execute(sql`
    insert into fights select (jsonb_populate_record(fight, jsonb_build_object('id', copy, 'phase', 'ended', 'due_at', null))).*
    from fights fight, unnest(${sql.param(ids)}::uuid[]) as copy where fight.id = ${sessionId}`);
  await db.execute(sql`
    insert into fight_players (fight_id, user_id, character_id, role)
    select id, ${userId}, ${anna.characterId}, 'done' from unnest(${sql.param(ids)}::uuid[]) as id`);
  const exported = (await exportedFights(anna)).map((fight) => fight.sessionId);
  expect(exported).toEqual([...ids, sessionId].sort());
});
