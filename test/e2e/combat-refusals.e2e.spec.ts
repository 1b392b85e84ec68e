/** Actions that a client must not take: each is refused with its code, counted, and leaves the stored fight as it is. */
import { randomUUID } from 'node:crypto';
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { CombatAdminService } from '../../apps/server/src/combat';
import { FightPlayersRepository } from '../../apps/server/src/combat/fights/fight-players.repository';
import { closeClients, connect, createCharacter } from '../support/clients/client';
import { callApi } from '../support/clients/http';
import {
  act,
  duel,
  hunt,
  passUntilTurnOf,
  placeFighter,
  succeed,
  untilOwnTurn,
} from '../support/domains/combat-players';
import { watchFight, fightRow } from '../support/domains/fight-rows';
import { actionsOf, beginStoredFight, newFighter, nextBotAction, storedFight } from '../support/domains/stored-fights';
import { readMetric } from '../support/servers/metrics';
import { usePrivateServer } from '../support/servers/private-server';
import { placementServerOf, type PlacedPlayer } from '../support/zones/placed-players';

const server = usePrivateServer({ LIMITS: 'off' });
const begun: string[] = [];
afterEach(async () => {
  closeClients();
  // Their rats are free for the next test.
  const admin = server.app.get(CombatAdminService);
  for (const id of begun.splice(0)) await admin.endAsDraw(id);
});
const newPlayer = () => placeFighter(placementServerOf(server));
const refusedBy = (reason: string) =>
  readMetric(server.url, `aeturnis_fight_actions_refused_total{reason="${reason}"}`);

interface Refusal {
  readonly code: string;
  readonly reason?: string;
}

/** Sends an action over the socket and over HTTP: both are refused alike, and nothing changes. */
async function expectRefused(
  { client, accessToken }: Pick<PlacedPlayer, 'client' | 'accessToken'>,
  sessionId: string,
  action: object,
  { code, reason }: Refusal,
): Promise<object> {
  const expectUnchanged = await watchFight(server, sessionId);
  const counted = reason === undefined ? 0 : await refusedBy(reason);
  const answer = await client.send('combat:action', { sessionId, actionId: randomUUID(), ...action });
  expect(answer).toMatchObject({ success: false, error: { code } });
  const over = { token: accessToken, body: { actionId: randomUUID(), ...action } };
  const { body } = await callApi(server.url, 'POST', `/api/combats/${sessionId}/actions`, over);
  expect(body.error).toMatchObject({ code });
  await expectUnchanged();
  if (reason !== undefined) expect((await refusedBy(reason)) - counted).toBe(2);
  return answer.error ?? {};
}

it('a challenge of two characters of one user is refused like that of a player with too many open challenges', async () => {
  const [anna, ben] = [await newPlayer(), await newPlayer()];
  const { id } = await createCharacter(server.url, ben);
  const challenge = (...targetIds: string[]) => anna.client.send('combat:start', { targetIds });
  const refused = await challenge(ben.characterId, id);
  const count = jest.spyOn(FightPlayersRepository.prototype, 'countChallenges').mockResolvedValue(20);
  try {
    expect(await challenge(ben.characterId)).toEqual(refused);
  } finally {
    count.mockRestore();
  }
  expect(refused).toMatchObject({ error: { code: 'CONFLICT', details: { reason: 'too_many_challenges' } } });
  expect(ben.client.eventsNamed('combat:invited')).toEqual([]);
});

/** A player whose turn it is against a rat. */
async function hunter(): Promise<{ player: PlacedPlayer; sessionId: string; ratId: string }> {
  const player = await newPlayer();
  const { sessionId, state } = await hunt(player);
  begun.push(sessionId);
  await untilOwnTurn(player, sessionId);
  return { player, sessionId, ratId: state?.participants.find(({ isMonster }) => isMonster)?.id ?? '' };
}

it.each<[string, object, Refusal]>([
  ['an unknown skill', { type: 'skill', skillId: 'meteor' }, { code: 'VALIDATION', reason: 'unknown_skill' }],
  ['the skill of another class', { type: 'skill', skillId: 'heal' }, { code: 'VALIDATION', reason: 'unknown_skill' }],
  ['an unknown item', { type: 'item', itemId: 'crown' }, { code: 'VALIDATION', reason: 'unknown_item' }],
  ['an item without a use', { type: 'item', itemId: 'rat_tail' }, { code: 'CONFLICT', reason: 'item_without_use' }],
  ['an item it has not', { type: 'item', itemId: 'antidote' }, { code: 'CONFLICT', reason: 'no_such_item' }],
  ['an unknown target', { type: 'attack', targetId: 'nobody' }, { code: 'VALIDATION', reason: 'unknown_target' }],
  ['a turn to come', { type: 'attack', turn: 99 }, { code: 'CONFLICT', reason: 'stale_turn' }],
  ['an unknown type', { type: 'win' }, { code: 'VALIDATION' }],
  ['its damage', { type: 'attack', damage: 9_999 }, { code: 'VALIDATION' }],
  ['its result', { type: 'attack', entries: [{ type: 'strike', hit: true }] }, { code: 'VALIDATION' }],
  ['the outcome', { type: 'attack', outcome: { result: 'victory', winningSide: 0 } }, { code: 'VALIDATION' }],
  ['its seed', { type: 'attack', serverSeed: 'ab'.repeat(32) }, { code: 'VALIDATION' }],
  ['another actor', { type: 'attack', actorId: 'somebody' }, { code: 'VALIDATION' }],
  ['no type', {}, { code: 'VALIDATION' }],
])('an action with %s is refused', async (_, action, refusal) => {
  const { player, sessionId } = await hunter();
  await expectRefused(player, sessionId, action, refusal);
});

it('an action on oneself as an enemy, and on a target that is down, is refused', async () => {
  const { player, sessionId } = await hunter();
  const targetId = player.characterId;
  await expectRefused(player, sessionId, { type: 'attack', targetId }, { code: 'CONFLICT', reason: 'wrong_side' });
  const node = { url: server.url, app: server.app };
  const fighter = await newFighter(node);
  const id = await beginStoredFight(node, [fighter], { rats: 3 });
  const downIn = (row: Awaited<ReturnType<typeof fightRow>>) =>
    row.state.participants.find(({ status }) => status === 'down');
  while (!downIn(await fightRow(server, id))) {
    const next = nextBotAction(await storedFight(node, id));
    if (!next) throw new Error('the fight ended with the first rat');
    await actionsOf(node).act(next.userId, next.dto);
  }
  const dead = { type: 'attack', targetId: downIn(await fightRow(server, id))?.id };
  const refusal = { code: 'CONFLICT', reason: 'target_not_fighting' };
  await expectRefused(
    { ...player, accessToken: fighter.accessToken, client: await connect(server.url, fighter.accessToken) },
    id,
    dead,
    refusal,
  );
});

it('a skill without the energy for it, or that is cooling down, is refused', async () => {
  const { player, sessionId } = await hunter();
  const place = (await fightRow(server, sessionId)).state.participants.findIndex(({ isMonster }) => !isMonster);
  const setOwn = (field: string, value: string) =>
    server.app.get(Database).db.execute(sql`
      update fights set state = jsonb_set(state, ${sql.param([`participants`, String(place), field])}::text[], ${value}::jsonb)
      where id = ${sessionId}`);
  const skill = { type: 'skill', skillId: 'fireball' };
  await setOwn('energy', '3');
  await expectRefused(player, sessionId, skill, { code: 'CONFLICT', reason: 'not_enough_energy' });
  await setOwn('energy', '100');
  await setOwn('cooldowns', '{"fireball": 2}');
  await expectRefused(player, sessionId, skill, { code: 'CONFLICT', reason: 'cooling_down' });
});

it('an action out of turn, for a turn that is over, or in a fight that has ended is refused', async () => {
  const [anna, ben] = [await newPlayer(), await newPlayer()];
  const { sessionId } = await duel(anna, ben);
  const { participantId } = await anna.client.waitForEvent('combat:turn');
  const [current, waiting] = participantId === anna.characterId ? [anna, ben] : [ben, anna];
  const outOfTurn = await expectRefused(
    waiting,
    sessionId,
    { type: 'attack' },
    { code: 'CONFLICT', reason: 'not_your_turn' },
  );
  expect(outOfTurn).toMatchObject({ details: { request: { turn: 1, participantId, legal: [] } } });
  await act(current, sessionId, { type: 'defend', turn: 1 });
  await untilOwnTurn(waiting, sessionId);
  const stale = await expectRefused(
    waiting,
    sessionId,
    { type: 'attack', turn: 1 },
    { code: 'CONFLICT', reason: 'stale_turn' },
  );
  expect(stale).toMatchObject({ details: { request: { turn: 2, participantId: waiting.characterId } } });
  await succeed(waiting.client, 'combat:flee', { sessionId });
  await expectRefused(anna, sessionId, { type: 'attack' }, { code: 'CONFLICT', reason: 'ended' });
});

it('an action in the fight of others is refused like one in a fight that does not exist', async () => {
  const { sessionId } = await hunter();
  const stranger = await newPlayer();
  const foreign = await expectRefused(
    stranger,
    sessionId,
    { type: 'attack' },
    { code: 'NOT_FOUND', reason: 'unknown_fight' },
  );
  const { error } = await act(stranger, randomUUID());
  expect(error).toEqual(foreign);
});

it('actions that are replayed or reordered change nothing', async () => {
  const [anna, ben] = [await newPlayer(), await newPlayer()];
  const { sessionId } = await duel(anna, ben);
  const { participantId } = await anna.client.waitForEvent('combat:turn');
  const [current, waiting] = participantId === anna.characterId ? [anna, ben] : [ben, anna];
  const actions = [1, 3].map((turn) => ({ sessionId, actionId: randomUUID(), turn, type: 'defend' }));
  // The third turn before the first.
  expect(await current.client.send('combat:action', actions[1])).toMatchObject({ error: { code: 'CONFLICT' } });
  const first = await succeed(current.client, 'combat:action', actions[0]!);
  await untilOwnTurn(waiting, sessionId);
  await act(waiting, sessionId, { type: 'defend' });
  await passUntilTurnOf(current, [waiting], sessionId);
  const expectUnchanged = await watchFight(server, sessionId);
  for (let count = 0; count < 3; count++) expect(await current.client.send('combat:action', actions[0])).toEqual(first);
  // Also without a turn, which would be the current one.
  const { turn: _, ...timeless } = actions[0]!;
  expect(await current.client.send('combat:action', timeless)).toEqual(first);
  await expectUnchanged();
});

describe('with limits', () => {
  const limited = usePrivateServer();

  it('a flood of actions is refused before it reaches the fight', async () => {
    const player = await placeFighter(placementServerOf(limited));
    const { sessionId } = await hunt(player);
    await untilOwnTurn(player, sessionId);
    const expectUnchanged = await watchFight(limited, sessionId);
    const flood = Array.from({ length: 30 }, () => act(player, sessionId, { type: 'attack', turn: 99 }));
    const codes = (await Promise.all(flood)).map(({ error }) => error?.code);
    expect(new Set(codes)).toEqual(new Set(['CONFLICT', 'RATE_LIMITED']));
    expect(codes.filter((code) => code === 'CONFLICT').length).toBeLessThanOrEqual(10);
    await expectUnchanged();
  });
});
