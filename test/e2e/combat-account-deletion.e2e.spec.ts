/** The deletion of an account ends its part in fights, and leaves none of its rows in their tables. */
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { closeClients } from '../support/clients/client';
import { callApi } from '../support/clients/http';
import { duel, placeFighter, succeed } from '../support/domains/combat-players';
import { usePrivateServer } from '../support/servers/private-server';
import { type PlacedPlayer, placementServerOf } from '../support/zones/placed-players';

const server = usePrivateServer({ LIMITS: 'off' });
afterEach(closeClients);
const newFighter = () => placeFighter(placementServerOf(server));

const deleteAccount = async ({ accessToken }: PlacedPlayer): Promise<void> => {
  const { status } = await callApi(server.url, 'DELETE', '/api/me', { token: accessToken, body: {} });
  expect(status).toBe(204);
};
const count = async (statement: ReturnType<typeof sql>): Promise<number> =>
  Number((await server.app.get(Database).db.execute<{ count: string }>(statement)).rows[0]?.count);

it('a player who deletes the account in a duel loses it, and the other player wins', async () => {
  const [anna, ben] = [await newFighter(), await newFighter()];
  const { sessionId } = await duel(anna, ben);
  await deleteAccount(anna);
  const { outcome } = await ben.client.waitForEvent('combat:ended', (end) => end.sessionId === sessionId);
  expect(outcome).toEqual({ result: 'victory', winningSide: 1 });
  expect(await count(sql`select count(*) from fight_players where character_id = ${anna.characterId}`)).toBe(0);
  expect(await count(sql`select count(*) from fight_seeds`)).toBe(0);
  expect(await succeed(ben.client, 'combat:history', { sessionId })).toMatchObject({ next: null, outcome });
});

it('challenges by and to a deleted account are deleted with it', async () => {
  const [anna, ben, carl] = [await newFighter(), await newFighter(), await newFighter()];
  const made = await succeed(anna.client, 'combat:start', { targetIds: [ben.characterId] });
  const received = await succeed(carl.client, 'combat:start', { targetIds: [anna.characterId] });
  await deleteAccount(anna);
  for (const [{ client }, { sessionId }] of [
    [ben, made],
    [carl, received],
  ] as const)
    expect(await client.send('combat:accept', { sessionId })).toMatchObject({ error: { code: 'NOT_FOUND' } });
  expect(await count(sql`select count(*) from fights where phase = 'invited'`)).toBe(0);
});

it('a duel that is accepted while an account of it is deleted ends, and keeps its history', async () => {
  for (let race = 0; race < 8; race++) {
    const [anna, ben] = [await newFighter(), await newFighter()];
    const { sessionId } = await succeed(anna.client, 'combat:start', { targetIds: [ben.characterId] });
    const [accepted] = await Promise.all([ben.client.send('combat:accept', { sessionId }), deleteAccount(anna)]);
    if (!accepted.success) continue;
    await ben.client.waitForEvent('combat:ended', (end) => end.sessionId === sessionId);
    await succeed(ben.client, 'combat:history', { sessionId });
  }
});
