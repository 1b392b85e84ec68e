/**
 * Fights on two nodes, with two devices of a player and HTTP at once: each action is taken once, and each user is in one fight.
 * Titles that begin with a public report (BG boardgame.io) are complaints about turn-based games.
 */
import { randomUUID } from 'node:crypto';
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { CombatAdminService } from '../../apps/server/src/combat';
import { MAX_CHALLENGES } from '../../apps/server/src/combat/starting/duels.service';
import type { RunningServer } from '../../apps/server/src/server';
import { callApi } from '../support/clients/http';
import { closeClients, connect, type TestClient } from '../support/clients/client';
import { act, duel, hunt, placeFighter, succeed, untilOwnTurn } from '../support/domains/combat-players';
import { fightRow, userIdOf } from '../support/domains/fight-rows';
import { useNodeCluster } from '../support/servers/node-cluster';
import { placementServerOf, type PlacedPlayer } from '../support/zones/placed-players';

const RETRIES = 20;
const PLAYERS_PER_SIDE = 8;
const RAT = (number: number): string => `starting_village:yard_rats:${number}`;
const cluster = useNodeCluster({ LIMITS: 'off' });
let [west, east]: RunningServer[] = [];
beforeAll(async () => {
  [west, east] = [await cluster.startNode(), await cluster.startNode()];
}, 60_000);
afterEach(closeClients);

const newFighter = (node = west): Promise<PlacedPlayer> => placeFighter(placementServerOf(node!));
const fightersOn = (count: number): Promise<PlacedPlayer[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => newFighter(index % 2 === 0 ? west : east)));
const otherDevice = ({ accessToken }: PlacedPlayer): Promise<TestClient> => connect(east!.url, accessToken);
const rowOf = (id: string) => fightRow(west!, id);

interface Outcome {
  readonly success: boolean;
  readonly error?: { readonly code: string; readonly details?: unknown };
}

async function actOverHttp(
  node: RunningServer,
  { accessToken }: PlacedPlayer,
  { sessionId, ...body }: object & { sessionId: string },
) {
  const answer = await callApi(node.url, 'POST', `/api/combats/${sessionId}/actions`, { token: accessToken, body });
  return { success: answer.status === 200, ...answer.body } as Outcome;
}

/** The fights in which a user is a player that fights. */
async function fightsOf(userId: string): Promise<string[]> {
  const { rows } = await west!.app.get(Database).db.execute<{ id: string }>(sql`
    select fights.id from fights join fight_players on fights.id = fight_id
    where user_id = ${userId} and (role = 'fighting' or phase = 'active' and role <> 'done')`);
  return rows.map(({ id }) => id);
}

async function inputsOf(sessionId: string): Promise<object[]> {
  const { rows } = await west!.app
    .get(Database)
    .db.execute<{ input: object }>(sql`select input from fight_inputs where fight_id = ${sessionId} and number > 0`);
  return rows.map(({ input }) => input);
}

/** A duel between a player with two devices, whose turn it is, and another one. */
async function duelOnTwoDevices() {
  const players = [await newFighter(west), await newFighter(east)] as const;
  const { sessionId } = await duel(...players);
  const { participantId } = await players[0].client.waitForEvent('combat:turn');
  const current = players.find(({ characterId }) => characterId === participantId)!;
  const waiting = players.find((player) => player !== current)!;
  return { sessionId, current, waiting, device: await otherDevice(current) };
}

const reasonOf = ({ error }: Outcome): unknown => (error?.details as { reason?: string } | undefined)?.reason;

describe('actions', () => {
  it(`${RETRIES} retries of one action over two nodes and HTTP give one result`, async () => {
    const { sessionId, current, waiting, device } = await duelOnTwoDevices();
    const action = { sessionId, actionId: randomUUID(), type: 'attack' };
    const send = (index: number): Promise<Outcome> => {
      const { client } = current;
      if (index % 4 === 0) return client.send('combat:action', action);
      if (index % 4 === 1) return device.send('combat:action', action);
      return actOverHttp(index % 4 === 2 ? west! : east!, current, action);
    };
    const answers = await Promise.all(Array.from({ length: RETRIES }, (_, index) => send(index)));
    expect(answers[0]).toMatchObject({ success: true });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await inputsOf(sessionId)).toHaveLength(1);
    for (const client of [current.client, device, waiting.client]) {
      await client.waitForEvent('combat:action_result', ({ entries }) => entries.some(({ type }) => type === 'strike'));
      await client.waitForEvent('combat:turn', ({ turn }) => turn > 1);
      expect(seqsOf(client, sessionId)).toEqual([...new Set(seqsOf(client, sessionId))]);
    }
  });

  it('BG#828: of two different actions at once one is taken, and the other is answered by the current request', async () => {
    for (let round = 0; round < 5; round++) {
      const { sessionId, current, device } = await duelOnTwoDevices();
      const { turn } = (await rowOf(sessionId)).state;
      const answers: Outcome[] = await Promise.all([
        current.client.send('combat:action', { sessionId, actionId: randomUUID(), turn, type: 'attack' }),
        device.send('combat:action', { sessionId, actionId: randomUUID(), turn, type: 'defend' }),
      ]);
      expect(answers.filter(({ success }) => success)).toHaveLength(1);
      expect(answers.find(({ success }) => !success)).toMatchObject({
        error: { code: 'CONFLICT', details: { request: { turn: turn + 1, legal: [] } } },
      });
      expect(await inputsOf(sessionId)).toHaveLength(1);
    }
  });
});

const seqsOf = (client: TestClient, sessionId: string): number[] =>
  client.eventsNamed('combat:action_result').flatMap((result) => (result.sessionId === sessionId ? [result.seq] : []));

describe('starts', () => {
  it('against one monster at once: one fight begins, and the others learn which', async () => {
    const players = await fightersOn(6);
    const answers: Outcome[] = await Promise.all(
      players.map(({ client }) => client.send('combat:start', { monsterId: RAT(1) })),
    );
    const begun = answers.filter(({ success }) => success) as unknown as { sessionId: string }[];
    expect(begun).toHaveLength(1);
    for (const answer of answers)
      if (!answer.success)
        expect(answer.error).toMatchObject({
          code: 'CONFLICT',
          details: { reason: 'monster_fights', sessionId: begun[0]?.sessionId },
        });
  });

  it('of one user on two devices at once: one fight begins', async () => {
    const player = await newFighter();
    const device = await otherDevice(player);
    const answers: Outcome[] = await Promise.all([
      player.client.send('combat:start', { monsterId: RAT(2) }),
      player.client.send('combat:start', { monsterId: RAT(3) }),
      device.send('combat:start', { monsterId: RAT(4) }),
    ]);
    expect(answers.filter(({ success }) => success)).toHaveLength(1);
  });
});

it(`of more challenges at once than a user may have, ${MAX_CHALLENGES} are made`, async () => {
  const [challenged, ...challengers] = await fightersOn(1 + MAX_CHALLENGES + 6);
  const start = ({ client }: PlacedPlayer) => client.send('combat:start', { targetIds: [challenged!.characterId] });
  const outcomes = (await Promise.all(challengers.map(start))) as Outcome[];
  expect(outcomes.filter(({ success }) => success)).toHaveLength(MAX_CHALLENGES);
  const refused = outcomes.filter(({ success }) => !success);
  expect(new Set(refused.map(reasonOf))).toEqual(new Set(['too_many_challenges']));
});

it('a challenge that is accepted many times at once begins one duel, once', async () => {
  const [anna, ben] = [await newFighter(west), await newFighter(east)];
  const { sessionId } = await succeed(anna.client, 'combat:start', { targetIds: [ben.characterId] });
  const device = await connect(west!.url, ben.accessToken);
  const answers: Outcome[] = await Promise.all(
    [ben.client, device, ben.client, device, anna.client].map((client) => client.send('combat:accept', { sessionId })),
  );
  expect(answers.filter(({ success }) => success).length).toBeGreaterThanOrEqual(1);
  for (const answer of answers) if (!answer.success) expect(answer.error?.code).toMatch(/NOT_FOUND|CONFLICT/);
  for (const { client } of [anna, ben]) await client.waitForEvent('combat:turn');
  const row = await rowOf(String(sessionId));
  expect(row).toMatchObject({ phase: 'active', state: { turn: 1, inputs: 0 } });
  for (const client of [anna.client, ben.client, device]) {
    await client.roundTrip();
    expect(client.eventsNamed('combat:started').length).toBeLessThanOrEqual(1);
  }
});

it(`BG#1100: of more than ${PLAYERS_PER_SIDE} players that join at once none is lost, and the others are refused`, async () => {
  const host = await newFighter();
  const { sessionId } = await hunt(host);
  const players = await fightersOn(PLAYERS_PER_SIDE + 2);
  const answers: Outcome[] = await Promise.all(players.map(({ client }) => client.send('combat:join', { sessionId })));
  const joined = players.filter((_, index) => answers[index]?.success);
  expect(joined).toHaveLength(PLAYERS_PER_SIDE - 1);
  expect(answers.filter(({ success }) => !success).map(reasonOf)).toEqual(Array(3).fill('side_full'));
  const { state, players: stored } = await rowOf(sessionId);
  const ids = [host, ...joined].map(({ characterId }) => characterId).sort();
  expect(state.participants.flatMap(({ id, isMonster }) => (isMonster ? [] : [id])).sort()).toEqual(ids);
  expect(stored.map(({ characterId }) => characterId).sort()).toEqual(ids);
  // Who was refused is free.
  const refused = players.find((player) => !joined.includes(player))!;
  await hunt(refused);
  await untilOwnTurn(host, sessionId);
  expect(await act(host, sessionId, { type: 'defend' })).toMatchObject({ success: true });
});

it('a user is never in two fights, however starts, accepts and joins race', async () => {
  const [host, challenger] = [await newFighter(west), await newFighter(east)];
  for (let round = 0; round < 5; round++) {
    const { sessionId } = await hunt(host);
    const player = await newFighter(round % 2 === 0 ? west : east);
    const device = await otherDevice(player);
    const challenge = await succeed(challenger.client, 'combat:start', { targetIds: [player.characterId] });
    const duelId = String(challenge['sessionId']);
    const userId = userIdOf(await rowOf(duelId), player);
    const answers: Outcome[] = await Promise.all([
      player.client.send('combat:start', { monsterId: RAT(5) }),
      device.send('combat:accept', { sessionId: duelId }),
      player.client.send('combat:join', { sessionId }),
      device.send('combat:accept', { sessionId: duelId }),
    ]);
    expect(answers.some(({ success }) => success)).toBe(true);
    for (const { error } of answers) expect(error?.code ?? 'CONFLICT').toMatch(/CONFLICT|NOT_FOUND|NO_CHARACTER/);
    const fights = await fightsOf(userId);
    expect(fights).toHaveLength(1);
    await challenger.client.send('combat:decline', { sessionId: duelId });
    for (const id of new Set([sessionId, ...fights])) await west!.app.get(CombatAdminService).endAsDraw(id);
  }
});
