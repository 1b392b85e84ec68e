/** The deletion of an account ends its part in fights, and leaves none of its rows in their tables. */
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { CharactersService } from '../../apps/server/src/characters';
import { retryableDriverError } from '../../libs/platform/src/database/database-error';
import { CombatAdminService } from '../../apps/server/src/combat';
import { PlayerSetups } from '../../apps/server/src/combat/starting/player-setups';
import { closeClients, waitUntil } from '../support/clients/client';
import { callApi } from '../support/clients/http';
import { duel, hunt, placeFighter, succeed } from '../support/domains/combat-players';
import { historyProblems } from '../support/domains/fight-histories';
import { ageAbsence, fightRow } from '../support/domains/fight-rows';
import {
  actionsOf,
  beginStoredFight,
  nextBotAction,
  newFighter as newGuest,
  storedFight,
} from '../support/domains/stored-fights';
import { usePrivateServer } from '../support/servers/private-server';
import { type PlacedPlayer, placementServerOf } from '../support/zones/placed-players';

const FIGHTS = 8;
const PLAYERS = 4;
const LONG_AGO_MS = 120_000;
const server = usePrivateServer({ LIMITS: 'off' });
afterEach(() => {
  jest.restoreAllMocks();
  closeClients();
});
const newFighter = () => placeFighter(placementServerOf(server));

const requestDeletion = ({ accessToken }: Pick<PlacedPlayer, 'accessToken'>) =>
  callApi(server.url, 'DELETE', '/api/me', { token: accessToken, body: {} });
const deleteAccount = async (player: Pick<PlacedPlayer, 'accessToken'>): Promise<void> => {
  expect(await requestDeletion(player)).toMatchObject({ status: 204 });
};
/** Repeats a request that waited too long for a lock: its error is retryable. */
const deleteAmongOthers = async (player: Pick<PlacedPlayer, 'accessToken'>): Promise<void> => {
  let answer = await requestDeletion(player);
  while (answer.status === 503) answer = await requestDeletion(player);
  expect(answer).toMatchObject({ status: 204 });
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

describe('the name of a deleted character', () => {
  const nameOf = async ({ characterId }: PlacedPlayer): Promise<string> =>
    (await server.app.get(CharactersService).find(characterId))!.name;
  const rowsWith = (name: string): Promise<number> =>
    count(sql`select (select count(*) from fights as fight where fight::text like ${`%${name}%`})
      + (select count(*) from fight_entries as entry where entry::text like ${`%${name}%`})
      + (select count(*) from fight_inputs as input where input::text like ${`%${name}%`}) as count`);

  async function expectVerified({ client }: PlacedPlayer, sessionId: string): Promise<void> {
    const page = await succeed(client, 'combat:history', { sessionId });
    expect(JSON.stringify(page)).toContain('"name":"deleted"');
    expect(historyProblems([page])).toEqual([]);
  }

  it('is removed from its ended fights, whose history still verifies, with the account', async () => {
    const [anna, ben] = [await newFighter(), await newFighter()];
    const name = await nameOf(anna);
    const { sessionId } = await duel(anna, ben);
    await server.app.get(CombatAdminService).endAsDraw(sessionId);
    expect(await rowsWith(name)).toBeGreaterThan(0);
    await deleteAccount(anna);
    expect(await rowsWith(name)).toBe(0);
    await expectVerified(ben, sessionId);
  });

  it('is removed from a fight that it has joined, and that goes on without it', async () => {
    const [anna, ben] = [await newFighter(), await newFighter()];
    const { sessionId } = await hunt(anna);
    const name = await nameOf(ben);
    await succeed(ben.client, 'combat:join', { sessionId });
    await deleteAccount(ben);
    expect(await rowsWith(name)).toBe(0);
    await server.app.get(CombatAdminService).endAsDraw(sessionId);
    await expectVerified(anna, sessionId);
    expect(await rowsWith(name)).toBe(0);
  });

  it('is removed from its ended fights with the character alone', async () => {
    const [anna, ben] = [await newFighter(), await newFighter()];
    const name = await nameOf(anna);
    const { sessionId } = await duel(anna, ben);
    await server.app.get(CombatAdminService).endAsDraw(sessionId);
    const path = `/api/characters/${anna.characterId}`;
    expect((await callApi(server.url, 'DELETE', path, { token: anna.accessToken })).status).toBe(204);
    await waitUntil(async () => (await rowsWith(name)) === 0, 'the name is removed');
    await expectVerified(ben, sessionId);
  });
});

it('a duel whose acceptance holds its lock when an account of it is deleted begins, ends, and keeps its history', async () => {
  const [anna, ben] = [await newFighter(), await newFighter()];
  const { sessionId } = await succeed(anna.client, 'combat:start', { targetIds: [ben.characterId] });
  const { playerOf } = PlayerSetups.prototype as { playerOf: PlayerSetups['playerOf'] };
  let deletion: Promise<void> | undefined;
  // Called in the transaction of the acceptance, which has locked the fight.
  jest.spyOn(PlayerSetups.prototype, 'playerOf').mockImplementationOnce(async function (this: PlayerSetups, ...args) {
    deletion = deleteAccount(anna);
    await waitUntil(async () => {
      const { rows } = await server.app.get(Database).db.execute(sql`
        select from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))`);
      return rows.length > 0;
    }, 'the deletion waits for the acceptance');
    return playerOf.apply(this, args);
  });
  expect(await succeed(ben.client, 'combat:accept', { sessionId })).toMatchObject({ phase: 'active' });
  await deletion;
  const { outcome } = await ben.client.waitForEvent('combat:ended', (end) => end.sessionId === sessionId);
  expect(outcome).toEqual({ result: 'victory', winningSide: 1 });
  await succeed(ben.client, 'combat:history', { sessionId });
});

it('accounts that are deleted while their fights end are all deleted, without a deadlock', async () => {
  const deadlocks = () =>
    count(sql`select deadlocks as count from pg_stat_database where datname = current_database()`);
  const before = await deadlocks();
  const fights = await Promise.all(
    Array.from({ length: FIGHTS }, async () => {
      const players = await Promise.all(Array.from({ length: PLAYERS }, () => newGuest(server)));
      return { players, sessionId: await beginStoredFight(server, players) };
    }),
  );
  await Promise.all(
    fights.flatMap(({ players, sessionId }, number) => [
      ...players.map(deleteAmongOthers),
      // Every second fight is ended by an action, every other one by the sweep, unless its players have left it before.
      number % 2 === 0 ? fleeNow(sessionId) : ageAbsence(server, sessionId, playerIds(players), LONG_AGO_MS),
    ]),
  );
  for (const { sessionId } of fights) expect(await fightRow(server, sessionId)).toMatchObject({ phase: 'ended' });
  const userIds = fights.flatMap(({ players }) => players.map(({ userId }) => userId));
  const left = sql`user_id = any(${sql.param(userIds)}::uuid[])`;
  expect(await count(sql`select count(*) from fight_players where ${left}`)).toBe(0);
  expect(await deadlocks()).toBe(before);
});

const playerIds = (players: readonly { characterId: string }[]): string[] =>
  players.map(({ characterId }) => characterId);

/** The player whose turn it is flees, unless its account has been deleted. Repeated if it has waited too long for a lock. */
async function fleeNow(sessionId: string): Promise<void> {
  const next = nextBotAction(await storedFight(server, sessionId));
  if (!next) return;
  try {
    await actionsOf(server).flee(next.userId, { sessionId }, null);
  } catch (error) {
    if (retryableDriverError(error)) return fleeNow(sessionId);
    expect(error).toMatchObject({ code: 'CONFLICT' });
  }
}
