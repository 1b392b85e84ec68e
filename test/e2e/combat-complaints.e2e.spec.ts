/**
 * Complaints about starting, restoring and ending turn-based fights, as tests: each title begins with the public report it
 * comes from (PS Pokémon Showdown, BG boardgame.io, LI lila). Held elsewhere:
 *
 * | report | test |
 * | - | - |
 * | PS#10162, PS#10806 | libs/combat-rules: golden.spec.ts `replays every recorded fight exactly` |
 * | OpenFrontIO#5191 | test/architecture: lint-files.ts, each rule of the linter for libs/combat-rules has a violation |
 * | BG#828, BG#1100 | combat-concurrency.e2e.spec.ts |
 * | LI#6957, LI#13630, NetherwingBugtracker#7802 | combat-restarts.e2e.spec.ts |
 */
import { createHash, randomUUID } from 'node:crypto';
import { stateFor } from '@aeturnis/combat-rules';
import { combatCommands } from '@aeturnis/contracts';
import { Presence } from '@aeturnis/realtime';
import { CharactersService } from '../../apps/server/src/characters';
import { callApi } from '../support/clients/http';
import { closeClients, connect, waitUntil } from '../support/clients/client';
import { act, duel, fightToTheEnd, hunt, placeFighter, succeed, untilOwnTurn } from '../support/domains/combat-players';
import { fightRow, userIdOf } from '../support/domains/fight-rows';
import { usePrivateServer } from '../support/servers/private-server';
import { placementServerOf, type PlacedPlayer } from '../support/zones/placed-players';

const server = usePrivateServer({ LIMITS: 'off' });
afterEach(closeClients);
const newFighter = () => placeFighter(placementServerOf(server));
const rowOf = (id: string) => fightRow(server, id);
const get = (path: string, { accessToken }: PlacedPlayer) => callApi(server.url, 'GET', path, { token: accessToken });

/** A duel between new players: the one whose turn it is, and the other. */
async function newDuel(): Promise<{ sessionId: string; current: PlacedPlayer; waiting: PlacedPlayer }> {
  const [anna, ben] = [await newFighter(), await newFighter()];
  const { sessionId } = await duel(anna, ben);
  const { participantId } = await anna.client.waitForEvent('combat:turn', (turn) => turn.sessionId === sessionId);
  const isAnna = participantId === anna.characterId;
  return { sessionId, current: isAnna ? anna : ben, waiting: isAnna ? ben : anna };
}

it('PS#9819: a duel does not begin while one of its players is absent', async () => {
  const [anna, ben] = [await newFighter(), await newFighter()];
  const { sessionId } = await succeed(anna.client, 'combat:start', { targetIds: [ben.characterId] });
  anna.client.socket.disconnect();
  const { userId } = (await rowOf(String(sessionId))).players[0]!;
  await waitUntil(async () => !(await isOnline(userId)), 'the absence');
  const refused = await ben.client.send('combat:accept', { sessionId });
  expect(refused).toMatchObject({ error: { code: 'CONFLICT', details: { reason: 'player_away' } } });
  expect(await rowOf(String(sessionId))).toMatchObject({ phase: 'invited', state: null });
  // Nothing of the refused acceptance remains: it is accepted once the player is back.
  anna.client = await connect(server.url, anna.accessToken);
  expect(await succeed(ben.client, 'combat:accept', { sessionId })).toMatchObject({ phase: 'active' });
});

it('PS#9815: experience and the end of a fight are given once, although the last action is repeated', async () => {
  const player = await newFighter();
  const { sessionId } = await hunt(player);
  const actionIds: string[] = [];
  const { client } = player;
  while (await untilOwnTurn(player, sessionId)) {
    const actionId = randomUUID();
    actionIds.push(actionId);
    const { turn } = (await rowOf(sessionId)).state;
    await succeed(client, 'combat:action', { sessionId, actionId, type: 'attack' });
    await waitUntil(async () => (await rowOf(sessionId)).state.turn !== turn || (await hasEnded(sessionId)), 'a turn');
  }
  const end = await client.waitForEvent('combat:ended');
  const last = { actionId: actionIds.at(-1), type: 'attack' };
  const path = `/api/combats/${sessionId}/actions`;
  await Promise.all([
    ...[1, 2, 3].map(() => succeed(client, 'combat:action', { sessionId, ...last })),
    ...[1, 2, 3].map(() => callApi(server.url, 'POST', path, { token: player.accessToken, body: last })),
  ]);
  await client.roundTrip();
  expect(client.eventsNamed('combat:ended')).toEqual([end]);
  const { character } = await server.app
    .get(CharactersService)
    .getOwned(userIdOf(await rowOf(sessionId), player), player.characterId);
  expect(character.experience).toBe(end.rewards[player.characterId]?.experience ?? 0);
});

const isOnline = async (userId: string): Promise<boolean | undefined> =>
  (await server.app.get(Presence).areOnline([userId]))[0];

const hasEnded = async (id: string): Promise<boolean> => (await rowOf(id)).phase === 'ended';

it('PS#8851: a player who reconnects finds the fight complete', async () => {
  const { sessionId, current, waiting } = await newDuel();
  await succeed(current.client, 'combat:action', {
    ...{ sessionId, actionId: randomUUID(), type: 'skill', skillId: 'arcane_shield' },
  });
  await untilOwnTurn(waiting, sessionId);
  const { state } = await rowOf(sessionId);
  const participant = state.participants.find(({ id }) => id === current.characterId);
  expect(participant).toMatchObject({ cooldowns: { arcane_shield: expect.any(Number) }, effects: [expect.anything()] });
  for (const player of [current, waiting]) {
    player.client.socket.disconnect();
    const device = await connect(server.url, player.accessToken);
    const { combat } = device.eventsNamed('system:sync').at(-1) as unknown as { combat: { current: object } };
    const { body } = await get(`/api/combats/${sessionId}`, player);
    expect(combat.current).toMatchObject({
      state: JSON.parse(JSON.stringify(stateFor(state, player.characterId))),
      request: { turn: state.turn, participantId: waiting.characterId },
    });
    expect(body['state']).toEqual((combat.current as { state: object }).state);
    expect((body['request'] as { legal: object[] }).legal.length > 0).toBe(player === waiting);
  }
});

it('PS#2418: the history of a fight that goes on shows nothing hidden, and strangers get none', async () => {
  const { sessionId, current, waiting } = await newDuel();
  await act(current, sessionId);
  const path = `/api/combats/${sessionId}/history`;
  const [own, other] = [await get(path, current), await get(path, waiting)];
  expect(own.body).toMatchObject({ serverSeed: null, outcome: null });
  expect(own.body).toEqual(other.body);
  const { participants } = own.body['setup'] as { participants: { bag: unknown }[] };
  expect(participants.map(({ bag }) => bag)).toEqual([null, null]);
  const stranger = await newFighter();
  await succeed(stranger.client, 'combat:spectate', { sessionId });
  expect(await get(path, stranger)).toMatchObject({ status: 404 });
  expect(await stranger.client.send('combat:history', { sessionId })).toMatchObject({ error: { code: 'NOT_FOUND' } });
});

it('BG#399: no action can be taken back, and a repeated one shows others nothing', async () => {
  const { sessionId, current, waiting } = await newDuel();
  const action = { sessionId, actionId: randomUUID(), type: 'attack' };
  const first = await succeed(current.client, 'combat:action', action);
  await untilOwnTurn(waiting, sessionId);
  const before = await rowOf(sessionId);
  expect(await current.client.send('combat:action', { ...action, type: 'defend' })).toEqual(first);
  // The same id from another player is another action.
  const { turn } = before.state;
  const taken = await succeed(waiting.client, 'combat:action', action);
  expect(taken['turn']).toBe(turn);
  expect(taken['entries']).not.toEqual(first['entries']);
  expect(combatCommands.map(({ name }) => name).filter((name) => /undo|back|revert|cancel/.test(name))).toEqual([]);
});

describe('seeds', () => {
  it('BG#233: every fight has a seed of its own', async () => {
    const player = await newFighter();
    const seeds = new Set<string>();
    for (let count = 0; count < 3; count++) {
      const { sessionId } = await hunt(player);
      await untilOwnTurn(player, sessionId);
      seeds.add((await rowOf(sessionId)).server_seed);
      while (!(await hasEnded(sessionId))) await player.client.send('combat:flee', { sessionId });
    }
    expect(seeds.size).toBe(3);
  });

  it('wesnoth#3925: a start that is refused draws no seed, and a seed is drawn once', async () => {
    const [anna, ben] = [await newFighter(), await newFighter()];
    const offered = (await get('/api/combats', anna)).body['commitment'];
    const other = { targetIds: [ben.characterId], commitment: 'ab'.repeat(32) };
    expect(await anna.client.send('combat:start', other)).toMatchObject({ error: { code: 'CONFLICT' } });
    const { sessionId } = await succeed(anna.client, 'combat:start', { ...other, commitment: offered });
    expect((await rowOf(String(sessionId))).commitment).toBe(offered);
    expect(await anna.client.send('combat:start', other)).toMatchObject({ error: { code: 'CONFLICT' } });
    await succeed(ben.client, 'combat:accept', { sessionId });
    expect((await rowOf(String(sessionId))).commitment).toBe(offered);
    expect((await get('/api/combats', anna)).body['commitment']).not.toBe(offered);
  });

  it('KaniCasino#152: the commitment is the digest of a random seed, whatever the outcome will be', async () => {
    const [anna, ben] = [await newFighter(), await newFighter()];
    const offered = (await get('/api/combats', anna)).body['commitment'];
    const { sessionId } = await duel(anna, ben, { clientSeed: 'a1'.repeat(16) });
    // The players' seeds came after the commitment, and change every roll.
    expect(await rowOf(sessionId)).toMatchObject({
      commitment: offered,
      client_seeds: { [anna.characterId]: 'a1'.repeat(16) },
    });
    await fightToTheEnd([anna, ben], sessionId);
    const { serverSeed } = await anna.client.waitForEvent('combat:ended');
    expect(createHash('sha256').update(Buffer.from(serverSeed, 'hex')).digest('hex')).toBe(offered);
  });
});

it('LI#5849: a player cannot start another fight while its opponent waits', async () => {
  const { sessionId, current, waiting } = await newDuel();
  const third = await newFighter();
  const challenge = await succeed(third.client, 'combat:start', { targetIds: [waiting.characterId] });
  waiting.client.socket.disconnect();
  const device = await connect(server.url, waiting.accessToken);
  await succeed(device, 'character:select', { characterId: waiting.characterId });
  const fights = { error: { code: 'CONFLICT', details: { reason: 'fights_already' } } };
  const starts: [string, object][] = [
    ['combat:start', { monsterId: 'starting_village:yard_rats:1' }],
    ['combat:start', { targetIds: [third.characterId] }],
    ['combat:accept', { sessionId: challenge['sessionId'] }],
  ];
  for (const [command, payload] of starts) expect(await device.send(command, payload)).toMatchObject(fights);
  await succeed(current.client, 'combat:flee', { sessionId });
  await device.waitForEvent('combat:ended');
});
