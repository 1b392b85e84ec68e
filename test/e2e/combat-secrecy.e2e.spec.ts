/**
 * Before a fight ends, nothing that players, spectators, strangers, logs or metrics get gives a roll away, and no client sees the
 * bag or the legal actions of another player. At the end, also one by an administrator, the seed is revealed.
 */
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { CharactersService } from '../../apps/server/src/characters';
import { InventoryService } from '../../apps/server/src/inventory';
import type { RunningServer } from '../../apps/server/src/server';
import { closeClients, registerAdmin } from '../support/clients/client';
import { callApi } from '../support/clients/http';
import { act, duel, fightToTheEnd, latestRequest, placeFighter, succeed } from '../support/domains/combat-players';
import { type FightRow, fightRow } from '../support/domains/fight-rows';
import { foreignFacts, recordFrames, rollSecrets } from '../support/domains/fight-secrets';
import { historyProblems } from '../support/domains/fight-histories';
import { useNodeCluster } from '../support/servers/node-cluster';
import type { ServerProcess } from '../support/servers/server';
import { placementServerOf, type PlacedPlayer } from '../support/zones/placed-players';

const BAGS = [
  { healing_potion: 7, energy_tonic: 3 },
  { antidote: 4, smoke_bomb: 5 },
];
const cluster = useNodeCluster({ LIMITS: 'off', ADMIN_USERS: 'boss', LOG_LEVEL: 'debug' });
/** Reads the database; the clients are on a process, whose log is read. */
let reader: RunningServer;
let node: ServerProcess;
let adminToken: string;
beforeAll(async () => {
  [reader, node] = [await cluster.startNode(), await cluster.startProcess()];
  adminToken = (await registerAdmin(node.url)).accessToken;
}, 60_000);
afterEach(closeClients);

/** A new player on the process, with its items. */
async function newFighter(bag: object = {}): Promise<PlacedPlayer & { frames: () => string }> {
  const player = await placeFighter({ ...placementServerOf(reader), url: node.url });
  const { accountId } = (await reader.app.get(CharactersService).find(player.characterId))!;
  await reader.app.get(InventoryService).change(player.characterId, accountId, bag);
  return { ...player, frames: recordFrames(player.client) };
}

async function secretOfSeeds(): Promise<string> {
  const { rows } = await reader.app.get(Database).db.execute<{ secret: string }>(sql`select secret from combat_state`);
  return rows[0]!.secret;
}

/** What HTTP shows the caller of a fight, and of the node. */
async function httpAnswers(sessionId: string, token: string): Promise<object[]> {
  const paths = ['', `/${sessionId}`, `/${sessionId}/history`];
  return Promise.all(paths.map((path) => callApi(node.url, 'GET', `/api/combats${path}`, { token })));
}

interface WatchedDuel {
  readonly sessionId: string;
  readonly row: FightRow;
  readonly players: readonly [Watcher, Watcher];
  readonly watchers: readonly Watcher[];
  readonly answers: { readonly viewerId: string | undefined; readonly answer: object }[];
}
type Watcher = Awaited<ReturnType<typeof newFighter>>;

/** A duel in which both players have used an item and struck, seen by a spectator and a stranger near by. */
async function watchedDuel(): Promise<WatchedDuel> {
  const players = [await newFighter(BAGS[0]), await newFighter(BAGS[1])] as const;
  const [spectator, stranger] = [await newFighter(), await newFighter()];
  const { sessionId } = await duel(...players, { clientSeed: 'c0'.repeat(16) });
  const answers: WatchedDuel['answers'] = [];
  answers.push({ viewerId: undefined, answer: await succeed(spectator.client, 'combat:spectate', { sessionId }) });
  // Each player uses an item, then strikes.
  const actions = ['healing_potion', 'antidote'].map((itemId) => [{ type: 'item', itemId }, { type: 'attack' }]);
  while (actions.some(({ length }) => length > 0)) {
    const [currentId] = (await fightRow(reader, sessionId)).state.queue;
    const index = players.findIndex(({ characterId }) => characterId === currentId);
    const answer = await act(players[index]!, sessionId, actions[index]!.shift() ?? { type: 'defend' });
    expect(answer).toMatchObject({ success: true });
    answers.push({ viewerId: currentId, answer });
    answers.push({ viewerId: undefined, answer: await stranger.client.send('combat:history', { sessionId }) });
  }
  for (const player of [...players, spectator, stranger]) {
    const viewerId = players.find((each) => each === player)?.characterId;
    for (const answer of await httpAnswers(sessionId, player.accessToken)) answers.push({ viewerId, answer });
    await player.client.roundTrip();
  }
  const watchers = [...players, spectator, stranger];
  return { sessionId, row: await fightRow(reader, sessionId), players, watchers, answers };
}

/** Everything that has left the server, as text. */
async function publishedTexts({ watchers, answers }: WatchedDuel): Promise<string> {
  const others = ['/metrics', '/metrics/sockets'].map(async (path) => (await fetch(`${node.url}${path}`)).text());
  const admin = await callApi(node.url, 'GET', '/api/admin/combats', { token: adminToken });
  const frames = watchers.map((watcher) => watcher.frames());
  return [
    ...frames,
    JSON.stringify(answers),
    JSON.stringify(admin),
    ...(await Promise.all(others)),
    node.output(),
  ].join();
}

it('a fight that goes on gives nothing away from which a roll can be computed', async () => {
  const fight = await watchedDuel();
  const texts = await publishedTexts(fight);
  expect(texts).toContain(fight.row.commitment);
  expect(rollSecrets(fight.row, await secretOfSeeds()).filter((secret) => texts.includes(secret))).toEqual([]);
});

it('a fight that goes on shows no other client the bag or the legal actions of another player', async () => {
  const { sessionId, players, watchers, answers } = await watchedDuel();
  for (const [index, { client, characterId, frames }] of watchers.entries()) {
    const viewerId = index < players.length ? characterId : undefined;
    const payloads = client.received.filter(({ event }) => event.startsWith('combat:') || event === 'system:sync');
    expect(payloads.length).toBeGreaterThan(0);
    expect(payloads.flatMap(({ payload }) => foreignFacts(payload, viewerId))).toEqual([]);
    // Unused items are named to their owner only.
    expect(frames().includes('energy_tonic')).toBe(index === 0);
    expect(frames().includes('smoke_bomb')).toBe(index === 1);
  }
  for (const { viewerId, answer } of answers) expect(foreignFacts(answer, viewerId)).toEqual([]);
  // The owner itself is shown them.
  for (const player of players) expect(latestRequest(player, sessionId)).toBeDefined();
  expect(foreignFacts(players[0].client.received, undefined)).not.toEqual([]);
});

it('an end by an administrator reveals the seed to players and spectators, and to the history', async () => {
  const { sessionId, row, watchers, players } = await watchedDuel();
  const path = `/api/admin/combats/${sessionId}/end`;
  expect(await callApi(node.url, 'POST', path, { token: adminToken })).toMatchObject({ status: 204 });
  for (const { client } of watchers.slice(0, 3)) {
    const end = await client.waitForEvent('combat:ended');
    expect(end).toMatchObject({ outcome: { result: 'aborted', winningSide: null }, serverSeed: row.server_seed });
  }
  const { body } = await callApi(node.url, 'GET', `/api/combats/${sessionId}/history`, {
    token: players[0].accessToken,
  });
  expect(body).toMatchObject({ serverSeed: row.server_seed });
  expect(historyProblems([body])).toEqual([]);
  expect(node.output()).not.toContain(row.server_seed);
});

it('the end of a fight reveals the seed, which no log holds', async () => {
  const { sessionId, row, watchers, players } = await watchedDuel();
  await fightToTheEnd(players, sessionId);
  for (const { client } of watchers.slice(0, 3))
    expect(await client.waitForEvent('combat:ended')).toMatchObject({ serverSeed: row.server_seed });
  const { body } = await callApi(node.url, 'GET', `/api/combats/${sessionId}/history`, {
    token: watchers[3]!.accessToken,
  });
  expect(historyProblems([body])).toEqual([]);
  expect(node.output()).not.toContain(row.server_seed);
});
